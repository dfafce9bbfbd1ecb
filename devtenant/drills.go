package devtenant

import (
	"io"
	"net/http"
	"sync"
	"time"
)

// The bounds of the drills, both inclusive. A tenant that stays broken by
// mistake costs its user an afternoon.
const (
	maxOutage = time.Hour
	maxSkew   = 24 * time.Hour
)

// drills is what is wrong with the tenant on purpose. Its zero value is a
// tenant that works.
type drills struct {
	mu          sync.Mutex
	outageUntil time.Time
	skew        time.Duration
	access      time.Duration // lifetime of access tokens; zero is the usual one
}

func (d *drills) clockSkew() time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.skew
}

func (d *drills) setSkew(by time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.skew = by
}

func (d *drills) accessLifetime() time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.access
}

func (d *drills) setAccessLifetime(to time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.access = to
}

// outage returns how long the outage still lasts at now; zero when there is
// none.
func (d *drills) outage(now time.Time) time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	return max(0, d.outageUntil.Sub(now))
}

func (d *drills) setOutage(until time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.outageUntil = until
}

// outagePage looks like what a proxy puts in front of a dead service: HTML
// where a client expects JSON, without CORS headers and without Retry-After.
const outagePage = `<!DOCTYPE html>
<html lang="en">
<head><title>503 Service Unavailable</title></head>
<body>
<h1>Service Unavailable</h1>
<p>The service cannot answer right now. Please come back later.</p>
<hr>
<p>An outage drill of the development tenant: POST /dev/outage?for=0s ends it.</p>
</body>
</html>
`

// closedDuringOutage answers for next while the drill runs. The drill's end is
// read off the true clock, so that the skew drill cannot stretch it.
func (t *Tenant) closedDuringOutage(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if t.drills.outage(t.opts.Clock()) == 0 {
			next.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = io.WriteString(w, outagePage)
	})
}
