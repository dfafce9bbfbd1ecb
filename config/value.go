package config

import (
	"strings"

	"github.com/postern-dev/postern/yamltree"
)

// kind is what somebody wrote where a value is due. Its text completes the
// sentence "this is ...".
type kind string

var (
	oneValue = kind(yamltree.Text.String())
	aList    = kind(yamltree.List.String())
	aMapping = kind(yamltree.Mapping.String())
)

// value is one value as it was written, whichever source it came from.
type value struct {
	kind    kind
	line    int      // in the file; 0 elsewhere
	text    string   // of one value, without the blanks around it
	items   []value  // of a list
	members []member // of a mapping, in order
	tree    yamltree.Node
}

// member is one key of a mapping and what it is set to.
type member struct {
	key   string
	line  int
	value value
}

// fromTree is what stands in the file.
func fromTree(n yamltree.Node) value {
	v := value{kind: kind(n.Kind.String()), line: n.Line, tree: n}
	if v.kind == oneValue {
		v.text = strings.TrimSpace(n.Text)
	}
	for _, item := range n.Items {
		v.items = append(v.items, fromTree(item))
	}
	for _, m := range n.Members {
		v.members = append(v.members, member{m.Key, m.Line, fromTree(m.Value)})
	}
	return v
}

func textValue(text string, line int) value {
	return value{kind: oneValue, line: line, text: strings.TrimSpace(text)}
}

// mustBe says what is wrong when another kind of value is meant.
func (v value) mustBe(want string) []fault {
	f := wrong("is %s, but %s is meant", v.kind, want)
	f.line = v.line
	return []fault{f}
}

// split takes v as a list: a list from the file as it is, so that its items
// may hold commas, and one text at its commas.
func (v value) split() ([]value, []fault) {
	switch v.kind {
	case aList:
		return v.items, nil
	case oneValue:
		var items []value
		for part := range strings.SplitSeq(v.text, ",") {
			items = append(items, textValue(part, v.line))
		}
		return items, nil
	}
	return nil, v.mustBe("a list or values with commas between")
}
