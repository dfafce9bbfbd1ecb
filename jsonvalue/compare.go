package jsonvalue

import "cmp"

// CompareNumbers compares two JSON number literals by value, exactly: -1 if a
// is less than b, 0 if they are equal as 1, 1.0 and 1e0 are, and 1 if a is
// greater. It panics if IsNumber says no of one of them.
func CompareNumbers(a, b string) int {
	x, y := decimalOf(a), decimalOf(b)
	if x.sign() != y.sign() {
		return cmp.Compare(x.sign(), y.sign())
	}
	if x.negative {
		x, y = y, x
	}
	if x.exponent != y.exponent {
		return cmp.Compare(x.exponent, y.exponent)
	}
	for i := range min(x.len(), y.len()) {
		if x.digit(i) != y.digit(i) {
			return cmp.Compare(x.digit(i), y.digit(i))
		}
	}
	return cmp.Compare(x.len(), y.len())
}

// Equal says whether a and b are the same value (RFC 6902, section 4.6):
// numbers by value, strings character by character, arrays item by item, and
// objects member by member in any order.
func Equal(a, b Value) bool {
	if a.kind != b.kind {
		return false
	}
	switch a.kind {
	case Numeral:
		return a.text == b.text || CompareNumbers(a.text, b.text) == 0
	case Array:
		return equalItems(a.Items(), b.Items())
	case Object:
		return equalMembers(a.Members(), b.Members())
	}
	return a.text == b.text
}

func equalItems(a, b []Value) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !Equal(a[i], b[i]) {
			return false
		}
	}
	return true
}

func equalMembers(a, b []Member) bool {
	if len(a) != len(b) {
		return false
	}
	var places finder // most senders keep their order, so it is rarely made
	for i := range a {
		place := i
		if b[i].Name != a[i].Name {
			if places == nil {
				places = finderOf(b)
			}
			if place = places.place(a[i].Name); place < 0 {
				return false
			}
		}
		if !Equal(a[i].Value, b[place].Value) {
			return false
		}
	}
	return true
}

// finder knows where each member of an object stands, so that many of them are
// found in a time that grows with their number only.
type finder map[string]int

func finderOf(members []Member) finder {
	places := make(finder, len(members))
	for i := range members {
		places[members[i].Name] = i
	}
	return places
}

// place is where the member stands, or -1.
func (f finder) place(name string) int {
	if i, found := f[name]; found {
		return i
	}
	return -1
}
