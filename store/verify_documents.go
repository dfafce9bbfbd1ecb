package store

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/postern-dev/postern/collection"
)

// verifyPage is how many documents are looked at together.
const verifyPage = 500

// beside is a document as it was read, with what stands beside it.
type beside struct {
	raw    raw
	filled int64
	keys   []string
	people map[person]bool
}

// documents holds each document against what was made of it.
func (v *verification) documents(t *table) error {
	flaws := 0
	tell := func(id, says string) {
		if flaws++; flaws <= maxFlaws {
			v.flaw(t, "document %s %s", id, says)
		}
	}
	for after := ""; ; {
		page, err := v.page(t, after)
		if err != nil {
			return err
		}
		for _, d := range page {
			if says := v.wrong(t, d); says != "" {
				tell(d.raw.id, says)
			}
		}
		v.found.Documents += int64(len(page))
		if len(page) < verifyPage {
			break
		}
		after = page[len(page)-1].raw.id
	}
	if flaws > maxFlaws {
		v.flaw(t, "%d more documents are wrong", flaws-maxFlaws)
	}
	// Those of paths that nobody declares any more stay as they were.
	for _, c := range t.live(kindMember) {
		err := v.count(t, "people who are named by no document", `SELECT count(*), coalesce(min(m.id), '') FROM `+t.members+
			` m LEFT JOIN `+t.sql+` d ON d.id = m.id WHERE d.id IS NULL AND m.path = $1`, c.no)
		if err != nil {
			return err
		}
	}
	return nil
}

func (v *verification) page(t *table, after string) ([]*beside, error) {
	keys := t.live(kindKey)
	columns := documentColumns + ", filled"
	for _, c := range keys {
		columns += ", " + c.sql()
	}
	page, err := all(v.on, func(r row) (*beside, error) {
		d := &beside{keys: make([]string, len(keys)), people: map[person]bool{}}
		more := []any{&d.filled}
		for i := range d.keys {
			more = append(more, &d.keys[i])
		}
		return d, d.raw.scan(r, more...)
	}, "SELECT "+columns+" FROM "+t.sql+" WHERE id > $1 ORDER BY id LIMIT $2", after, int64(verifyPage))
	if err != nil || len(page) == 0 {
		return page, err
	}
	byID := map[string]*beside{}
	for _, d := range page {
		byID[d.raw.id] = d
	}
	live := map[int64]bool{}
	for _, c := range t.live(kindMember) {
		live[c.no] = true
	}
	err = v.on.query("SELECT path, iss, sub, id FROM "+t.members+" WHERE id >= $1 AND id <= $2",
		[]any{page[0].raw.id, page[len(page)-1].raw.id}, func(r row) error {
			var p person
			var issuer int64
			var id string
			err := r.scan(&p.path, &issuer, &p.subject, &id)
			if d := byID[id]; d != nil && live[p.path] && issuer == d.raw.issuer {
				d.people[p] = true
			}
			return err
		})
	return page, err
}

// wrong says what is wrong with the document; empty where nothing is.
func (v *verification) wrong(t *table, d *beside) string {
	document, err := d.raw.document(v.store, v.on)
	if err != nil {
		return "cannot be read: " + err.Error()
	}
	if document.Version < 1 || d.filled > t.generation {
		return fmt.Sprintf("has version %d and generation %d of %d", document.Version, d.filled, t.generation)
	}
	if wrong := staleKeys(t, d, document); len(wrong) > 0 {
		return "has other keys than its members say: " + strings.Join(wrong, ", ")
	}
	for _, c := range t.live(kindMember) {
		if d.filled < c.since {
			return "" // nobody has filled in yet whom it names
		}
	}
	if want := t.people(document); !maps.Equal(want, d.people) && len(want)+len(d.people) > 0 {
		return "names other people than are kept"
	}
	return ""
}

// staleKeys are the paths whose kept key is not that of the document.
func staleKeys(t *table, d *beside, document *collection.Document) (wrong []string) {
	for i, c := range t.live(kindKey) {
		if d.filled >= c.since && d.keys[i] != string(c.key(t.bare(), document)) {
			wrong = append(wrong, c.path.String())
		}
	}
	slices.Sort(wrong)
	return wrong
}
