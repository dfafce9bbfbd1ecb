package schema

import (
	"slices"
	"strconv"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/jsonvalue"
)

// The work of one call of Validate: a step is one subschema at one value, or
// about as much. Either bound is some tenths of a second; to explain costs more
// than to judge.
const (
	mostWork    = 2_000_000
	mostExplain = 300_000
)

// run is one body being checked.
type run struct {
	most  int // violations to keep; 0 = only whether there are any
	found []finding
	left  int // work; below 0 nothing counts any more
	path  []step
	steps [12]step // the first of path
}

// step leads to a member, or to an item where there is no name.
type step struct {
	name string
	item int // from 1; 0 is a member
}

// finding is a violation with what is needed to choose among alternatives.
type finding struct {
	collection.Violation
	keyword keyword
	depth   int
	node    *node
}

// keyword is the kind of a finding, as far as it matters.
type keyword int

const (
	other keyword = iota
	ofType
	ofChoice
)

// spend tells whether there is still work to be done.
func (r *run) spend(work int) bool {
	r.left -= work
	return r.left >= 0
}

// fail notes a finding at the value that is looked at. It returns false.
func (r *run) fail(n *node, k keyword, detail string) bool {
	if len(r.found) < r.most {
		r.found = append(r.found, finding{collection.Violation{Pointer: r.pointer(), Detail: detail}, k, len(r.path), n})
	}
	return false
}

// failAt is fail for a member of the value.
func (r *run) failAt(name string, n *node, detail string) bool {
	if len(r.found) < r.most {
		r.path = append(r.path, step{name: name})
		r.fail(n, other, detail)
		r.path = r.path[:len(r.path)-1]
	}
	return false
}

// silent tells whether nobody wants more than the verdict that is already clear.
func (r *run) silent() bool { return r.most == 0 }

func (r *run) pointer() string {
	var names []string
	for _, s := range r.path {
		if s.item > 0 {
			names = append(names, strconv.Itoa(s.item-1))
		} else {
			names = append(names, s.name)
		}
	}
	return jsonvalue.Pointer(names...)
}

// quietly is the verdict alone.
func (r *run) quietly(n *node, v jsonvalue.Value, seen *seen) bool {
	most := r.most
	r.most = 0
	valid := r.eval(n, v, seen)
	r.most = most
	return valid
}

// findings are those of one subschema, kept apart.
func (r *run) findings(n *node, v jsonvalue.Value) []finding {
	found := r.found
	r.found = nil
	r.eval(n, v, nil)
	found, r.found = r.found, found
	return found
}

// violations leaves out what several subschemas found alike.
func (r *run) violations() []collection.Violation {
	var all []collection.Violation
	for _, f := range r.found {
		if !slices.Contains(all, f.Violation) {
			all = append(all, f.Violation)
		}
	}
	return all
}

// seen are the members or items of the value that subschemas looked at, kept
// where unevaluatedProperties or unevaluatedItems ask. A nil seen is not asked.
type seen []bool

func newSeen(v jsonvalue.Value) *seen {
	s := make(seen, max(len(v.Members()), len(v.Items())))
	return &s
}

func (s *seen) note(i int) {
	if s != nil {
		(*s)[i] = true
	}
}

func (s *seen) noteAll(from *seen) {
	for i, yes := range *from {
		(*s)[i] = (*s)[i] || yes
	}
}
