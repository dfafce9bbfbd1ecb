package serve

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/postern-dev/postern/admin"
	"github.com/postern-dev/postern/api"
	"github.com/postern-dev/postern/config"
	"github.com/postern-dev/postern/metrics"
	"github.com/postern-dev/postern/middleware"
	"github.com/postern-dev/postern/store"
)

// watching is what the operator's listener tells of a running server. Where
// nobody listens there, nothing is measured, and it is nil.
type watching struct {
	metrics *metrics.Metrics
	program admin.Program
	begun   atomic.Pointer[attached]
}

// attached is who is asked; there is nobody before the database was opened.
type attached struct {
	api     *api.API
	data    data
	revoked *revoked
}

// newWatching returns what counts the requests of a server with these
// settings.
func newWatching(settings config.Settings, options Options) *watching {
	if len(options.Admin) == 0 {
		return nil
	}
	var counted []metrics.Route
	for _, r := range api.Routes(described(settings, options)) {
		counted = append(counted, metrics.Route{Method: r.Method, Path: r.Path})
	}
	w := &watching{metrics: metrics.New(counted, api.ProblemCodes()), program: admin.Program{Started: time.Now().UTC().Truncate(time.Second)}}
	w.program.Version, w.program.Commit = version()
	return w
}

// observer is told of requests.
func (w *watching) observer() middleware.Observer {
	if w == nil {
		return nil
	}
	return w.metrics.Requests
}

// watcher is told of what the database does.
func (w *watching) watcher() store.Watcher {
	if w == nil {
		return nil
	}
	return w.metrics.Database
}

// attach says who is asked once somebody looks.
func (w *watching) attach(a *api.API, d data, r *revoked) {
	if w == nil {
		return
	}
	now := &attached{a, d, r}
	sources := metrics.Sources{
		Version: w.program.Version, Commit: w.program.Commit, Ready: now.ready, Verifier: a.Verifier,
		InHand: a.InHand, Servers: d.servers, Revocations: r.list.Len,
	}
	if d.store != nil {
		sources.Store = d.store
	}
	if d.feed != nil {
		sources.Feed = d.feed
	}
	if a.Sessions != nil {
		sources.Sessions = a.Sessions.Service
	}
	w.metrics.Ask(sources)
	w.begun.Store(now)
}

// version is that of the program, as far as it knows.
func version() (version, commit string) {
	version, commit = "unknown", "unknown"
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return version, commit
	}
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" {
			commit = setting.Value
		}
	}
	return info.Main.Version, commit
}

// begin answers on the listeners until the returned function is called, which
// is when all requests of the API have been answered. It may be called twice.
func (w *watching) begin(listeners []net.Listener, log *slog.Logger) (end func()) {
	if w == nil {
		return func() {}
	}
	server := admin.NewServer(admin.Config{Metrics: w.metrics.Handler(), Status: w.status})
	server.ErrorLog = slog.NewLogLogger(log.Handler(), slog.LevelDebug)
	for _, listener := range listeners {
		log.Info("metrics and status", "address", listener.Addr().String())
		go func() {
			if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
				log.Error("metrics and status are not served any more", "error", err)
			}
		}()
	}
	return func() { _ = server.Close() }
}

func (a *attached) ready() (ready, degraded bool) {
	is, _ := a.api.Readiness()
	return is == api.Ready || is == api.Degraded, is == api.Degraded
}

// status asks all that the server depends on.
func (w *watching) status(ctx context.Context) admin.Status {
	of := w.begun.Load()
	if of == nil {
		return admin.Status{Status: string(api.Starting), Reasons: []string{"the database is not open yet"}, Program: w.program, Issuers: []admin.Issuer{}}
	}
	is, reasons := of.api.Readiness()
	verifier := of.api.Verifier.Stats()
	s := admin.Status{Status: string(is), Reasons: append([]string{}, reasons...), Program: w.program,
		TokenCache: verifier.Cache.Entries, Revocations: of.revoked.list.Len()}
	for _, issuer := range verifier.Issuers {
		s.Issuers = append(s.Issuers, admin.IssuerOf(issuer, time.Now()))
	}
	if of.data.store != nil {
		s.Database = w.database(ctx, of.data)
	}
	if of.data.feed != nil {
		followed := of.data.feed.Stats()
		s.Feed = &admin.Feed{Followers: followed.Followers, Behind: followed.Behind,
			LookedSecondsAgo: int64(time.Since(followed.Looked).Seconds())}
	}
	return s
}

func (w *watching) database(ctx context.Context, of data) *admin.Database {
	stats := of.store.Stats()
	d := &admin.Database{Engine: stats.Engine, Reachable: true, Writable: of.writable(), Servers: of.servers(), Waiting: stats.Queue}
	if err := of.store.Ping(ctx); err != nil {
		d.Reachable, d.Error = false, err.Error()
	}
	if failed := w.metrics.Database.Failed(); failed != nil {
		d.Writable, d.WriteError = false, failed.Error.Error()
	}
	return d
}
