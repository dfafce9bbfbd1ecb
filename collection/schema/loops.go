package schema

import "github.com/postern-dev/postern/collection"

// beside are the subschemas that look at the same value.
func (n *node) beside() []*node {
	var all []*node
	for _, one := range []*node{n.ref, n.not, n.when, n.then, n.els} {
		if one != nil {
			all = append(all, one)
		}
	}
	for _, list := range [][]*node{n.allOf, n.anyOf, n.oneOf} {
		all = append(all, list...)
	}
	for _, d := range n.dependentSchemas {
		all = append(all, d.node)
	}
	return all
}

// loops reports schemas that come back to themselves at the same value, which
// would take forever. A tree that refers to its branches does not.
func (c *compiler) loops() {
	const (
		open = 1
		done = 2
	)
	state := map[*node]int{}
	var visit func(n *node) bool
	visit = func(n *node) bool {
		if state[n] == open {
			c.wrong(n.path, "refers to itself without end", "")
			return false
		}
		if state[n] == done {
			return true
		}
		state[n] = open
		for _, next := range n.beside() {
			if !visit(next) {
				return false
			}
		}
		state[n] = done
		return true
	}
	for _, p := range c.order {
		if !visit(p.node) {
			return
		}
	}
}

// describesDocuments holds the schema against what a document is.
func (c *compiler) describesDocuments(root *node) {
	if v, ok := lookup(root, nil); !ok || v.types != object {
		c.wrong(nil, "does not say that documents are objects", "type: object")
	}
	c.reserved(root, map[*node]bool{})
}

// reserved reports system members, wherever the schema speaks of the document
// itself.
func (c *compiler) reserved(n *node, visited map[*node]bool) {
	if visited[n] {
		return
	}
	visited[n] = true
	for _, name := range collection.Reserved() {
		m, ok := n.members[name]
		switch {
		case ok && m.node != nil:
			c.wrong(m.node.path, "is filled by the server and cannot be declared", "")
		case ok:
			c.wrong(append(append([]string{}, n.path...), "required"), "has "+name+", which is filled by the server", "")
		}
	}
	for _, next := range n.beside() {
		c.reserved(next, visited)
	}
}
