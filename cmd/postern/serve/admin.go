package serve

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
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
	if w != nil {
		w.api, w.data, w.revoked = a, d, r
	}
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
// is when all requests of the API have been answered.
func (w *watching) begin(listeners []net.Listener, settings config.Settings, log *slog.Logger) (end func()) {
	if w == nil {
		return func() {}
	}
	sources := metrics.Sources{
		Version: w.program.Version, Commit: w.program.Commit, Ready: w.ready, Verifier: w.api.Verifier,
		InHand: w.api.InHand, Servers: w.data.servers, Revocations: w.revoked.list.Len,
	}
	if w.data.store != nil {
		sources.Store, sources.Feed = w.data.store, w.data.feed
	}
	w.metrics.Ask(sources)
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

func (w *watching) ready() (ready, degraded bool) {
	is, _ := w.api.Readiness()
	return is == api.Ready || is == api.Degraded, is == api.Degraded
}

// status asks all that the server depends on.
func (w *watching) status(ctx context.Context) admin.Status {
	is, reasons := w.api.Readiness()
	verifier := w.api.Verifier.Stats()
	s := admin.Status{Status: string(is), Reasons: append([]string{}, reasons...), Program: w.program,
		TokenCache: verifier.Cache.Entries, Revocations: w.revoked.list.Len()}
	for _, issuer := range verifier.Issuers {
		s.Issuers = append(s.Issuers, admin.IssuerOf(issuer, time.Now()))
	}
	if w.data.store == nil {
		return s
	}
	s.Database = w.database(ctx)
	followed := w.data.feed.Stats()
	s.Feed = &admin.Feed{Followers: followed.Followers, Behind: followed.Behind,
		LookedSecondsAgo: int64(time.Since(followed.Looked).Seconds())}
	return s
}

func (w *watching) database(ctx context.Context) *admin.Database {
	stats := w.data.store.Stats()
	d := &admin.Database{Engine: stats.Engine, Reachable: true, Writable: w.data.writable(), Servers: w.data.servers(), Waiting: stats.Queue}
	if err := w.data.store.Ping(ctx); err != nil {
		d.Reachable, d.Error = false, err.Error()
	}
	if failed := w.metrics.Database.Failed(); failed != nil {
		d.Writable, d.WriteError = false, failed.Error.Error()
	}
	return d
}
