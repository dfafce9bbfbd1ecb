package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/postern-dev/postern/bench/load"
)

func rollingDrills() []drill {
	return []drill{{
		name: "rolling", breaks: "two servers on one PostgreSQL behind a balancer that goes by /readyz, each restarted in turn, again and again, at 200 requests a second",
		passes: "0 failed requests", short: size{rounds: 1}, long: size{rounds: 10}, run: rolling,
	}}
}

// balancer brings connections to servers that say that they are ready, the way
// a load balancer of layer 4 does: it looks every 100 ms, and repeats nothing.
type balancer struct {
	listener net.Listener
	servers  []string
	ready    []atomic.Bool
	next     atomic.Int64
	running  sync.WaitGroup
	stop     context.CancelFunc
}

func balance(ctx context.Context, servers ...string) (*balancer, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(ctx)
	b := &balancer{listener: listener, servers: servers, ready: make([]atomic.Bool, len(servers)), stop: stop}
	for i := range servers {
		b.ready[i].Store(true)
		b.running.Go(func() { b.watch(ctx, i) })
	}
	b.running.Go(b.accept)
	return b, nil
}

func (b *balancer) watch(ctx context.Context, i int) {
	for ctx.Err() == nil {
		status, _, err := ask(ctx, b.servers[i], "/readyz", "")
		b.ready[i].Store(err == nil && status == http.StatusOK)
		time.Sleep(100 * time.Millisecond)
	}
}

func (b *balancer) accept() {
	for {
		conn, err := b.listener.Accept()
		if err != nil {
			return
		}
		b.running.Go(func() { b.bring(conn) })
	}
}

// bring connects to the next server that is ready.
func (b *balancer) bring(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	for range b.servers {
		i := int(b.next.Add(1)) % len(b.servers)
		if !b.ready[i].Load() {
			continue
		}
		to, err := net.Dial("tcp", b.servers[i])
		if err != nil {
			continue
		}
		b.running.Go(func() {
			_, _ = io.Copy(to, conn)
			_ = to.(*net.TCPConn).CloseWrite()
		})
		_, _ = io.Copy(conn, to)
		_ = to.Close()
		return
	}
}

func (b *balancer) close() error {
	b.stop()
	return b.listener.Close()
}

func rolling(ctx context.Context, s *stage) (f figures, err error) {
	_, url, err := s.postgres(ctx)
	if err != nil {
		return nil, err
	}
	servers, addresses, err := s.pair(ctx, url)
	if err != nil {
		return nil, err
	}
	b, err := balance(ctx, addresses...)
	if err != nil {
		return nil, err
	}
	s.Defer(b.close)
	c := s.crowd(b.listener.Addr().String(), 8)
	c.pace = 40 * time.Millisecond // each of 8: 200 a second
	c.begin()
	restarts := 0
	for range s.size.rounds {
		for i := range servers {
			if servers[i], err = s.restart(ctx, servers[i], url); err != nil {
				return f, err
			}
			restarts++
			time.Sleep(time.Second) // the balancer finds it ready
		}
	}
	c.end()
	f.say("%d requests during %d restarts, %d failed, %d refused; the slowest %s", c.acknowledged.Load(), restarts,
		c.broken.Load(), c.refused.Load(), ms(c.slowest))
	if c.broken.Load()+c.refused.Load() > 0 {
		return f, fmt.Errorf("%d requests failed", c.broken.Load()+c.refused.Load())
	}
	return f, c.settle(ctx)
}

// pair starts two servers on the database.
func (s *stage) pair(ctx context.Context, url string) (servers []*load.Server, addresses []string, err error) {
	for range 2 {
		at, err := address()
		if err != nil {
			return nil, nil, err
		}
		server, err := s.Serve(ctx, s.folder, at, "DATABASE_URL="+url)
		if err != nil {
			return nil, nil, err
		}
		servers, addresses = append(servers, server), append(addresses, at)
	}
	return servers, addresses, nil
}

// restart ends the server as an orchestrator does, and starts it again.
func (s *stage) restart(ctx context.Context, server *load.Server, url string) (*load.Server, error) {
	if err := server.Signal(syscall.SIGTERM); err != nil {
		return nil, err
	}
	if code := server.Code(); code != 0 {
		return nil, fmt.Errorf("exit code %d", code)
	}
	return s.Serve(ctx, s.folder, server.Address, "DATABASE_URL="+url)
}
