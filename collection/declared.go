package collection

import (
	"slices"
	"strings"

	"github.com/postern-dev/postern/jsonvalue"
)

// Collection is one declared collection, checked and ready to use. It is
// shared between requests and never changes.
type Collection struct {
	// Name matches [a-z][a-z0-9_-]{0,39} and is no reserved word.
	Name string
	// Description is shown in the OpenAPI document; may be empty.
	Description string
	Schema      Schema
	// Owned documents belong to the subject that made them.
	Owned bool
	// ShowOwner shows the owner's subject to those who may read a document
	// and do not own it.
	ShowOwner bool
	// Read, Create, Update and Delete say who may.
	Read, Create, Update, Delete Rule
	Indexes                      []Index
	Unique                       []Unique
	ID                           IDFormat
	// MaxDocuments and MaxBytes bound what one owner keeps here; 0 is no
	// bound.
	MaxDocuments int64
	MaxBytes     int64
	// Seed are documents with which an empty collection begins in
	// development.
	Seed []jsonvalue.Value
	// Line is where the declaration begins; 0 where unknown.
	Line int
}

// IDFormat is what ids of a collection look like.
type IDFormat string

// The formats of ids. Those that the server makes are UUIDv7, or UUIDv4 where
// declared.
const (
	UUIDv7 IDFormat = "uuidv7"
	UUIDv4 IDFormat = "uuidv4"
	// Slug is a-z, 0-9 and single hyphens between them, at most 80 bytes.
	Slug IDFormat = "slug"
	// AnyID is 1 to 200 bytes of letters, digits and - . _ ~.
	AnyID IDFormat = "any"
)

// Index is a declared order of documents: lists that follow it cost what they
// show, however many documents there are.
type Index struct {
	Keys []SortKey
}

// SortKey is one member of an order.
type SortKey struct {
	Path Path
	Desc bool
}

// String is the declaration: done, -due.
func (k SortKey) String() string {
	if k.Desc {
		return "-" + k.Path.String()
	}
	return k.Path.String()
}

// String is the declaration: [done, -due].
func (i Index) String() string {
	var keys []string
	for _, k := range i.Keys {
		keys = append(keys, k.String())
	}
	return "[" + strings.Join(keys, ", ") + "]"
}

// Unique declares that no two documents have the same values at Paths;
// documents where one of them is missing or null are left out.
type Unique struct {
	// PerOwner compares documents of the same owner only.
	PerOwner bool
	Paths    []Path
}

// String is the declaration: [owner, slug].
func (u Unique) String() string {
	var names []string
	if u.PerOwner {
		names = append(names, "owner")
	}
	for _, p := range u.Paths {
		names = append(names, p.String())
	}
	return "[" + strings.Join(names, ", ") + "]"
}

// Columns returns every path whose key a store keeps beside the document:
// those of indexes and unique members, each once, in the order of their
// declaration.
func (c *Collection) Columns() []Path {
	var paths []Path
	add := func(p Path) {
		if !slices.ContainsFunc(paths, p.Equal) {
			paths = append(paths, p)
		}
	}
	for _, index := range c.Indexes {
		for _, key := range index.Keys {
			add(key.Path)
		}
	}
	for _, unique := range c.Unique {
		for _, p := range unique.Paths {
			add(p)
		}
	}
	return paths
}

// MemberPaths returns the paths of the members that name people in any of the
// rules, each once.
func (c *Collection) MemberPaths() []Path {
	var paths []Path
	for _, rule := range []Rule{c.Read, c.Update, c.Delete} {
		for _, p := range rule.MemberPaths() {
			if !slices.ContainsFunc(paths, p.Equal) {
				paths = append(paths, p)
			}
		}
	}
	return paths
}

// Schema says which bodies are valid.
type Schema interface {
	// Validate returns all that is wrong with the body, or nothing.
	Validate(body jsonvalue.Value) []Violation
	// Type is what the schema says of the member at path; Unknown where it
	// says nothing, and then Known is false for a member that it forbids.
	Type(path Path) (t Type, known bool)
	// Source is the schema as JSON.
	Source() []byte
	// Paths lists the declared members, nested ones with dots, for hints.
	Paths() []string
}

// Type is what values of a member are, as far as filters and sorts care.
type Type int

// The types of members.
const (
	Unknown Type = iota
	Text
	NumberType
	IntegerType
	BoolType
	// DateTime is a string with format date-time (RFC 3339).
	DateTime
	// Date is a string with format date (RFC 3339 full-date).
	Date
	// List is an array. It cannot be sorted by.
	List
	// Object cannot be sorted by either.
	Object
)

// Violation is one thing that is wrong with a body.
type Violation struct {
	// Pointer leads to the wrong value (RFC 6901), to the member itself where
	// it should not be there or is missing.
	Pointer string
	// Detail says what is wrong, without the value.
	Detail string
}
