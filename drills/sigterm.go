package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/postern-dev/postern/bench/load"
)

func sigtermDrills() []drill {
	return []drill{{
		name: "sigterm", breaks: "SIGTERM while 8 clients write, 8 read and 4 follow changes, each on a connection of its own that it does not give up",
		passes: "no connection cut off before an answer said that it ends; streams end as HTTP has it; /readyz is 503 at once; exit 0 within 20 s; 0 acknowledged writes lost",
		short:  size{rounds: 1}, long: size{rounds: 20}, run: sigterm,
	}}
}

// connected is what one round holds on to.
type connected struct {
	cut       atomic.Int64
	served    atomic.Int64
	running   sync.WaitGroup
	followers sync.WaitGroup
}

func sigterm(ctx context.Context, s *stage) (f figures, err error) {
	at, err := address()
	if err != nil {
		return nil, err
	}
	c := s.crowd(at, 8)
	var all connected
	slowest, notReady := time.Duration(0), time.Duration(0)
	for round := range s.size.rounds {
		server, err := s.Serve(ctx, s.folder, at, "DATABASE_URL="+s.sqlite())
		if err != nil {
			return f, err
		}
		ended, refused, err := s.terminate(ctx, server, c, &all)
		if err != nil {
			return f, fmt.Errorf("round %d: %w", round, err)
		}
		slowest, notReady = max(slowest, ended), max(notReady, refused)
	}
	server, err := s.Serve(ctx, s.folder, at, "DATABASE_URL="+s.sqlite())
	if err != nil {
		return f, err
	}
	if err := errors.Join(c.hold(nil), c.settle(ctx)); err != nil {
		return f, err
	}
	f.say("%d requests answered, %d connections cut off", c.acknowledged.Load()+all.served.Load(), all.cut.Load()+c.broken.Load())
	f.say("not ready %.0f ms after the signal at the latest, ended after %.1f s at the latest, always with 0", notReady.Seconds()*1000, slowest.Seconds())
	f.say("%d writes acknowledged, 0 lost", c.acknowledged.Load())
	return f, server.Stop()
}

// terminate ends the server once; it returns how long that took, and how long
// it took until the server said that it is not ready.
func (s *stage) terminate(ctx context.Context, server *load.Server, c *crowd, all *connected) (ended, refused time.Duration, err error) {
	if err := c.hold(dial); err != nil {
		return 0, 0, err
	}
	c.begin()
	for n := range 8 {
		if err := all.read(server.Address, s.Token("auth0|reader"), n%2 == 0); err != nil {
			return 0, 0, err
		}
	}
	for range 4 {
		if err := all.follow(server.Address, s.Token("auth0|w0")); err != nil {
			return 0, 0, err
		}
	}
	time.Sleep(300*time.Millisecond + rand.N(500*time.Millisecond))
	began := time.Now()
	if err := server.Signal(syscall.SIGTERM); err != nil {
		return 0, 0, err
	}
	for status := http.StatusOK; status != http.StatusServiceUnavailable; {
		if status, _, err = ask(ctx, server.Address, "/readyz", ""); err != nil {
			return 0, 0, fmt.Errorf("it did not say that it is not ready: %w", err)
		}
	}
	refused = time.Since(began)
	if code := server.Code(); code != 0 {
		return 0, 0, fmt.Errorf("exit code %d", code)
	}
	ended = time.Since(began)
	c.end()
	all.running.Wait()
	all.followers.Wait()
	if cut := all.cut.Load() + c.broken.Load(); cut > 0 {
		return 0, 0, fmt.Errorf("%d connections were cut off", cut)
	}
	if ended > 20*time.Second || refused > time.Second {
		return 0, 0, fmt.Errorf("not ready after %v, ended after %v", refused, ended)
	}
	return ended, refused, c.faults()
}

// hold gives each writer a connection to stay on; without open, the usual
// client.
func (c *crowd) hold(open func(string) (*line, error)) error {
	for _, w := range c.writers {
		w.client, w.left = c.client, func() bool { return false }
		if open == nil {
			continue
		}
		l, err := open(c.address)
		if err != nil {
			return err
		}
		w.client, w.left = l, func() bool { return l.told }
	}
	return nil
}

// read reads again and again until it is told to leave.
func (all *connected) read(address, token string, list bool) error {
	l, err := dial(address)
	if err != nil {
		return err
	}
	path := "/api/messages/protected"
	if list {
		path = "/api/v1/items"
	}
	request, err := http.NewRequest(http.MethodGet, "http://"+address+path, nil)
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+token)
	all.running.Go(func() {
		for !l.told {
			response, err := l.Do(request)
			if err != nil || response.StatusCode != http.StatusOK {
				all.cut.Add(1)
				return
			}
			all.served.Add(1)
		}
	})
	return nil
}

// follow reads a stream until it ends, which has to be its proper end.
func (all *connected) follow(address, token string) error {
	request, err := http.NewRequest(http.MethodGet, "http://"+address+"/api/v1/items/changes", nil)
	if err != nil {
		return err
	}
	request.Header = http.Header{"Authorization": {"Bearer " + token}, "Accept": {"text/event-stream"}}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return errors.Join(fmt.Errorf("a follower was answered %s", response.Status), response.Body.Close())
	}
	all.followers.Go(func() {
		told, err := io.ReadAll(response.Body)
		if _ = response.Body.Close(); err != nil || !strings.HasPrefix(string(told), "retry: ") {
			all.cut.Add(1)
		}
	})
	return nil
}
