package query

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strconv"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/seal"
)

const (
	// purpose keeps cursors apart from all else that is sealed.
	purpose = "postern list cursor"
	// cursorForm is the first byte of a cursor. Change it with the form.
	cursorForm = 1
)

// position is where a page begins.
type position struct {
	// backward walks towards the beginning of the list.
	backward bool
	// bare begins at the end from which the walk starts. Otherwise keys and id
	// are those of the document behind which it goes on: a key for each member
	// of the order but the id.
	bare bool
	keys []collection.Key
	id   string
}

// mark is what ties a cursor to its list.
type mark struct {
	list  [16]byte
	types [8]byte
}

// markOf hashes what has to stay the same from page to page. The limit, the
// fields and the count may change.
func markOf(c *collection.Collection, caller collection.Caller, q *Query) (m mark) {
	var list, types []byte
	add := func(texts ...string) {
		for _, text := range texts {
			list = binary.AppendUvarint(list, uint64(len(text)))
			list = append(list, text...)
		}
	}
	see := func(path collection.Path) {
		t, _ := c.TypeAt(path)
		types = append(types, byte(t))
	}
	add(c.Name, caller.Issuer, caller.Subject, strconv.Itoa(len(q.Filters)))
	for _, f := range q.Filters {
		add(f.Path.String(), string(f.Op), strconv.Itoa(len(f.Values)))
		add(f.Values...)
		see(f.Path)
	}
	for _, key := range q.Sort {
		add(key.String())
		see(key.Path)
	}
	sum, kinds := sha256.Sum256(list), sha256.Sum256(types)
	copy(m.list[:], sum[:])
	copy(m.types[:], kinds[:])
	return m
}

// write makes a cursor.
func (m mark) write(sealer *seal.Sealer, p position) string {
	data := append([]byte{cursorForm, flags(p)}, m.list[:]...)
	data = append(data, m.types[:]...)
	if !p.bare {
		data = binary.AppendUvarint(data, uint64(len(p.keys)))
		for _, key := range p.keys {
			data = appendText(data, string(key))
		}
		data = appendText(data, p.id)
	}
	return sealer.Seal(purpose, data)
}

func flags(p position) (b byte) {
	if p.backward {
		b |= 1
	}
	if p.bare {
		b |= 2
	}
	return b
}

func appendText(data []byte, text string) []byte {
	return append(binary.AppendUvarint(data, uint64(len(text))), text...)
}

// read opens a cursor of this list, whose order has n members besides the id.
// The error is a *[CursorError].
func (m mark) read(sealer *seal.Sealer, text string, n int) (position, error) {
	data, err := sealer.Open(purpose, text)
	if err != nil {
		return position{}, &CursorError{CursorInvalid}
	}
	return m.decode(data, n)
}

func (m mark) decode(data []byte, n int) (position, error) {
	const head = 2 + len(m.list) + len(m.types)
	switch {
	case len(data) < head:
		return position{}, &CursorError{CursorInvalid}
	case data[0] != cursorForm:
		return position{}, &CursorError{CursorStale}
	case !bytes.Equal(data[2:2+len(m.list)], m.list[:]):
		return position{}, &CursorError{CursorOfAnother}
	case !bytes.Equal(data[2+len(m.list):head], m.types[:]):
		return position{}, &CursorError{CursorStale}
	}
	p := position{backward: data[1]&1 != 0, bare: data[1]&2 != 0}
	r := reader{data: data[head:]}
	if !p.bare {
		if r.number() != uint64(n) {
			return position{}, &CursorError{CursorInvalid}
		}
		for range n {
			p.keys = append(p.keys, collection.Key(r.text()))
		}
		p.id = r.text()
	}
	if r.bad || len(r.data) > 0 {
		return position{}, &CursorError{CursorInvalid}
	}
	return p, nil
}

// reader takes apart what appendText wrote.
type reader struct {
	data []byte
	bad  bool
}

func (r *reader) number() uint64 {
	n, size := binary.Uvarint(r.data)
	if size <= 0 {
		r.bad = true
		return 0
	}
	r.data = r.data[size:]
	return n
}

func (r *reader) text() string {
	n := r.number()
	if n > uint64(len(r.data)) {
		r.bad = true
		return ""
	}
	text := string(r.data[:n])
	r.data = r.data[n:]
	return text
}

// placeOf is the place of a document in the order of a scan, whether it meets
// the filters or not.
func (p *plan) placeOf(c *collection.Collection, d *collection.Document) *collection.Position {
	place := &collection.Position{ID: d.ID}
	for _, key := range p.behind() {
		place.Keys = append(place.Keys, c.KeyAt(d, key.Path))
	}
	return place
}

// at is the place of the position in the order of a scan that has the order of
// the list. What it stands for has met the filters.
func (p *plan) at(q *Query, order []collection.SortKey, from position) *collection.Position {
	if from.bare {
		return nil
	}
	place := &collection.Position{ID: from.id}
	for _, key := range p.behind() {
		place.Keys = append(place.Keys, keyFor(q, order, from, key.Path))
	}
	return place
}

// keyFor is the key that the document of a position has at path.
func keyFor(q *Query, order []collection.SortKey, from position, path collection.Path) collection.Key {
	if key, ok := q.constant(path); ok {
		return key
	}
	i := slices.IndexFunc(order, func(k collection.SortKey) bool { return k.Path.Equal(path) })
	if i >= 0 && i < len(from.keys) {
		return from.keys[i]
	}
	return collection.TextKey(from.id)
}
