package store

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/postern-dev/postern/collection"
)

// catalog is what the database says about its own tables: which columns each
// collection has, and which indexes are built. It never changes; a newer one
// replaces it.
//
// Servers that share a database may have different declarations while a new
// release is rolled out. Therefore everybody who writes fills the columns that
// the catalog has, not those that its own declaration asks for: how to fill
// one stands in the catalog, too. A server that adds a column raises the
// collection's generation, and every document carries the generation by which
// it was written. No server commits a write by a catalog that it read longer
// ago than [catalogFresh]; whoever fills a new column into old documents first
// waits until it has known of the generation for [fillGrace], much longer than
// that. So no document that is written by an older generation comes to be behind
// its back, and those that were are found by their generation. Collections that
// changed together are waited for together.
type catalog struct {
	read   time.Time
	tables map[string]*table
}

// How old a catalog may be when a write is committed, and for how long a
// server that changed it waits for the others. The difference is what a commit
// may take.
const (
	catalogFresh = 2 * time.Second
	fillGrace    = 10 * time.Second
)

// table is one collection.
type table struct {
	name string
	// sql and members are the quoted names of the table of documents and of
	// that of the people whom documents name.
	sql, members string
	generation   int64
	// known is when this server had read of the generation at the latest.
	known time.Time
	// filled is the generation that every document has at least.
	filled int64
	// counted is the generation since which usage is kept; 0 is not at all.
	counted int64
	columns []column
	indexes map[string]builtIndex
	insert  string
	update  string
	orders  sync.Map // what variantsOf has worked out: []wantedIndex by order
}

// column is a path of which something is kept beside the document: its key, or
// the people whom it names.
type column struct {
	no    int64
	kind  string
	path  collection.Path
	form  string
	state string
	since int64
}

// The kinds of columns, and their states. One that is no longer declared is
// retired: it stays, is not filled any more, and is filled anew should it be
// declared again.
const (
	kindKey     = "key"
	kindMember  = "member"
	stateNew    = "new"
	stateLive   = "live"
	stateUnused = "retired"
)

// formPlain and formTime are the ways in which keys are written: they depend
// on the type of the member only where that is a date-time. A column has one
// form for ever, so a changed type is another column and another index, and no
// index ever mixes the two. The number is that of the encoding.
const (
	formPlain = "1"
	formTime  = "1t"
)

// builtIndex is an index that is, or is to be.
type builtIndex struct {
	name, declared, definition, state, note string
}

// States of an index. A failed one is unique, and documents contradict it.
const (
	stateBuilding = "building"
	stateReady    = "ready"
	stateFailed   = "failed"
)

func newTable(name string) *table {
	return &table{
		name: name, sql: quote("c_" + name), members: quote("m_" + name),
		indexes: map[string]builtIndex{},
	}
}

// sql is the column's name in the table of documents.
func (c column) sql() string { return "k" + strconv.FormatInt(c.no, 10) }

// key is what the column holds for the document. It depends on the catalog
// alone, and not on the declaration of whoever writes.
func (c column) key(declared *collection.Collection, d *collection.Document) collection.Key {
	if isSystem(c.path) {
		return declared.KeyAt(d, c.path)
	}
	v, ok := d.Body.At(c.path)
	if !ok {
		return ""
	}
	if c.form == formTime {
		return collection.KeyOf(v, collection.DateTime)
	}
	return collection.KeyOf(v, collection.Unknown)
}

func isSystem(path collection.Path) bool {
	return len(path) == 1 && slices.Contains(collection.Reserved(), path[0])
}

// formOf is the form of keys at the path, as it is declared now.
func formOf(c *collection.Collection, path collection.Path) string {
	if t, _ := c.TypeAt(path); t == collection.DateTime {
		return formTime
	}
	return formPlain
}

// live returns the columns of the kind that writers fill.
func (t *table) live(kind string) []column {
	var columns []column
	for _, c := range t.columns {
		if c.kind == kind && c.state == stateLive {
			columns = append(columns, c)
		}
	}
	return columns
}

// find returns the column for the path.
func (t *table) find(kind string, path collection.Path, form string) (column, bool) {
	i := slices.IndexFunc(t.columns, func(c column) bool {
		return c.kind == kind && c.form == form && c.path.Equal(path)
	})
	if i < 0 {
		return column{}, false
	}
	return t.columns[i], true
}

// keyColumn returns the column with the keys of the path as c declares it.
func (t *table) keyColumn(c *collection.Collection, path collection.Path) (column, error) {
	column, ok := t.find(kindKey, path, formOf(c, path))
	if !ok || column.state == stateNew {
		return column, fmt.Errorf("collection %s: no keys are kept of %s", c.Name, path)
	}
	return column, nil
}

// filledUp tells whether the column has its value in every document.
func (t *table) filledUp(c column) bool { return c.state == stateLive && c.since <= t.filled }

// writePath and readPath are how paths stand in the catalog: names may have
// dots in them.
func writePath(p collection.Path) string {
	text, err := json.Marshal([]string(p))
	if err != nil {
		panic(err) // strings can always be written
	}
	return string(text)
}

func readPath(text string) (p collection.Path, err error) {
	err = json.Unmarshal([]byte(text), &p)
	return p, err
}
