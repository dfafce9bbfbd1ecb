// Package admin is what the operator of a server can ask it: measurements, its
// state and that of all that it depends on, profiles. It has a listener of its
// own, and asks nobody to sign in: who reaches it may know all of that. It
// tells no token, no key, no address of a database and nothing of a document.
package admin

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/netip"
	"time"
)

// Time limits of the listener. Who asks for a profile waits for it.
const (
	readTimeout  = 10 * time.Second
	writeTimeout = maxProfile + 30*time.Second
	// statusPatience bounds the questions that Status asks.
	statusPatience = 3 * time.Second
)

// Config is who is asked.
type Config struct {
	// Metrics answers /metrics.
	Metrics http.Handler
	// Status answers /status.
	Status func(context.Context) Status
}

// NewServer returns a server to serve on listeners that are not the API's.
func NewServer(config Config) *http.Server {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", config.Metrics)
	mux.HandleFunc("GET /status", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), statusPatience)
		defer cancel()
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		encoder := json.NewEncoder(w)
		encoder.SetIndent("", "  ")
		_ = encoder.Encode(config.Status(ctx)) // who asked has left
	})
	mux.HandleFunc("GET /debug/pprof/{name}", profile)
	return &http.Server{
		Handler:     guarded(mux),
		ReadTimeout: readTimeout, WriteTimeout: writeTimeout, IdleTimeout: time.Minute,
	}
}

// guarded refuses what pages send. A page of a foreign site may have its name
// point to this machine and read what it is answered (DNS rebinding): so on
// loopback the host has to be this machine's own. And no page at all has
// business here.
func guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		site := r.Header.Get("Sec-Fetch-Site")
		if site == "cross-site" || site == "same-site" || onLoopback(r) && !namesLoopback(r.Host) {
			http.Error(w, "This is for the operator of this machine: ask by its own address, and not from a page.", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func onLoopback(r *http.Request) bool {
	local, _ := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if local == nil {
		return false
	}
	at, err := netip.ParseAddrPort(local.String())
	return err == nil && at.Addr().Unmap().IsLoopback()
}

func namesLoopback(host string) bool {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = host
	}
	if name == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(name)
	return err == nil && ip.Unmap().IsLoopback()
}
