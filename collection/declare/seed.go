package declare

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/jsonvalue"
	"github.com/postern-dev/postern/yamltree"
)

const (
	mostSeeds = 1000
	mostBody  = 256 << 10
)

func (d *draft) readSeed(n yamltree.Node) {
	key, example := d.key("seed"), "seed: [{title: milk}]"
	if !d.kind(n, yamltree.List, key, "a list of documents", example) {
		return
	}
	if len(n.Items) > mostSeeds {
		d.wrong(n.Line, key, fmt.Sprintf("has %d documents; %d are the most", len(n.Items), mostSeeds), "")
		return
	}
	for i, item := range n.Items {
		if !d.kind(item, yamltree.Mapping, key, "a document", example) {
			continue
		}
		if body, ok := d.body(item, d.schemaOrNil(), key+"."+strconv.Itoa(i)); ok {
			d.Seed = append(d.Seed, body)
		}
	}
}

func (d *draft) schemaOrNil() collection.Schema {
	if d.broken {
		return nil
	}
	return d.schema
}

// body reads a document as a client would send it and holds it against the
// schema; nil is none that could be read.
func (r *reader) body(n yamltree.Node, s collection.Schema, key string) (jsonvalue.Value, bool) {
	body, faults := n.JSON()
	for _, f := range faults {
		r.wrong(f.Line, key, "has a value that "+f.Problem, "")
	}
	good := len(faults) == 0
	for _, name := range collection.Reserved() {
		if m, ok := n.Get(name); ok {
			r.wrong(m.Line, key+"."+name, "is filled by the server", "")
			good = false
		}
	}
	if body.Size() > mostBody {
		r.wrong(n.Line, key, "is larger than 256 KiB", "")
		return body, false
	}
	if !good || s == nil {
		return body, false
	}
	violations := s.Validate(body)
	for _, v := range violations {
		path := pathOf(v.Pointer)
		r.wrong(n.LineAt(path), strings.Join(append([]string{key}, path...), "."), v.Detail, "")
	}
	return body, len(violations) == 0
}

// pathOf takes a JSON Pointer apart.
func pathOf(pointer string) []string {
	if pointer == "" {
		return nil
	}
	names := strings.Split(pointer[1:], "/")
	for i, name := range names {
		names[i] = strings.NewReplacer("~1", "/", "~0", "~").Replace(name)
	}
	return names
}
