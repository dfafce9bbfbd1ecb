// Package metrics turns what a server knows of itself into what Prometheus
// reads. What happens at each request is counted as it happens; all else is
// asked for when somebody looks. No label has a value that a client chose, and
// none has a secret: labels are routes, codes of problems, and names of issuers
// from the settings.
package metrics

import (
	"net/http"
	"time"

	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/collection/feed"
	"github.com/postern-dev/postern/session/signin"
	"github.com/postern-dev/postern/store"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Sources are those who are asked when somebody looks. What is nil is not
// there in this deployment.
type Sources struct {
	// Version and Commit are those of the program.
	Version, Commit string
	// Ready tells whether requests should come here, and whether all is well.
	Ready func() (ready, degraded bool)
	// Verifier is asked for its cache and its issuers' keys.
	Verifier interface{ Stats() auth.Stats }
	// InHand is asked how many requests may be in hand, and whether there is a
	// rush.
	InHand interface {
		Most() int
		Rush() bool
	}
	// Store, Feed and Servers are those of the database.
	Store   interface{ Stats() store.Stats }
	Feed    interface{ Stats() feed.Stats }
	Servers func() int
	// Revocations tells how many are known.
	Revocations func() int
	// Sessions are those of browsers.
	Sessions interface{ Stats() signin.Stats }
}

// Metrics is all that is measured of one server.
type Metrics struct {
	registry *prometheus.Registry
	asker    *asker
	Requests *Requests
	Database *Database
}

// Route is a route whose requests are counted, with its path in Gin's form.
type Route struct{ Method, Path string }

// New returns metrics of requests to these routes, which may be refused with
// these codes. All of their series are there from the beginning, with zeros.
func New(routes []Route, codes []string) *Metrics {
	m := &Metrics{registry: prometheus.NewRegistry(), asker: &asker{now: time.Now}, Database: newDatabase()}
	m.Requests = newRequests(routes, codes)
	m.registry.MustRegister(
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		m.Requests, m.Database, m.asker,
	)
	return m
}

// Ask says who is asked when somebody looks. Before, the server is not ready, and
// nothing else is told that has to be asked for.
func (m *Metrics) Ask(of Sources) { m.asker.of.Store(&of) }

// Handler serves them, in the form that the reader understands.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}
