package api

import "sync"

// following counts who follows changes, by caller.
type following struct {
	mu sync.Mutex
	of map[string]int
}

// enter tells whether the caller may follow once more, if so many may be. Leave
// is called when that is over.
func (f *following) enter(caller string, most int) (leave func(), ok bool) {
	if caller == "" || most <= 0 {
		return func() {}, true
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.of[caller] >= most {
		return nil, false
	}
	if f.of == nil {
		f.of = map[string]int{}
	}
	f.of[caller]++
	return sync.OnceFunc(func() { f.leave(caller) }), true
}

func (f *following) leave(caller string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.of[caller]--; f.of[caller] == 0 {
		delete(f.of, caller)
	}
}
