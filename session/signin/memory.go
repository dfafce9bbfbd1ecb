package signin

import "sync"

// memory keeps sessions at hand that were used lately, in two generations: when
// the younger is full the older is dropped. It is safe for concurrent use.
type memory struct {
	most           int // in one generation
	mu             sync.RWMutex
	younger, older map[string]*held
}

func newMemory(most int) *memory {
	return &memory{most: max(1, most/2), younger: map[string]*held{}, older: map[string]*held{}}
}

func (m *memory) get(key string) *held {
	m.mu.RLock()
	h, young := m.younger[key]
	if !young {
		h = m.older[key]
	}
	m.mu.RUnlock()
	if h != nil && !young {
		m.put(h)
	}
	return h
}

// put takes a session in unless a later version of it is there.
func (m *memory) put(h *held) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if known := m.younger[h.Key]; known != nil && known.Version > h.Version {
		return
	}
	if known := m.older[h.Key]; known != nil && known.Version > h.Version {
		h = known
	}
	if len(m.younger) >= m.most {
		m.older, m.younger = m.younger, map[string]*held{}
	}
	m.younger[h.Key] = h
}

func (m *memory) forget(key string) {
	m.mu.Lock()
	delete(m.younger, key)
	delete(m.older, key)
	m.mu.Unlock()
}
