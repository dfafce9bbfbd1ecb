// Package declare reads what postern.yaml declares: the collections, and the
// tests of their rules. It reports every mistake at once, each with its line,
// a sentence and a right value.
//
// What a declaration can say is in docs/collections.md.
package declare

import (
	"cmp"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/mistake"
	"github.com/postern-dev/postern/yamltree"
)

// Source is where declarations stand. The zero Source declares nothing.
type Source struct {
	// Collections and Tests are the values of those keys.
	Collections, Tests yamltree.Node
	// File is what mistakes call the file, usually postern.yaml.
	File string
	// Folder is the folder of the file, for the schemas that it names, usually
	// that of an [os.Root], which nothing leads out of. nil = there are none.
	Folder fs.FS
}

// Declarations are checked and ready to use.
type Declarations struct {
	// Collections are in the order of the file.
	Collections []*collection.Collection
	// Tests are in the order of the file.
	Tests []Test
}

// Collection returns the collection of that name, or nil.
func (d Declarations) Collection(name string) *collection.Collection {
	for _, c := range d.Collections {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// mostCollections bounds what one file declares.
const mostCollections = 200

// Read reads the declarations. With a mistake there are none.
func Read(from Source) (Declarations, mistake.List) {
	r := &reader{from: from}
	d := Declarations{Collections: r.collections(from.Collections)}
	d.Tests = r.tests(from.Tests, d)
	if len(r.found) > 0 {
		return Declarations{}, r.mistakes()
	}
	return d, nil
}

// reader is one call of Read.
type reader struct {
	from  Source
	found []found
}

// found is a mistake and its line in the file, to bring them in order.
type found struct {
	line int
	mistake.Mistake
}

// wrong reports a mistake at a line of the file. Key is the member with the
// names of those around it, problem the rest of a sentence, example a right
// value for the line; "" where there is none.
func (r *reader) wrong(line int, key, problem, example string) {
	source := r.from.File
	if line > 0 {
		source = fmt.Sprintf("%s:%d", source, line)
	}
	r.found = append(r.found, found{line, mistake.Mistake{Source: source, Key: key, Problem: problem, Example: example}})
}

func (r *reader) mistakes() mistake.List {
	slices.SortStableFunc(r.found, func(a, b found) int { return cmp.Compare(a.line, b.line) })
	var all mistake.List
	for _, f := range r.found {
		all = append(all, f.Mistake)
	}
	return all
}

// kind reports a node of another kind than is meant.
func (r *reader) kind(n yamltree.Node, want yamltree.Kind, key, meant, example string) bool {
	if n.Kind == want {
		return true
	}
	r.wrong(n.Line, key, fmt.Sprintf("is %s, but %s is meant", n.Kind, meant), example)
	return false
}

// text reads one value that is not empty.
func (r *reader) text(n yamltree.Node, key, example string) (string, bool) {
	if n.Kind == yamltree.Number {
		return n.Text, true
	}
	if !r.kind(n, yamltree.Text, key, "one value", example) {
		return "", false
	}
	text := strings.TrimSpace(n.Text)
	if text == "" {
		r.wrong(n.Line, key, "is empty", example)
	}
	return text, text != ""
}

// flag reads true or false.
func (r *reader) flag(n yamltree.Node, key, example string) bool {
	return r.kind(n, yamltree.Bool, key, "true or false", example) && n.IsTrue()
}

// unknownKeys reports the members of a mapping that are none of the known.
func (r *reader) unknownKeys(n yamltree.Node, key, what string, known ...string) {
	for _, m := range n.Members {
		if !slices.Contains(known, m.Key) {
			r.wrong(m.Line, key, "has the key "+mistake.Quote(m.Key)+", which "+what+" does not have"+
				mistake.DidYouMean(m.Key, mistake.Names(known...)), "")
		}
	}
}

func (r *reader) collections(n yamltree.Node) []*collection.Collection {
	if n.Kind == yamltree.Nothing && n.Line == 0 {
		return nil
	}
	const example = "collections: {notes: {owner: true, read: owner, write: owner}}"
	if !r.kind(n, yamltree.Mapping, "collections", "a mapping of names to collections", example) {
		return nil
	}
	if len(n.Members) > mostCollections {
		r.wrong(n.Line, "collections", fmt.Sprintf("has %d collections; %d are the most", len(n.Members), mostCollections), "")
		return nil
	}
	var all []*collection.Collection
	for _, m := range n.Members {
		r.name(m)
		all = append(all, r.collection(m))
	}
	return all
}

var goodName = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,39}$`)

// ReservedNames are addresses of the API beside the collections.
func ReservedNames() []string { return []string{"batch", "changes", "collections", "me"} }

func (r *reader) name(m yamltree.Member) {
	key := "collections." + m.Key
	switch {
	case slices.Contains(ReservedNames(), m.Key):
		r.wrong(m.Line, key, "is a name that the API needs for itself", m.Key+"-list:")
	case !goodName.MatchString(m.Key):
		r.wrong(m.Line, "collections", "has the name "+mistake.Quote(m.Key)+
			"; a name is a-z, 0-9, - and _, begins with a letter and has at most 40 characters", CleanName(m.Key)+":")
	}
}

var notInName = regexp.MustCompile(`[^a-z0-9_-]+`)

// CleanName makes a good name of a collection out of another.
func CleanName(name string) string {
	name = strings.Trim(notInName.ReplaceAllString(strings.ToLower(name), "-"), "-_")
	if name == "" || name[0] < 'a' || name[0] > 'z' {
		name = strings.TrimRight("c-"+name, "-")
	}
	if name = name[:min(len(name), 40)]; slices.Contains(ReservedNames(), name) {
		name += "-list"
	}
	return strings.TrimRight(name, "-_")
}
