package main

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// loaders ask for one thing, again and again.
type loaders struct{ address, path, token string }

// ask makes one request and takes note of it.
func (o *observed) ask(client *lean) {
	began := time.Now()
	response, err := client.do()
	took := time.Since(began)
	switch {
	case err != nil:
		o.fault(err.Error())
	case response.StatusCode == http.StatusOK:
		o.mu.Lock()
		o.took = append(o.took, took)
		o.mu.Unlock()
	case (response.StatusCode == http.StatusServiceUnavailable || response.StatusCode == http.StatusTooManyRequests) && response.Header.Get("Retry-After") != "":
		o.mu.Lock()
		o.refused = append(o.refused, took)
		o.mu.Unlock()
	default:
		o.fault(response.Status)
	}
}

func (o *observed) fault(what string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.wrongs++; o.wrongs == 1 {
		o.wrong = what
	}
}

// closed is how many requests a second so many clients get answered that ask
// again as soon as they were.
func (l *loaders) closed(clients int, length time.Duration) float64 {
	var o observed
	client := newLean(l.address, l.path, l.token)
	defer client.close()
	var asking sync.WaitGroup
	for range clients {
		asking.Go(func() {
			for began := time.Now(); time.Since(began) < length; {
				o.ask(client)
			}
		})
	}
	asking.Wait()
	return float64(len(o.took)) / length.Seconds()
}

// open asks so often a second, whatever becomes of the requests before: what a
// crowd of users does. Their connections are open before: to open thousands in a
// moment takes the client longer than the server. Where all are in use, nothing is
// offered.
func (l *loaders) open(ctx context.Context, rate float64, connections int, length time.Duration) *observed {
	o := &observed{}
	client := newLean(l.address, l.path, l.token)
	defer client.close()
	if err := client.connect(connections); err != nil {
		o.fault(err.Error())
		return o
	}
	var busy atomic.Int64
	var asking sync.WaitGroup
	for began, sent := time.Now(), 0; time.Since(began) < length && ctx.Err() == nil; time.Sleep(time.Millisecond) {
		for due := int(rate * time.Since(began).Seconds()); sent < due; sent++ {
			if busy.Load() >= int64(connections) {
				continue
			}
			busy.Add(1)
			o.offered++
			asking.Go(func() {
				defer busy.Add(-1)
				o.ask(client)
			})
		}
	}
	asking.Wait()
	slices.Sort(o.took)
	slices.Sort(o.refused)
	return o
}

// recover returns how long it took until answers were as quick as before, or
// nearly, and the last of them.
func (l *loaders) recover(ctx context.Context, rate float64, before *observed) (time.Duration, *observed) {
	for began := time.Now(); ; {
		after := l.open(ctx, rate, 256, time.Second)
		if took := time.Since(began); after.p99() < 3*before.p99()+20*time.Millisecond && after.wrong == "" && len(after.refused) == 0 || took > 20*time.Second {
			return took, after
		}
	}
}
