package store

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/postern-dev/postern/collection"
)

// wantedIndex is an index that the declaration asks for.
type wantedIndex struct {
	name       string
	declared   string
	definition string
	create     string
}

// uniqueMark begins the definition of a unique index.
const uniqueMark = "unique "

const ownerColumns = "owner_iss ASC, owner_sub ASC"

// wanted returns all indexes that the declaration asks for. Columns have to
// exist.
func (t *table) wanted(c *collection.Collection, concurrently string) []wantedIndex {
	var list []wantedIndex
	for _, index := range c.Indexes {
		list = append(list, t.variants(c, index)...)
	}
	for _, u := range c.Unique {
		if x, ok := t.uniqueIndex(c, u); ok {
			list = append(list, x)
		}
	}
	for i := range list {
		list[i].create = t.create(list[i], concurrently)
	}
	return list
}

// variants returns the indexes for one declared order: one for readers whom
// the rule binds to their own documents, with the owner in front, and one for
// those whom it does not.
func (t *table) variants(c *collection.Collection, index collection.Index) []wantedIndex {
	keys, ok := t.orderOf(c, index)
	if !ok {
		return nil
	}
	var list []wantedIndex
	if c.Read.Mentions(collection.OwnerOnly) {
		list = append(list, t.index(index.String(), ownerColumns+", "+keys))
	}
	if !c.Read.BindsOwner() {
		list = append(list, t.index(index.String(), keys))
	}
	return list
}

// declaredOrder is one by where its keys stand: a declaration stays where
// it is for as long as the server runs.
type declaredOrder struct {
	of   *collection.Collection
	keys *collection.SortKey
}

// variantsOf is variants for those who read, again and again, of a table that
// no longer changes. Only what the collection declares is remembered.
func (t *table) variantsOf(c *collection.Collection, index collection.Index) []wantedIndex {
	declared := func(i collection.Index) bool { return &i.Keys[0] == &index.Keys[0] }
	if len(index.Keys) == 0 || !slices.ContainsFunc(c.Indexes, declared) {
		return t.variants(c, index)
	}
	key := declaredOrder{c, &index.Keys[0]}
	if known, ok := t.orders.Load(key); ok {
		return known.([]wantedIndex)
	}
	list := t.variants(c, index)
	t.orders.Store(key, list)
	return list
}

// orderOf writes the index's keys, and the id in the direction of the last.
func (t *table) orderOf(c *collection.Collection, index collection.Index) (keys string, ok bool) {
	var columns []string
	direction := " ASC"
	for _, key := range index.Keys {
		col, err := t.keyColumn(c, key.Path)
		if err != nil {
			return "", false
		}
		direction = " ASC"
		if key.Desc {
			direction = " DESC"
		}
		columns = append(columns, col.sql()+direction)
	}
	return strings.Join(append(columns, "id"+direction), ", "), true
}

func (t *table) uniqueIndex(c *collection.Collection, u collection.Unique) (wantedIndex, bool) {
	var columns []string
	if u.PerOwner {
		columns = append(columns, ownerColumns)
	}
	for _, path := range u.Paths {
		col, err := t.keyColumn(c, path)
		if err != nil {
			return wantedIndex{}, false
		}
		columns = append(columns, col.sql()+" ASC")
	}
	return t.index("unique "+u.String(), uniqueMark+strings.Join(columns, ", ")), true
}

// index names the index after what it is, so that servers agree on the name.
func (t *table) index(declared, definition string) wantedIndex {
	sum := sha256.Sum256([]byte(t.name + "\x00" + definition))
	return wantedIndex{
		name:     "i_" + t.name + "_" + hex.EncodeToString(sum[:6]),
		declared: declared, definition: definition,
	}
}

// create writes the statement that makes the index. Documents without one of
// the keys take no part in a unique.
func (t *table) create(x wantedIndex, concurrently string) string {
	columns, unique := strings.CutPrefix(x.definition, uniqueMark)
	kind, where := "", ""
	if unique {
		kind = "UNIQUE "
		var present []string
		for _, name := range strings.Split(columns, ", ") {
			if name = strings.TrimSuffix(name, " ASC"); strings.HasPrefix(name, "k") {
				present = append(present, name+" <> ''")
			}
		}
		where = " WHERE " + strings.Join(present, " AND ")
	}
	return "CREATE " + kind + "INDEX " + concurrently + quote(x.name) + " ON " + t.sql + " (" + columns + ")" + where
}

// Ready tells whether the index is built, with every document in it.
func (s *Store) Ready(c *collection.Collection, index collection.Index) bool {
	catalog := s.catalog.Load()
	t := catalog.tables[c.Name]
	if t == nil {
		return false
	}
	variants := t.variantsOf(c, index)
	for _, x := range variants {
		if t.indexes[x.name].state != stateReady {
			return false
		}
	}
	for _, key := range index.Keys {
		if col, err := t.keyColumn(c, key.Path); err != nil || !t.filledUp(col) {
			return false
		}
	}
	return len(variants) > 0
}
