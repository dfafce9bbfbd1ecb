package collection

import (
	"slices"
	"strings"

	"github.com/postern-dev/postern/jsonvalue"
)

// Path leads from a document to one of its members, through objects only. A
// path of one system member (id, version, createdAt, updatedAt) means that.
type Path []string

// ParsePath reads member names with dots between them.
func ParsePath(s string) Path { return strings.Split(s, ".") }

// String is what [ParsePath] reads.
func (p Path) String() string { return strings.Join(p, ".") }

// Pointer is the path as a JSON Pointer (RFC 6901).
func (p Path) Pointer() string { return jsonvalue.Pointer(p...) }

// Equal tells whether two paths are the same.
func (p Path) Equal(q Path) bool { return slices.Equal(p, q) }

// Named returns the people whom a body names at path: a string, or the strings
// of a list. Anything else names nobody.
func Named(body jsonvalue.Value, path Path) []string {
	v, ok := body.At(path)
	if !ok {
		return nil
	}
	if v.Kind() == jsonvalue.Text {
		return []string{v.Text()}
	}
	var people []string
	for _, item := range v.Items() {
		if item.Kind() == jsonvalue.Text && !slices.Contains(people, item.Text()) {
			people = append(people, item.Text())
		}
	}
	return people
}
