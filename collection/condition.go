package collection

import "slices"

// Condition is what a rule asks of a document once the caller is known: an
// any-of of all-ofs of [Atom]. Stores put it into the statement that reads, so
// that a document of somebody else never leaves the database.
//
// No terms is never; a term without atoms is always.
type Condition struct{ terms []Term }

// Term is an all-of.
type Term []Atom

// Atom asks one thing of a document: with a Path, that the member there names
// the person; without, that the person is its owner.
type Atom struct {
	Person Owner
	Path   Path
}

// Never is met by no document.
func Never() Condition { return Condition{} }

// Always is met by every document.
func Always() Condition { return Condition{[]Term{{}}} }

func when(yes bool) Condition {
	if yes {
		return Always()
	}
	return Never()
}

// OwnedBy is met by the documents of the person.
func OwnedBy(person Owner) Condition { return Condition{[]Term{{{Person: person}}}} }

// Naming is met by documents whose owner is of the person's issuer and whose
// member at path is, or has among its items, the person's subject.
func Naming(path Path, person Owner) Condition {
	return Condition{[]Term{{{Person: person, Path: path}}}}
}

// AnyOf is met where one of the conditions is.
func AnyOf(conditions ...Condition) Condition {
	var any Condition
	for _, c := range conditions {
		if c.IsAlways() {
			return Always()
		}
		any.terms = append(any.terms, c.terms...)
	}
	return any
}

// AllOf is met where all of the conditions are.
func AllOf(conditions ...Condition) Condition {
	all := Always()
	for _, c := range conditions {
		var product []Term
		for _, left := range all.terms {
			for _, right := range c.terms {
				product = append(product, append(slices.Clone(left), right...))
			}
		}
		all.terms = product
	}
	return all
}

// Terms returns the all-ofs of which one has to be met. Do not change them.
func (c Condition) Terms() []Term { return c.terms }

// IsNever tells whether no document can meet the condition.
func (c Condition) IsNever() bool { return len(c.terms) == 0 }

// IsAlways tells whether every document meets the condition.
func (c Condition) IsAlways() bool {
	return slices.ContainsFunc(c.terms, func(t Term) bool { return len(t) == 0 })
}

// Allows tells whether the document meets the condition.
func (c Condition) Allows(d *Document) bool {
	for _, t := range c.terms {
		if t.allows(d) {
			return true
		}
	}
	return false
}

func (t Term) allows(d *Document) bool {
	for _, a := range t {
		if !a.allows(d) {
			return false
		}
	}
	return true
}

func (a Atom) allows(d *Document) bool {
	if a.Path == nil {
		return !a.Person.IsNobody() && d.Owner == a.Person
	}
	return d.Owner.Issuer == a.Person.Issuer && slices.Contains(Named(d.Body, a.Path), a.Person.Subject)
}
