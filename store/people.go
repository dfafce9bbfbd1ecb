package store

import (
	"maps"
	"slices"

	"github.com/postern-dev/postern/collection"
)

// person is somebody whom a document names at a path.
type person struct {
	path    int64
	subject string
}

// people returns those whom the document names at the paths that rules look
// at.
func (t *table) people(d *collection.Document) map[person]bool {
	var people map[person]bool
	for _, c := range t.columns {
		if c.kind != kindMember || c.state != stateLive {
			continue
		}
		for _, subject := range collection.Named(d.Body, c.path) {
			if people == nil {
				people = map[person]bool{}
			}
			people[person{c.no, subject}] = true
		}
	}
	return people
}

// name writes down whom the document id names, where that changed. The
// subjects are those of the issuer of the document's owner.
func (t *tx) name(table *table, id string, issuer int64, before, after map[person]bool) error {
	for p := range before {
		if after[p] {
			continue
		}
		_, err := t.on.exec("DELETE FROM "+table.members+" WHERE path = $1 AND iss = $2 AND sub = $3 AND id = $4",
			p.path, issuer, p.subject, id)
		if err != nil {
			return err
		}
	}
	// In one order, so that two transactions never wait for one another.
	for _, p := range slices.SortedFunc(maps.Keys(after), comparePeople) {
		if before[p] {
			continue
		}
		_, err := t.on.exec("INSERT INTO "+table.members+" (path, iss, sub, id) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
			p.path, issuer, p.subject, id)
		if err != nil {
			return err
		}
	}
	return nil
}

func comparePeople(a, b person) int {
	switch {
	case a.path != b.path:
		return int(a.path - b.path)
	case a.subject < b.subject:
		return -1
	case a.subject > b.subject:
		return 1
	}
	return 0
}

// rename brings up to date whom the document names.
func (t *tx) rename(table *table, before *collection.Document, old *record, d *collection.Document, r *record) error {
	if old.issuer == r.issuer {
		return t.name(table, d.ID, r.issuer, table.people(before), table.people(d))
	}
	if err := t.name(table, d.ID, old.issuer, table.people(before), nil); err != nil {
		return err
	}
	return t.name(table, d.ID, r.issuer, nil, table.people(d))
}
