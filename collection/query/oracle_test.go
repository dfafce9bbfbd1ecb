package query_test

import (
	"cmp"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/jsonvalue"
)

// The oracle judges filters and orders by the values themselves, not by keys.

// asked is one filter of a query, before it is written down.
type asked struct {
	path, op string
	values   []string
}

// scalar is a value that can be compared; nil is missing.
type scalar any

// scalarOf reads a value of a document as its member's type has it.
func scalarOf(v jsonvalue.Value, t collection.Type) scalar {
	switch v.Kind() {
	case jsonvalue.Boolean:
		return v.Bool()
	case jsonvalue.Numeral:
		r, _ := new(big.Rat).SetString(v.Text())
		return r
	case jsonvalue.Text:
		if at, err := time.Parse(time.RFC3339Nano, v.Text()); err == nil && t == collection.DateTime {
			return at
		}
		return v.Text()
	}
	return nil
}

// member returns the value of a member; system members are not asked here.
func member(d *collection.Document, path string) scalar {
	if path == "id" {
		return d.ID
	}
	v, ok := d.Body.At(strings.Split(path, "."))
	if !ok {
		return nil
	}
	return scalarOf(v, noteTypes()[path])
}

// literal reads a value of a filter.
func literal(path, text string) scalar {
	switch t := noteTypes()[path]; t {
	case collection.BoolType:
		return text == "true"
	case collection.NumberType, collection.IntegerType:
		return scalarOf(jsonvalue.Number(text), t)
	default:
		return scalarOf(jsonvalue.String(text), t)
	}
}

func rankOf(s scalar) int {
	switch s.(type) {
	case nil:
		return 0
	case bool:
		return 1
	case time.Time:
		return 2
	case *big.Rat:
		return 3
	}
	return 4
}

// compareScalars orders values: by kind, then by size.
func compareScalars(a, b scalar) int {
	if c := cmp.Compare(rankOf(a), rankOf(b)); c != 0 {
		return c
	}
	switch a := a.(type) {
	case bool:
		if a == b.(bool) {
			return 0
		}
		if a {
			return 1
		}
		return -1
	case time.Time:
		return a.Compare(b.(time.Time))
	case *big.Rat:
		return a.Cmp(b.(*big.Rat))
	case string:
		return strings.Compare(a, b.(string))
	}
	return 0
}

func (f asked) meets(d *collection.Document) bool {
	if f.op == "exists" && (f.path == "tags" || f.path == "extra") {
		v, ok := d.Body.At([]string{f.path})
		return (ok && v.Kind() != jsonvalue.Null) == (f.values[0] == "true")
	}
	have := member(d, f.path)
	if f.op == "exists" {
		return (have != nil) == (f.values[0] == "true")
	}
	equal := slices.ContainsFunc(f.values, func(v string) bool { return compareScalars(have, literal(f.path, v)) == 0 })
	switch f.op {
	case "eq", "in":
		return equal
	case "ne", "nin":
		return !equal
	case "startsWith":
		text, ok := have.(string)
		return ok && strings.HasPrefix(text, f.values[0])
	}
	want := literal(f.path, f.values[0])
	if rankOf(have) != rankOf(want) {
		return false
	}
	c := compareScalars(have, want)
	return f.op == "gt" && c > 0 || f.op == "gte" && c >= 0 || f.op == "lt" && c < 0 || f.op == "lte" && c <= 0
}

// expected filters and sorts. The order of long texts that begin alike is that
// of their keys, and no other was promised. Between documents that the order
// does not tell apart stands the id, in the direction of the last key that
// differs between documents at all.
func expected(c *collection.Collection, documents []*collection.Document, filters []asked, sort []string) []*collection.Document {
	list := slices.DeleteFunc(slices.Clone(documents), func(d *collection.Document) bool { return !meetsAll(filters, d) })
	slices.SortFunc(list, func(a, b *collection.Document) int { return compareBy(c, filters, sort, a, b) })
	return list
}

func meetsAll(filters []asked, d *collection.Document) bool {
	return !slices.ContainsFunc(filters, func(f asked) bool { return !f.meets(d) })
}

func compareBy(c *collection.Collection, filters []asked, sort []string, a, b *collection.Document) int {
	sign := 1
	for _, name := range sort {
		path, desc := strings.CutPrefix(name, "-")
		if isFixed(filters, path) {
			continue
		}
		if sign = 1; desc {
			sign = -1
		}
		x, y := member(a, path), member(b, path)
		if compareScalars(x, y) == 0 {
			continue
		}
		left, leftText := x.(string)
		right, rightText := y.(string)
		if leftText && rightText && len(left) > 400 && len(right) > 400 && left[:400] == right[:400] {
			p := collection.ParsePath(path)
			return sign * cmp.Compare(c.KeyAt(a, p), c.KeyAt(b, p))
		}
		return sign * compareScalars(x, y)
	}
	return sign * cmp.Compare(a.ID, b.ID)
}

// isFixed tells whether a filter leaves one value only at path.
func isFixed(filters []asked, path string) bool {
	return slices.ContainsFunc(filters, func(f asked) bool {
		if f.path != path || f.op == "exists" && f.values[0] == "true" {
			return false
		}
		if f.op == "exists" {
			return true
		}
		first := literal(path, f.values[0])
		alike := !slices.ContainsFunc(f.values, func(v string) bool { return compareScalars(literal(path, v), first) != 0 })
		return (f.op == "eq" || f.op == "in") && alike
	})
}
