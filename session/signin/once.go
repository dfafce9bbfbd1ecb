package signin

import "sync"

// once remembers names, in two generations: when the younger is full the older is
// dropped. It is safe for concurrent use.
type once struct {
	most           int // in one generation
	mu             sync.Mutex
	younger, older map[string]bool
}

func newOnce(most int) *once { return &once{most: most / 2, younger: map[string]bool{}} }

// first tells whether the name was not asked for before, as far as is remembered.
func (o *once) first(name string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.younger[name] || o.older[name] {
		return false
	}
	if len(o.younger) >= o.most {
		o.older, o.younger = o.younger, map[string]bool{}
	}
	o.younger[name] = true
	return true
}
