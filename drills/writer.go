package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// maxKnown is about how many documents a writer keeps.
const maxKnown = 100

// writer is one person. It writes one thing after the other, each with a key
// by which it can be sent again, and remembers what was acknowledged.
type writer struct {
	crowd       *crowd
	name, token string
	rand        *rand.Rand
	made        int
	// known are the items as they were acknowledged.
	known map[place]*item
	// pending was sent, and nobody said what became of it.
	pending *operation
	// client sends; left tells that the server asked it to go elsewhere.
	client doer
	left   func() bool
}

// doer sends a request; [http.Client] is one.
type doer interface {
	Do(*http.Request) (*http.Response, error)
}

// crowd are writers that write at the same time.
type crowd struct {
	address string
	client  *http.Client
	writers []*writer
	// patient writers send again where the connection breaks; others stop.
	patient bool
	// keeps has them delete nothing.
	keeps bool
	// pace is how long each writer takes for one write, at least.
	pace time.Duration
	tally
	// knowing guards what the writers know while they write.
	knowing sync.Mutex
	running sync.WaitGroup
	stop    chan struct{}
}

// tally is what happened to the requests of a crowd.
type tally struct {
	acknowledged, refused, broken, replayed atomic.Int64
	mu                                      sync.Mutex
	wrong                                   []string
	slowest                                 time.Duration
}

func (t *tally) fault(format string, args ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.wrong) < 10 {
		t.wrong = append(t.wrong, fmt.Sprintf(format, args...))
	}
}

// faults is an error where something went wrong that must not.
func (t *tally) faults() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.wrong) == 0 {
		return nil
	}
	return fmt.Errorf("%s", strings.Join(t.wrong, "\n"))
}

// crowd makes writers, each a person of their own.
func (s *stage) crowd(address string, size int) *crowd {
	c := &crowd{address: address, client: &http.Client{
		Timeout: 40 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: size, MaxConnsPerHost: size},
	}}
	for n := range size {
		name := fmt.Sprintf("w%d", n)
		c.writers = append(c.writers, &writer{crowd: c, name: name, token: s.Token("auth0|" + name), known: map[place]*item{},
			client: c.client, left: func() bool { return false },
			rand: rand.New(rand.NewPCG(uint64(n), 1))})
	}
	return c
}

// begin has everybody write until end.
func (c *crowd) begin() {
	c.stop = make(chan struct{})
	for _, w := range c.writers {
		c.running.Go(w.work)
	}
}

// end waits until everybody has stopped.
func (c *crowd) end() {
	close(c.stop)
	c.running.Wait()
	c.client.CloseIdleConnections()
}

func (w *writer) work() {
	for !w.left() {
		select {
		case <-w.crowd.stop:
			return
		default:
		}
		if w.pending == nil {
			w.pending = w.next()
		}
		began := time.Now()
		switch w.send(context.Background()) {
		case done:
			time.Sleep(w.crowd.pace - time.Since(began))
		case broken:
			if !w.crowd.patient {
				return
			}
			time.Sleep(20 * time.Millisecond)
		case refused:
			time.Sleep(20 * time.Millisecond)
		case failed:
			return
		}
	}
}

// outcome is what became of one request.
type outcome int

const (
	done    outcome = iota // acknowledged
	refused                // it may be sent again
	broken                 // nobody knows
	failed                 // it is not as it should be
)

// send sends what is pending, with its key.
func (w *writer) send(ctx context.Context) outcome {
	o, began := w.pending, time.Now()
	request, err := http.NewRequestWithContext(ctx, o.method, "http://"+w.crowd.address+o.path, strings.NewReader(o.body))
	if err != nil {
		w.crowd.fault("%v", err)
		return failed
	}
	request.Header = http.Header{"Authorization": {"Bearer " + w.token}, "Idempotency-Key": {o.key}, "Content-Type": {"application/json"}}
	response, err := w.client.Do(request)
	if err != nil {
		w.crowd.broken.Add(1)
		return broken
	}
	raw, err := io.ReadAll(response.Body)
	_ = response.Body.Close()
	switch {
	case err != nil:
		w.crowd.broken.Add(1)
		return broken
	case response.StatusCode >= 200 && response.StatusCode < 300:
		return w.acknowledge(response, raw, began)
	case isRefusal(response, raw):
		w.crowd.refused.Add(1)
		return refused
	}
	w.crowd.fault("%s %s was answered %d %s, Retry-After %q", o.method, o.path, response.StatusCode, raw, response.Header.Get("Retry-After"))
	return failed
}

// isRefusal tells whether the answer says to come again: that the server
// cannot now, or that a request with the same key is being worked on.
func isRefusal(r *http.Response, raw []byte) bool {
	var problem struct{ Code string }
	if json.Unmarshal(raw, &problem) != nil {
		return false
	}
	switch r.StatusCode {
	case http.StatusServiceUnavailable, http.StatusTooManyRequests, http.StatusInsufficientStorage:
		return problem.Code != "" && r.Header.Get("Retry-After") != ""
	}
	return false
}

func (w *writer) acknowledge(response *http.Response, raw []byte, began time.Time) outcome {
	w.crowd.acknowledged.Add(1)
	if response.Header.Get("Idempotency-Replayed") != "" {
		w.crowd.replayed.Add(1)
	}
	w.crowd.mu.Lock()
	w.crowd.slowest = max(w.crowd.slowest, time.Since(began))
	w.crowd.mu.Unlock()
	ids, err := identities(w.pending, raw)
	if err != nil {
		w.crowd.fault("%v", err)
		return failed
	}
	w.learn(ids)
	return done
}

// learn takes note of what was acknowledged.
func (w *writer) learn(ids map[string]string) {
	w.crowd.knowing.Lock()
	defer w.crowd.knowing.Unlock()
	for at, after := range w.pending.after {
		if after == nil {
			delete(w.known, at)
			continue
		}
		if id := ids[at.collection]; id != "" {
			after.id = id
		}
		w.known[at] = after
	}
	w.pending = nil
}

// identities are the ids that the server gave, by collection.
func identities(o *operation, raw []byte) (map[string]string, error) {
	type made struct{ ID string }
	var one made
	var batch struct{ Responses []struct{ Body made } }
	ids := map[string]string{}
	switch {
	case o.method == http.MethodDelete:
	case strings.HasSuffix(o.path, "/batch"):
		if err := json.Unmarshal(raw, &batch); err != nil || len(batch.Responses) != 2 {
			return nil, fmt.Errorf("a batch was answered %s", raw)
		}
		ids["items"], ids["notes"] = batch.Responses[0].Body.ID, batch.Responses[1].Body.ID
	default:
		if err := json.Unmarshal(raw, &one); err != nil || one.ID == "" {
			return nil, fmt.Errorf("%s %s was answered %s", o.method, o.path, raw)
		}
		ids[strings.Split(o.path, "/")[3]] = one.ID
	}
	return ids, nil
}
