// Package yamltree reads YAML strictly: what people write into settings and
// declarations, with the line of everything, and nothing of YAML that could
// mean two things. It decides nothing about names.
package yamltree

import "strings"

// Kind is what somebody wrote where a value is due.
type Kind int

// The kinds of nodes. The zero Kind is nothing: null, ~ or an empty place.
const (
	Nothing Kind = iota
	Text
	// Number is a plain number as YAML's core schema has it; quoted, it is Text.
	Number
	Bool
	List
	Mapping
	// Unusual is a part of YAML that is not used here.
	Unusual
)

// String completes the sentence "this is ...".
func (k Kind) String() string {
	switch k {
	case Nothing:
		return "empty"
	case Text, Number:
		return "one value"
	case Bool:
		return "true or false"
	case List:
		return "a list"
	case Mapping:
		return "a mapping of keys to values"
	}
	return "a part of YAML that is not used here (anchor, alias, tag or special number)"
}

// Node is one value as it was written.
type Node struct {
	Kind Kind
	// Line is where it begins, from 1; 0 for the zero Node.
	Line int
	// Text is the content of Text, the writing of Number and of Bool.
	Text string
	// Items are those of List.
	Items []Node
	// Members are those of Mapping, in order, no key twice.
	Members []Member
}

// Member is one key of a mapping and what it is set to.
type Member struct {
	Key   string
	Line  int
	Value Node
}

// IsTrue tells whether the node is true.
func (n Node) IsTrue() bool { return n.Kind == Bool && strings.EqualFold(n.Text, "true") }

// Get returns the member of a mapping.
func (n Node) Get(key string) (Member, bool) {
	for _, m := range n.Members {
		if m.Key == key {
			return m, true
		}
	}
	return Member{}, false
}

// LineAt is the line of what a path of keys and indexes leads to, or of the
// last thing on the way that is there.
func (n Node) LineAt(path []string) int {
	line := n.Line
	for _, name := range path {
		next, at, found := n.step(name)
		if !found {
			break
		}
		n, line = next, at
	}
	return line
}

func (n Node) step(name string) (Node, int, bool) {
	if m, found := n.Get(name); found {
		return m.Value, m.Line, true
	}
	for i, item := range n.Items {
		if indexIs(name, i) {
			return item, item.Line, true
		}
	}
	return Node{}, 0, false
}
