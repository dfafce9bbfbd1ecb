package query

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/postern-dev/postern/collection"
)

// IndexRequired says that a list would have to examine more documents than the
// bound allows, of those that the caller may read.
type IndexRequired struct {
	Collection string
	// Index would help; it has no keys where no index can.
	Index collection.Index
	// YAML is the line of the collection's declaration with that index among
	// the others, to paste; empty where no index can help.
	YAML string
	// Building says that the index is declared, and usable once it is built.
	Building bool
	// Bound is how many documents may be examined.
	Bound int
}

// Error says what to do.
func (e *IndexRequired) Error() string {
	found := "more than " + strconv.Itoa(e.Bound) + " documents would have to be examined"
	switch {
	case e.Building:
		return found + " until the index " + e.Index.String() + " is built"
	case e.YAML != "":
		return found + " without an index: declare " + e.YAML
	}
	return found + ", and no index helps: filter by more, with eq, in or a range"
}

// needed works out which index would answer the list.
func needed(c *collection.Collection, q *Query, order []collection.SortKey, ready func(collection.Index) bool) *IndexRequired {
	e := &IndexRequired{Collection: c.Name, Bound: q.limits.Scanned, Index: collection.Index{Keys: wanted(q, order)}}
	i := slices.IndexFunc(c.Indexes, func(other collection.Index) bool { return slices.EqualFunc(other.Keys, e.Index.Keys, sameKey) })
	switch {
	case len(e.Index.Keys) == 0:
	case i >= 0 && !ready(c.Indexes[i]):
		e.Building = true
	case i >= 0:
		e.Index = collection.Index{}
	default:
		e.YAML = line(append(slices.Clone(c.Indexes), e.Index))
	}
	return e
}

func sameKey(a, b collection.SortKey) bool { return a.Desc == b.Desc && a.Path.Equal(b.Path) }

// wanted are the keys of the index that the list wants: what is equal first,
// then the order, or one range where the list is in the order of ids.
func wanted(q *Query, order []collection.SortKey) []collection.SortKey {
	var keys []collection.SortKey
	add := func(key collection.SortKey) {
		if !slices.ContainsFunc(keys, func(k collection.SortKey) bool { return k.Path.Equal(key.Path) }) {
			keys = append(keys, key)
		}
	}
	sorted := func(path collection.Path) bool {
		return slices.ContainsFunc(order, func(k collection.SortKey) bool { return k.Path.Equal(path) })
	}
	for _, f := range q.Filters {
		// Several values of what the list is sorted by are no prefix of it.
		if f.binds() != nil && !sorted(f.Path) && !f.Path.Equal(idPath) {
			add(collection.SortKey{Path: f.Path})
		}
	}
	// Every index ends with the id, in the direction of its last key.
	last := len(order) - 1
	for i, key := range order {
		if i < last || i > 0 && key.Desc != order[i-1].Desc {
			add(key)
		}
	}
	if last > 0 {
		return keys
	}
	for _, f := range q.Filters {
		if f.isRange() && !f.Path.Equal(idPath) {
			add(collection.SortKey{Path: f.Path})
			break
		}
	}
	return keys
}

// line is the declaration of the indexes.
func line(indexes []collection.Index) string {
	var list []string
	for _, index := range indexes {
		var keys []string
		for _, key := range index.Keys {
			keys = append(keys, quote(key.String()))
		}
		list = append(list, "["+strings.Join(keys, ", ")+"]")
	}
	return "indexes: [" + strings.Join(list, ", ") + "]"
}

// plain are names that need no quotes in YAML.
var plain = regexp.MustCompile(`^-?[A-Za-z_][A-Za-z0-9_.]*$`)

// quote writes a name for YAML.
func quote(name string) string {
	switch strings.ToLower(name) {
	case "true", "false", "null", "yes", "no", "on", "off", "y", "n":
	default:
		if plain.MatchString(name) {
			return name
		}
	}
	return strconv.Quote(name)
}
