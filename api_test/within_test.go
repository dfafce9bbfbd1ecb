package api_test

import (
	"sync/atomic"
	"testing"
	"time"
)

// everywhere is within what time all servers know of an end.
const everywhere = 2 * time.Second

// count is a count of time in which the machine does what it is asked to. A clock
// on the wall would fail tests on a machine that others keep busy, and a longer
// limit would prove nothing: so the time in which nothing of ours ran that was
// ready to is measured, by a sleeper that wakes up late, and does not count.
type count struct {
	began time.Time
	lost  atomic.Int64 // nanoseconds
}

// countFrom begins to count now.
func countFrom(t testing.TB) *count {
	c := &count{began: time.Now()}
	go func() {
		const nap = 10 * time.Millisecond
		for t.Context().Err() == nil {
			slept := time.Now()
			time.Sleep(nap)
			// Timers are late by a little on any machine: that is no stall.
			if late := time.Since(slept) - nap; late > nap/2 {
				c.lost.Add(int64(late))
			}
		}
	}()
	return c
}

func (c *count) passed() time.Duration { return time.Since(c.began) - time.Duration(c.lost.Load()) }

// mustBeEverywhere waits until done, which may not take longer than the end of
// something may take to be known.
func (c *count) mustBeEverywhere(t testing.TB, what string, done func() bool) {
	t.Helper()
	for !done() {
		if c.passed() > everywhere {
			t.Fatalf("%s: not known after %v, of which the machine lost %v", what, time.Since(c.began), time.Duration(c.lost.Load()))
		}
		time.Sleep(10 * time.Millisecond)
	}
	// What was only seen too late counts as well.
	if passed := c.passed(); passed > everywhere {
		t.Errorf("%s: known after %v, of which the machine lost %v", what, time.Since(c.began), time.Duration(c.lost.Load()))
	}
}
