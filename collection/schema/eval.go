package schema

import (
	"strconv"
	"unicode/utf8"

	"github.com/postern-dev/postern/jsonvalue"
)

// eval tells whether the value is valid and notes what is wrong with it. Where
// type, enum or format are not met, what else is wrong would only be noise.
func (r *run) eval(n *node, v jsonvalue.Value, s *seen) bool {
	if !r.spend(1) {
		return false
	}
	if n.nothing {
		return r.fail(n, other, "is not allowed by the schema")
	}
	if n.types != anything && bitsOf(v)&n.types == 0 {
		return r.fail(n, ofType, n.sayTypes)
	}
	if n.enum != nil && !(r.spend(len(n.enum.values)/4) && n.enum.has(v)) {
		return r.fail(n, ofChoice, n.enum.say)
	}
	if s == nil && (n.unevaluatedMembers != nil || n.unevaluatedItems != nil) {
		s = newSeen(v)
	}
	valid := true
	switch v.Kind() {
	case jsonvalue.Text:
		valid = r.text(n, v.Text())
	case jsonvalue.Numeral:
		valid = r.number(n, v.Text())
	case jsonvalue.Array:
		valid = r.array(n, v, s)
	case jsonvalue.Object:
		valid = r.object(n, v, s)
	}
	if !valid && r.silent() {
		return false
	}
	valid = r.combined(n, v, s) && valid
	if !valid && r.silent() {
		return false
	}
	return r.unevaluated(n, v, s) && valid
}

func (r *run) text(n *node, s string) bool {
	if n.format == nil && n.pattern == nil && n.minLength < 0 && n.maxLength < 0 {
		return true
	}
	if !r.spend(len(s) / 32) {
		return false
	}
	if n.format != nil && !n.format.valid(s) {
		return r.fail(n, other, n.format.say)
	}
	if n.minLength >= 0 || n.maxLength >= 0 {
		if length := utf8.RuneCountInString(s); length < n.minLength || n.maxLength >= 0 && length > n.maxLength {
			return r.fail(n, other, sayLength(length, n.minLength, n.maxLength))
		}
	}
	if n.pattern != nil && !(r.spend(len(s)/32*n.pattern.size) && n.pattern.MatchString(s)) {
		return r.fail(n, other, "does not match the pattern "+n.pattern.text)
	}
	return true
}

func (r *run) number(n *node, literal string) bool {
	valid := true
	if n.minimum != "" && jsonvalue.CompareNumbers(literal, n.minimum) < 0 {
		valid = r.fail(n, other, "is less than "+n.minimum)
	}
	if n.maximum != "" && jsonvalue.CompareNumbers(literal, n.maximum) > 0 {
		valid = r.fail(n, other, "is greater than "+n.maximum)
	}
	if n.above != "" && jsonvalue.CompareNumbers(literal, n.above) <= 0 {
		valid = r.fail(n, other, "must be greater than "+n.above)
	}
	if n.below != "" && jsonvalue.CompareNumbers(literal, n.below) >= 0 {
		valid = r.fail(n, other, "must be less than "+n.below)
	}
	if n.multiple != "" && !r.multiple(literal, n.multiple) {
		valid = r.fail(n, other, "is no multiple of "+n.multiple)
	}
	return valid
}

// multiple spends what long division costs.
func (r *run) multiple(a, b string) bool {
	work := 1
	if len(a) > 20 || len(b) > 20 {
		work = 100
	}
	for _, literal := range []string{a, b} {
		if e := decimalOf(literal).exponent; e > 20 || e < -20 {
			work = 10_000
		}
	}
	return r.spend(work) && isMultiple(a, b)
}

func (r *run) array(n *node, v jsonvalue.Value, s *seen) bool {
	items := v.Items()
	valid := true
	if len(items) < n.minItems || n.maxItems >= 0 && len(items) > n.maxItems {
		valid = r.fail(n, other, sayCount(len(items), n.minItems, n.maxItems, "item"))
	}
	if n.items != nil || len(n.prefix) > 0 {
		valid = r.items(n, items, s) && valid
	}
	if n.unique && len(items) > 1 {
		valid = r.unique(n, v) && valid
	}
	if n.contains != nil {
		valid = r.contains(n, items, s) && valid
	}
	return valid
}

func (r *run) items(n *node, items []jsonvalue.Value, s *seen) bool {
	valid := true
	for i, item := range items {
		below := n.items
		if i < len(n.prefix) {
			below = n.prefix[i]
		}
		if below == nil {
			break
		}
		s.note(i)
		r.path = append(r.path, step{item: i + 1})
		if below.nothing {
			valid = r.fail(n, other, sayTooMany)
		} else {
			valid = r.eval(below, item, nil) && valid
		}
		r.path = r.path[:len(r.path)-1]
		if !valid && r.silent() {
			return false
		}
	}
	return valid
}

func (r *run) contains(n *node, items []jsonvalue.Value, s *seen) bool {
	matching := 0
	for i, item := range items {
		if r.quietly(n.contains, item, nil) {
			matching++
			s.note(i)
		}
	}
	least := max(n.minContains, 0)
	if n.minContains < 0 {
		least = 1
	}
	switch {
	case matching < least:
		return r.fail(n, other, "has fewer than "+count(least, "item")+" of the kind that it has to contain")
	case n.maxContains >= 0 && matching > n.maxContains:
		return r.fail(n, other, "has more than "+count(n.maxContains, "item")+" of a kind that it contains")
	}
	return true
}

// unique compares few items with each other, and many by what they amount to.
func (r *run) unique(n *node, v jsonvalue.Value) bool {
	if !r.spend(v.Size() / 16) {
		return false
	}
	if i, j, twice := firstTwice(v.Items()); twice {
		return r.fail(n, other, "has the same item at "+strconv.Itoa(i)+" and "+strconv.Itoa(j))
	}
	return true
}

func firstTwice(items []jsonvalue.Value) (i, j int, twice bool) {
	const few = 8
	if len(items) > few {
		return firstTwiceOfMany(items)
	}
	for j := range items {
		for i := range j {
			if jsonvalue.Equal(items[i], items[j]) {
				return i, j, true
			}
		}
	}
	return 0, 0, false
}

func firstTwiceOfMany(items []jsonvalue.Value) (i, j int, twice bool) {
	first := make(map[string]int, len(items))
	for j, item := range items {
		key := string(canonical(nil, item))
		if i, twice := first[key]; twice {
			return i, j, true
		}
		first[key] = j
	}
	return 0, 0, false
}
