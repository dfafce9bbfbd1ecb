package middleware

import (
	"context"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
)

// Deadline bounds the time that a request's handlers have.
func Deadline(most time.Duration) gin.HandlerFunc {
	return func(c *gin.Context) {
		p := passageOf(c)
		if c.Request.Context() == p && p.until.IsZero() {
			p.until = p.began.Add(most)
			defer p.end()
		} else { // somebody waits for the passage already, without an end
			ctx, cancel := context.WithTimeout(c.Request.Context(), most)
			defer cancel()
			c.Request = c.Request.WithContext(ctx)
		}
		c.Next()
	}
}

// deadline is what context.WithDeadline returns, with a timer that starts when
// somebody first waits for it. Most requests are answered from memory and wait
// for nothing; the timer and its place among the connection's contexts would be
// a quarter of what they allocate.
type deadline struct {
	context.Context           // of the connection
	until           time.Time // zero where there is none, or none yet

	mu    sync.Mutex
	timed context.Context // nil before somebody waits
	stop  context.CancelFunc
}

// over is what a request waits for that has ended.
var over = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}()

// end is what calling a CancelFunc is.
func (d *deadline) end() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.timed == nil {
		d.timed = over
	} else if d.stop != nil {
		d.stop()
	}
}

func (d *deadline) Deadline() (time.Time, bool) {
	if earlier, ok := d.Context.Deadline(); d.until.IsZero() || ok && earlier.Before(d.until) {
		return earlier, ok
	}
	return d.until, true
}

func (d *deadline) Done() <-chan struct{} {
	if d.until.IsZero() {
		return d.Context.Done()
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.timed == nil {
		d.timed, d.stop = context.WithDeadline(d.Context, d.until)
	}
	return d.timed.Done()
}

func (d *deadline) Err() error {
	if timed := d.waited(); timed != nil {
		return timed.Err()
	}
	if err := d.Context.Err(); err != nil {
		return err
	}
	if !d.until.IsZero() && !time.Now().Before(d.until) {
		return context.DeadlineExceeded
	}
	return nil
}

// Value finds the timer, too, by which contexts made of this one end without a
// goroutine each. Nothing but the timer was put in between.
func (d *deadline) Value(key any) any {
	if timed := d.waited(); timed != nil && timed != over {
		return timed.Value(key)
	}
	return d.Context.Value(key)
}

func (d *deadline) waited() context.Context {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.timed
}
