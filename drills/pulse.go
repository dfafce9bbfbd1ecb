package main

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"
)

// pulse is a user who asks at a steady pace while something is broken, each
// time on a new connection, and remembers how that went.
type pulse struct {
	stop  context.CancelFunc
	ended sync.WaitGroup
	mu    sync.Mutex
	took  []time.Duration
	bad   []string
}

// pulse begins to ask; an answer that is not of the status is a bad one.
func (s *stage) pulse(ctx context.Context, address, path, token string, status int, every time.Duration) *pulse {
	ctx, stop := context.WithCancel(ctx)
	p := &pulse{stop: stop}
	p.ended.Go(func() {
		for ctx.Err() == nil {
			began := time.Now()
			got, body, err := ask(context.WithoutCancel(ctx), address, path, token)
			p.note(time.Since(began), got == status && err == nil, fmt.Sprintf("%s after %v: %d %.200s %v", path, time.Since(began), got, body, err))
			select {
			case <-ctx.Done():
			case <-time.After(every - time.Since(began)):
			}
		}
	})
	return p
}

func (p *pulse) note(took time.Duration, good bool, what string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.took = append(p.took, took)
	if !good {
		p.bad = append(p.bad, what)
	}
}

// end stops asking and returns how long answers took, in order. An answer that
// was bad is an error.
func (p *pulse) end() ([]time.Duration, error) {
	p.stop()
	p.ended.Wait()
	slices.Sort(p.took)
	if len(p.bad) > 0 {
		return p.took, fmt.Errorf("%d of %d answers were bad; the first: %s", len(p.bad), len(p.took), p.bad[0])
	}
	return p.took, nil
}

// at is the value that so great a part of the sorted ones does not exceed; 0 of
// none.
func at(sorted []time.Duration, part float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(len(sorted)-1, int(part*float64(len(sorted))))]
}

// ms is a time in words.
func ms(d time.Duration) string { return fmt.Sprintf("%.0f ms", float64(d.Microseconds())/1000) }
