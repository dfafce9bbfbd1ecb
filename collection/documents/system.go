package documents

import (
	"strconv"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/jsonvalue"
)

// strip takes the members out of a body that the server fills. Echoing them
// back unchanged is fine, so that a form can send what it read; d is the
// document they have to agree with, nil for a new one, which has none of them
// but perhaps the id of the address. Another version, or time of it, is
// *[Changed]: whoever sends it has not seen the latest one.
func (w *write) strip(body jsonvalue.Value, d *collection.Document) (jsonvalue.Value, []collection.Violation, error) {
	var violations []collection.Violation
	var stale error
	for _, name := range collection.Reserved() {
		sent, ok := body.Get(name)
		if !ok || name == "can" {
			continue
		}
		switch is, ok := w.system(name, d); {
		case ok && jsonvalue.Equal(sent, is):
		case ok && d != nil && ofAnother(name, sent):
			stale = &Changed{Current: d}
		default:
			violations = append(violations, readOnly(name, d == nil))
		}
	}
	return body.Without(collection.Reserved()...), violations, stale
}

// ofAnother tells whether a value can be that of another version of the
// document.
func ofAnother(name string, sent jsonvalue.Value) bool {
	switch name {
	case "version":
		_, err := strconv.ParseInt(sent.Text(), 10, 64)
		return sent.Kind() == jsonvalue.Numeral && err == nil
	case "updatedAt":
		_, err := collection.ParseTime(sent.Text())
		return err == nil
	}
	return false
}

func readOnly(name string, create bool) collection.Violation {
	detail := "is filled by the server; leave it out or send it back unchanged"
	if name == "id" && create {
		detail = "is made by the server; to choose it, PUT to the document's address with If-None-Match: *"
	}
	return collection.Violation{Pointer: jsonvalue.Pointer(name), Detail: detail}
}

// system is the value of a member that the server fills.
func (w *write) system(name string, d *collection.Document) (jsonvalue.Value, bool) {
	if d == nil {
		return jsonvalue.String(w.ID), name == "id" && w.ID != ""
	}
	switch name {
	case "id":
		return jsonvalue.String(d.ID), true
	case "owner":
		return jsonvalue.String(d.Owner.Subject), w.Collection.ShowsOwner(d, w.caller)
	case "version":
		return jsonvalue.Number(strconv.FormatInt(d.Version, 10)), true
	case "createdAt":
		return jsonvalue.String(collection.FormatTime(d.CreatedAt)), true
	case "updatedAt":
		return jsonvalue.String(collection.FormatTime(d.UpdatedAt)), true
	}
	return jsonvalue.Value{}, false
}

// whole is the document as clients see it, so that a patch can speak of all
// they see.
func (w *write) whole(d *collection.Document) jsonvalue.Value {
	members := []jsonvalue.Member{}
	for _, name := range []string{"id", "owner", "version", "createdAt", "updatedAt"} {
		if v, ok := w.system(name, d); ok {
			members = append(members, jsonvalue.Member{Name: name, Value: v})
		}
	}
	return jsonvalue.ObjectOf(append(members, d.Body.Members()...)...)
}

// removed reports the members of the server's that a patch took away.
func removed(before, after jsonvalue.Value) []collection.Violation {
	var violations []collection.Violation
	for _, name := range collection.Reserved() {
		_, was := before.Get(name)
		if _, is := after.Get(name); was && !is {
			violations = append(violations, readOnly(name, false))
		}
	}
	return violations
}
