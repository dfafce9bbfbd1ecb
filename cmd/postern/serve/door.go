package serve

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/postern-dev/postern/api"
	"github.com/postern-dev/postern/config"
	"github.com/postern-dev/postern/origin"
	"github.com/postern-dev/postern/store"
)

const (
	// doorPatience is for how long clients of a server that starts wait, before
	// they are told to come again.
	doorPatience = 2 * time.Second
	// openPause is how long a database that cannot be reached is left alone.
	openPause = time.Second
)

// door is where clients come in. It is opened once, and whom they meet may
// change: first the one who tells them to come again, then the API.
type door struct {
	settings  config.Settings
	log       *slog.Logger
	listeners []net.Listener
	server    *http.Server
	behind    atomic.Pointer[http.Handler]
	isOpen    bool
	failed    chan error
}

func newDoor(settings config.Settings, log *slog.Logger, listeners []net.Listener) *door {
	d := &door{settings: settings, log: log, listeners: listeners, failed: make(chan error, len(listeners))}
	d.server = newServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		(*d.behind.Load()).ServeHTTP(w, r)
	}), settings, log)
	return d
}

// lead has clients meet the handler, from now on.
func (d *door) lead(to http.Handler) {
	d.behind.Store(&to)
	if d.isOpen {
		return
	}
	d.isOpen = true
	for _, listener := range d.listeners {
		d.log.Info("listening", "address", listener.Addr().String())
		go func() { d.failed <- d.server.Serve(listener) }()
	}
}

// close lets go of everything, and cuts off whoever is inside.
func (d *door) close() error {
	if d.isOpen {
		return d.server.Close()
	}
	return closeAll(d.listeners)
}

// await opens the database, as often as it takes where waiting can help, and
// keeps clients from waiting meanwhile. Its error is that of ctx where that
// ended first.
func (d *door) await(ctx context.Context, open func(context.Context) (data, error)) (data, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type opening struct {
		data data
		err  error
	}
	opened := make(chan opening, 1)
	go func() {
		data, err := d.insist(ctx, open)
		opened <- opening{data, err}
	}()
	select {
	case o := <-opened:
		return o.data, o.err
	case <-time.After(doorPatience):
	}
	d.log.Warn("the database is not open yet; clients are told to come again", "waited", doorPatience.String())
	if err := d.wait(); err != nil {
		cancel()
		o := <-opened
		return data{}, errors.Join(err, o.data.close())
	}
	select {
	case o := <-opened:
		return o.data, o.err
	case err := <-d.failed:
		cancel()
		o := <-opened
		return data{}, errors.Join(err, o.data.close())
	}
}

// wait has clients told to come again.
func (d *door) wait() error {
	gin.SetMode(gin.ReleaseMode)
	origins, err := origin.ParseList(d.settings.Origins)
	if err != nil {
		return err
	}
	waiting, err := api.Waiting(api.Options{Log: d.log, Origins: origins, PublicURL: d.settings.PublicURL,
		MaxBody: d.settings.MaxBody, TrustedProxies: d.settings.TrustedProxies})
	if err == nil {
		d.lead(waiting)
	}
	return err
}

// insist tries until it is open, or it is certain that it never will be.
func (d *door) insist(ctx context.Context, open func(context.Context) (data, error)) (data, error) {
	for {
		data, err := open(ctx)
		if err == nil || ctx.Err() != nil || !store.Passes(err) {
			return data, err
		}
		d.log.Warn("the database cannot be used yet; trying again", "error", err)
		select {
		case <-ctx.Done():
			return data, ctx.Err()
		case <-time.After(openPause):
		}
	}
}
