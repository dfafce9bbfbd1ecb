//go:build !nodev

package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// listeners are those of one server: localhost can be two addresses.
type listeners = []net.Listener

// listening is where the three servers of development are. Their addresses say
// localhost, whatever was asked for: only there the browser counts them as one
// site, and lets the page sign in silently.
type listening struct{ api, tenant, playground, admin listeners }

func (l listening) apiURL() string        { return localhost(l.api) }
func (l listening) issuer() string        { return localhost(l.tenant) + "/" }
func (l listening) playgroundURL() string { return localhost(l.playground) }

// adminURL is empty where nobody listens for the operator.
func (l listening) adminURL() string {
	if len(l.admin) == 0 {
		return ""
	}
	return localhost(l.admin)
}

func localhost(of listeners) string { return "http://localhost:" + portOf(of[0]) }

// close may be called again after the servers have closed their own.
func (l listening) close() error {
	return errors.Join(closeAll(l.api), closeAll(l.tenant), closeAll(l.playground), closeAll(l.admin))
}

// serveBeside serves what stands beside the API until ctx ends.
func serveBeside(ctx context.Context, name string, handler http.Handler, log *slog.Logger, on listeners) {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 20 * time.Second,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug)}
	for _, listener := range on {
		go func() {
			if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
				log.Error("development server stopped", "server", name, "error", err)
			}
		}()
	}
	<-ctx.Done()
	_ = server.Close()
}
