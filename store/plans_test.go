package store

import (
	"fmt"
	"strings"
	"testing"

	"github.com/postern-dev/postern/collection"
)

// plans are the scans whose cost must not depend on how many documents there
// are.
func plans(c *collection.Collection, mid *collection.Document) map[string]collection.Scan {
	rank, mixed := order("rank, title"), order("rank, -title")
	at := &collection.Position{ID: mid.ID, Keys: []collection.Key{c.KeyAt(mid, rank.Keys[0].Path), c.KeyAt(mid, rank.Keys[1].Path)}}
	prefix := [][]collection.Key{{c.KeyAt(mid, rank.Keys[0].Path)}}
	low := &collection.Bound{Key: at.Keys[0]}
	list := map[string]collection.Scan{}
	for who, visible := range map[string]collection.Condition{"own": collection.OwnedBy(ada), "all": collection.Always()} {
		for name, scan := range map[string]collection.Scan{
			"ids":                {},
			"ids after":          {After: &collection.Position{ID: mid.ID}},
			"keys":               {Index: &rank},
			"keys reverse":       {Index: &rank, Reverse: true},
			"keys after":         {Index: &rank, After: at},
			"keys reverse after": {Index: &rank, After: at, Reverse: true},
			"mixed after":        {Index: &mixed, After: at},
			"mixed reverse":      {Index: &mixed, After: at, Reverse: true},
			"prefix":             {Index: &rank, Prefixes: prefix},
			"prefix after":       {Index: &mixed, Prefixes: prefix, After: &collection.Position{ID: mid.ID, Keys: at.Keys[1:]}},
			"range":              {Index: &rank, Low: low},
			"range after":        {Index: &rank, Low: low, After: at},
		} {
			scan.Visible, scan.Limit = visible, 20
			list[who+", "+name] = scan
		}
	}
	return list
}

func testPlans(t *testing.T, db database) {
	c := tasks(index("rank, title"), index("rank, -title"), readable(anyOf(ownOnly, collection.Rule{Kind: collection.Scope, Name: "x"})))
	s := db.open(t, c)
	var docs []*collection.Document
	for i := range 4000 {
		docs = append(docs, doc([]collection.Owner{ada, bob}[i%2], fmt.Sprintf("%05d", i), fmt.Sprintf(`{"rank":%d,"title":"%d"}`, i%4, i)))
	}
	insert(t, s, c, docs...)
	_, shared := s.engine.(*postgres)
	if shared {
		if err := s.engine.alter(t.Context(), "ANALYZE"); err != nil {
			t.Fatal(err)
		}
	}
	for name, scan := range plans(c, docs[1526]) {
		text := explained(t, s, c, scan)
		bad := []string{"SCAN t\n", "TEMP B-TREE"}
		if shared {
			bad = []string{"Seq Scan", "Sort", "Bitmap"}
		}
		for _, b := range bad {
			if strings.Contains(text, b) {
				t.Errorf("%s:\n%s", name, text)
			}
		}
		if strings.Contains(name, "after") && !strings.Contains(text, "SEARCH") && !strings.Contains(text, "Index Cond") {
			t.Errorf("%s does not seek:\n%s", name, text)
		}
	}
}

// explained is how the database would run the scan.
func explained(t *testing.T, s *Store, c *collection.Collection, scan collection.Scan) string {
	t.Helper()
	var text strings.Builder
	err := s.engine.read(t.Context(), func(on session) error {
		p, err := s.plan(on, s.catalog.Load(), c, scan)
		if err != nil {
			return err
		}
		for _, part := range p.parts(1) {
			if err := explainOne(on, s.engine.shared(), p.statement(part, p.behind, scan.Limit), &text); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return text.String()
}

func explainOne(on session, postgres bool, q *statement, text *strings.Builder) error {
	text.WriteString(q.String() + "\n")
	explain := "EXPLAIN QUERY PLAN "
	if postgres {
		explain = "EXPLAIN "
	}
	return on.query(explain+q.String(), q.args, func(r row) error {
		var line string
		dst := []any{new(int64), new(int64), new(int64), &line}
		if postgres {
			dst = dst[3:]
		}
		err := r.scan(dst...)
		text.WriteString(line + "\n")
		return err
	})
}

// The question is asked ten times a second. An import leaves statistics by
// which no change has a position.
func TestUnsettledAreFoundByTheirIndex(t *testing.T) {
	c := tasks()
	s := postgreses.open(t, c)
	var docs []*collection.Document
	for i := range 4000 {
		docs = append(docs, doc(ada, fmt.Sprintf("%05d", i), `{}`))
	}
	insert(t, s, c, docs...)
	if err := s.engine.alter(t.Context(), "ANALYZE changes"); err != nil {
		t.Fatal(err)
	}
	q, text := &statement{}, &strings.Builder{}
	q.add(anyUnsettled)
	err := s.engine.read(t.Context(), func(on session) error { return explainOne(on, true, q, text) })
	if err != nil || !strings.Contains(text.String(), "changes_unsettled") {
		t.Errorf("%v\n%s", err, text)
	}
}
