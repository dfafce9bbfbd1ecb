// Package inspector shows each request to the API as it arrives, with every
// decision on its way and its reason: what browsers hide from pages. It is for
// development: it stands around the API and judges by what went in and what
// came out, so that nothing else has to know of it. Tokens, bodies and the
// values of queries are not kept.
package inspector

import (
	"net/http"
	"sync"
	"time"
)

// kept is how many requests are shown; waiting is how many an onlooker may be
// behind before it is cut off.
const (
	kept    = 200
	waiting = 64
)

// Inspector remembers the last requests.
type Inspector struct {
	// origins are those that the deployment lets in, for hints.
	origins []string

	mu        sync.Mutex
	last      []Seen
	count     int64
	onlookers map[chan Seen]struct{}
}

// New makes an inspector of a deployment that lets these origins in.
func New(origins []string) *Inspector {
	return &Inspector{origins: origins, onlookers: map[chan Seen]struct{}{}}
}

// Wrap watches what the handler is asked and answers.
func (i *Inspector) Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		watched := &watch{ResponseWriter: w}
		next.ServeHTTP(watched, r)
		i.add(i.see(r, watched, began))
	})
}

func (i *Inspector) add(s Seen) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.count++
	s.Number = i.count
	if len(i.last) == kept {
		i.last = append(i.last[:0], i.last[1:]...)
	}
	i.last = append(i.last, s)
	for ch := range i.onlookers {
		select {
		case ch <- s:
		default: // it comes back and reads all again
			close(ch)
			delete(i.onlookers, ch)
		}
	}
}

// watchAll returns what was seen, and where what comes will be.
func (i *Inspector) watchAll() (seen []Seen, coming chan Seen) {
	i.mu.Lock()
	defer i.mu.Unlock()
	coming = make(chan Seen, waiting)
	i.onlookers[coming] = struct{}{}
	return append([]Seen(nil), i.last...), coming
}

func (i *Inspector) leave(ch chan Seen) {
	i.mu.Lock()
	defer i.mu.Unlock()
	delete(i.onlookers, ch)
}

// watch keeps the status of an answer, and the beginning of a refusal.
type watch struct {
	http.ResponseWriter
	status int
	body   []byte
}

const problemSize = 16 << 10

func (w *watch) WriteHeader(status int) {
	if w.status == 0 || w.status < 200 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *watch) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	if w.status >= 400 && len(w.body)+len(p) <= problemSize {
		w.body = append(w.body, p...)
	}
	return w.ResponseWriter.Write(p)
}

// Unwrap is what [http.ResponseController] looks for.
func (w *watch) Unwrap() http.ResponseWriter { return w.ResponseWriter }
