package describe

import (
	"strconv"
	"strings"

	"github.com/postern-dev/postern/jsonvalue"
)

// names are what a collection is called in the document. Generators of clients
// make types and functions of them.
type names struct {
	// Type is the component of a body: Note.
	Type string
	// Plural is for lists: Notes.
	Plural string
}

// The components of a collection besides that of its body.
func (n names) document() string { return n.Type + "Document" }
func (n names) part() string     { return n.Type + "Part" }
func (n names) patch() string    { return n.Type + "Patch" }
func (n names) page() string     { return n.Type + "Page" }
func (n names) changes() string  { return n.Type + "Changes" }

// operations are the operation ids.
func (n names) operations() []string {
	return []string{"list" + n.Plural, "create" + n.Type, "get" + n.Type, "replace" + n.Type, "patch" + n.Type, "delete" + n.Type, "follow" + n.Plural}
}

// taken are the names that are used already.
type taken map[string]bool

// namesTaken finds those of the fixed routes: their components and their
// operations.
func namesTaken(root jsonvalue.Value) taken {
	used := taken{}
	components, _ := root.Get("components")
	for _, kind := range components.Members() {
		for _, m := range kind.Value.Members() {
			used[m.Name] = true
		}
	}
	paths, _ := root.Get("paths")
	for _, path := range paths.Members() {
		for _, operation := range path.Value.Members() {
			id, _ := operation.Value.Get("operationId")
			used[id.Text()] = true
		}
	}
	return used
}

// of chooses the names of a collection: Note and Notes for notes, and others
// where one of these is taken.
func (t taken) of(collection string) names {
	plural := pascal(collection)
	for i := 0; ; i++ {
		n := names{singular(plural), plural}
		if i > 0 {
			n.Type = plural
		}
		if i > 1 {
			n = names{plural + strconv.Itoa(i), plural + strconv.Itoa(i)}
		}
		if t.take(n) {
			return n
		}
	}
}

func (t taken) take(n names) bool {
	all := append(n.operations(), n.Type, n.document(), n.part(), n.patch(), n.page(), n.changes(), n.Type+"Changed")
	for _, name := range all {
		if t[name] {
			return false
		}
	}
	for _, name := range all {
		t[name] = true
	}
	return true
}

// pascal is to-do_items as ToDoItems.
func pascal(name string) string {
	var b strings.Builder
	for _, word := range strings.FieldsFunc(name, func(r rune) bool { return r == '-' || r == '_' }) {
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return b.String()
}

// singular is Note for Notes, as far as spelling tells.
func singular(plural string) string {
	for _, keep := range []string{"ss", "us", "is", "ews", "eries"} {
		if strings.HasSuffix(plural, keep) {
			return plural
		}
	}
	for _, ending := range []struct{ plural, singular string }{
		{"ies", "y"}, {"sses", "ss"}, {"shes", "sh"}, {"ches", "ch"}, {"xes", "x"}, {"s", ""},
	} {
		if stem, ok := strings.CutSuffix(plural, ending.plural); ok && len(stem) > 1 {
			return stem + ending.singular
		}
	}
	return plural
}
