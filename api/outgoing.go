package api

import (
	"sync"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/postern-dev/postern/middleware"
	"github.com/postern-dev/postern/problem"
)

// outgoing bounds the answers that are in memory until slow clients have taken
// them. Small ones are left to the system's own buffers.
type outgoing struct {
	mu    sync.Mutex
	bytes int
	of    map[string]int
}

const (
	// smallAnswer is up to how many bytes nobody counts.
	smallAnswer = 64 << 10
	// mostOutgoing is how many bytes all clients may have on their way, and
	// mostOfOne those of one caller. Each may have one answer, however large.
	mostOutgoing = 128 << 20
	mostOfOne    = mostOutgoing / 8
)

// sendLarge is sendJSON for an answer that may be large.
func (a *API) sendLarge(c *gin.Context, status int, body []byte) error {
	if len(body) <= smallAnswer {
		return sendJSON(c, status, body)
	}
	caller := nameOf(c)
	if !a.outgoing.take(caller, len(body)) {
		header := c.Writer.Header()
		header.Del("Link")
		header.Del("ETag")
		return problem.Overloaded.New("Large answers are on their way to slow clients. Read each to its end, or ask for smaller pages.").RetryAfter(2 * time.Second)
	}
	defer a.outgoing.give(caller, len(body))
	return sendJSON(c, status, body)
}

// nameOf is the caller by name; "" is nobody in particular.
func nameOf(c *gin.Context) string {
	if id := middleware.Identity(c); id != nil {
		return id.Key()
	}
	return ""
}

// take tells whether there is room for so many bytes more. Nobody in particular
// is "".
func (o *outgoing) take(caller string, bytes int) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.bytes > 0 && o.bytes+bytes > mostOutgoing || caller != "" && o.of[caller] > 0 && o.of[caller]+bytes > mostOfOne {
		return false
	}
	if o.of == nil {
		o.of = map[string]int{}
	}
	o.bytes, o.of[caller] = o.bytes+bytes, o.of[caller]+bytes
	return true
}

func (o *outgoing) give(caller string, bytes int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.bytes -= bytes
	if o.of[caller] -= bytes; o.of[caller] <= 0 {
		delete(o.of, caller)
	}
}
