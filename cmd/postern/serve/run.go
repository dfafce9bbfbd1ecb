package serve

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/postern-dev/postern/api"
	"github.com/postern-dev/postern/config"
	"github.com/postern-dev/postern/middleware"
)

// Time limits of a connection. Together with the bound on a request they leave
// a slow client no way to hold a connection for long.
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 20 * time.Second
	idleTimeout       = 60 * time.Second
	// writeSlack is what an answer may take to travel after the last moment at
	// which a handler can finish it.
	writeSlack = 15 * time.Second
)

// Run serves on the listeners until ctx ends, then drains: readiness fails and
// answers end their connections for the drain delay, the listeners close, and
// requests in hand have until the drain limit. It returns nil after a stop in
// which no request was cut off. It closes the listeners, and last of all those
// of the operator.
//
// Where the database cannot be reached yet, it goes on trying, is not ready,
// and tells clients to come again.
func Run(ctx context.Context, settings config.Settings, options Options, log *slog.Logger, listeners ...net.Listener) (err error) {
	// Keys must stay fresh while the last requests are answered.
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	// Those of the operator stay open to the end.
	defer func() { err = errors.Join(err, closeAll(options.Admin)) }()
	options.watching = newWatching(settings, options)
	endWatching := options.watching.begin(options.Admin, log)
	defer endWatching()
	tracer, sendLast, err := newTracer(ctx, settings, log)
	if err != nil {
		return errors.Join(err, closeAll(listeners))
	}
	defer sendLast()
	options.tracer = tracer
	door := newDoor(settings, log, listeners)
	data, err := door.await(ctx, func(ctx context.Context) (data, error) { return openData(ctx, settings, options, log) })
	if err != nil {
		if ctx.Err() != nil {
			err = nil // told to stop while it waited
		}
		return errors.Join(err, door.close())
	}
	// Last of all, so that every answer is given before: it waits for what is
	// being written.
	defer func() { err = errors.Join(err, data.close()) }()
	a, err := build(background, settings, options, data, log)
	if err != nil {
		return errors.Join(err, door.close())
	}
	defer endWatching() // before the database is closed, which it asks
	if options.Begin != nil {
		if err := options.Begin(); err != nil {
			return errors.Join(err, door.close())
		}
	}
	if data.feed != nil {
		following := make(chan struct{})
		go func() { defer close(following); data.feed.Run(background) }()
		defer func() { stop(); <-following }()
	}
	var handler http.Handler = a
	if options.Wrap != nil {
		handler = options.Wrap(a)
	}
	door.lead(handler)
	select {
	case err := <-door.failed:
		_ = door.server.Close()
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	return drain(a, door.server, settings, log)
}

// closeAll closes those that are still open.
func closeAll(listeners []net.Listener) (err error) {
	for _, listener := range listeners {
		if e := listener.Close(); !errors.Is(e, net.ErrClosed) {
			err = errors.Join(err, e)
		}
	}
	return err
}

func newServer(handler http.Handler, settings config.Settings, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      settings.RequestTimeout + writeSlack,
		IdleTimeout:       idleTimeout,
		// Twice our own limit, so that our refusal answers, with CORS.
		MaxHeaderBytes:               2 * middleware.MaxHeaderSize,
		DisableGeneralOptionsHandler: true,
		ErrorLog:                     slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}

// drain stops the server. Closing idle connections at once would cut off
// requests that are on their way, so clients are told to leave first.
func drain(a *api.API, server *http.Server, settings config.Settings, log *slog.Logger) error {
	log.Info("draining", "delay", settings.DrainDelay.String(), "limit", settings.DrainLimit.String())
	a.Drain()
	time.Sleep(settings.DrainDelay)
	ctx, cancel := context.WithTimeout(context.Background(), settings.DrainLimit)
	defer cancel()
	err := server.Shutdown(ctx)
	if err == nil {
		err = a.Wait(ctx)
	}
	if err != nil {
		_ = server.Close()
		return errors.Join(errors.New("requests were cut off at the drain limit"), err)
	}
	log.Info("stopped")
	return nil
}
