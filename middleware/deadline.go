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
		ctx := &deadline{Context: c.Request.Context(), until: time.Now().Add(most)}
		defer ctx.end()
		c.Request = c.Request.WithContext(ctx)
		c.Next()
	}
}

// deadline is what context.WithDeadline returns, with a timer that starts when
// somebody first waits for it. Most requests are answered from memory and wait
// for nothing; the timer and its place among the connection's contexts would be
// a quarter of what they allocate.
type deadline struct {
	context.Context // of the connection
	until           time.Time

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
	if earlier, ok := d.Context.Deadline(); ok && earlier.Before(d.until) {
		return earlier, true
	}
	return d.until, true
}

func (d *deadline) Done() <-chan struct{} {
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
	if !time.Now().Before(d.until) {
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
