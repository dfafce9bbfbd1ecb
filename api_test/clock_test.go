package api_test

import (
	"sync"
	"time"
)

// clock is what a tenant and its servers tell the time by. It is the true one
// until a test takes hold of it: then it stands still, however slow the machine
// is, but for what the test lets pass.
type clock struct {
	mu   sync.Mutex
	held time.Time // zero: nobody holds it
}

// Now tells the time.
func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.held.IsZero() {
		return time.Now()
	}
	return c.held
}

// pass lets so much time pass, and no more than that.
func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.held.IsZero() {
		c.held = time.Now()
	}
	c.held = c.held.Add(d)
}
