package query

import (
	"slices"
	"strconv"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/jsonvalue"
)

// Project returns the document as lists show it, with the members at fields
// only; nil is all. The id and the version are always there, since nobody can
// use a document without them; createdAt and updatedAt are members like others.
// The document's own members keep their order, between the id and the other
// system members. Who may see the owner, and what a caller can do, is not known
// here: see [Shows].
func Project(d *collection.Document, fields []collection.Path) jsonvalue.Value {
	members := []jsonvalue.Member{{Name: "id", Value: jsonvalue.String(d.ID)}}
	if fields == nil {
		members = append(members, d.Body.Members()...)
	} else {
		members = append(members, choose(d.Body, fields)...)
	}
	members = append(members, jsonvalue.Member{Name: "version", Value: jsonvalue.Number(strconv.FormatInt(d.Version, 10))})
	if Shows(fields, "createdAt") {
		members = append(members, jsonvalue.Member{Name: "createdAt", Value: jsonvalue.String(collection.FormatTime(d.CreatedAt))})
	}
	if Shows(fields, "updatedAt") {
		members = append(members, jsonvalue.Member{Name: "updatedAt", Value: jsonvalue.String(collection.FormatTime(d.UpdatedAt))})
	}
	return jsonvalue.ObjectOf(members...)
}

// Shows tells whether the member of that name is among the fields; nil is all.
func Shows(fields []collection.Path, name string) bool {
	return fields == nil || slices.ContainsFunc(fields, func(p collection.Path) bool { return len(p) == 1 && p[0] == name })
}

// choose returns the members of an object to which fields lead.
func choose(object jsonvalue.Value, fields []collection.Path) []jsonvalue.Member {
	var members []jsonvalue.Member
	for _, m := range object.Members() {
		var below []collection.Path
		whole := false
		for _, f := range fields {
			if f[0] == m.Name {
				whole = whole || len(f) == 1
				below = append(below, f[1:])
			}
		}
		if whole {
			members = append(members, m)
		} else if inner := choose(m.Value, below); len(inner) > 0 {
			members = append(members, jsonvalue.Member{Name: m.Name, Value: jsonvalue.ObjectOf(inner...)})
		}
	}
	return members
}
