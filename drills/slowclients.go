package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/postern-dev/postern/bench/load"
)

func slowClientDrills() []drill {
	return []drill{
		{name: "slow-clients", breaks: "200 clients that send their header a byte a second, 200 their body, 5,000 of one account that come within 25 s, ask for a page of 1 MiB and read 64 bytes of it a second, 100 that follow changes and never read, while 2 write",
			passes: "headers are cut off within 15 s, everybody within 45 s; others get 200 throughout, p99 below 1 s; memory at most 512 MiB",
			short:  size{rounds: 500, length: 40 * time.Second}, long: size{rounds: 5000, length: time.Minute}, run: slowClients},
	}
}

func slowClients(ctx context.Context, s *stage) (f figures, err error) {
	server, err := s.start(ctx, s.sqlite(), "POSTERN_MAX_WAIT=0") // a rush is another drill
	if err != nil {
		return nil, err
	}
	if err := s.fillLarge(ctx, server); err != nil {
		return nil, err
	}
	good := s.pulse(ctx, server.Address, "/api/v1/items?limit=5", s.Token("auth0|w0"), http.StatusOK, 20*time.Millisecond)
	before, err := openFiles(server)
	if err != nil {
		return nil, err
	}
	kinds, err := s.slowKinds(server.Address)
	for _, conns := range kinds {
		defer closeAll(conns)
	}
	if err != nil {
		return nil, err
	}
	c := s.crowd(server.Address, 2)
	c.begin()
	stop := make(chan struct{})
	go sip(kinds["readers"], stop)
	defer close(stop)
	var headers, bodies, all time.Duration
	var openHeaders, openBodies int
	var watching sync.WaitGroup
	watching.Go(func() { headers, openHeaders = trickle(kinds["headers"], s.size.length) })
	watching.Go(func() { bodies, openBodies = trickle(kinds["bodies"], s.size.length) })
	watching.Go(func() { all, err = awaitFiles(server, before+20, s.size.length) })
	watching.Wait()
	c.end()
	took, bad := good.end()
	peak, failed := status(server, "VmHWM")
	f.say("%d readers, 200 headers, 200 bodies, 100 followers: headers cut off after %.0f s at the latest, bodies after %.0f s, all after %.0f s; %d of the headers and bodies left",
		len(kinds["readers"]), headers.Seconds(), bodies.Seconds(), all.Seconds(), openHeaders+openBodies)
	f.say("%d other reads, p99 %s, %d writes; %d MiB of memory at most", len(took), ms(at99(took)), c.acknowledged.Load(), peak>>20)
	if err = errors.Join(err, bad, failed, c.settle(ctx)); err != nil {
		return f, err
	}
	if openHeaders+openBodies > 0 || headers > 15*time.Second || bodies > 45*time.Second || all > 45*time.Second {
		return f, errors.New("slow clients were let be for too long")
	}
	if at99(took) > time.Second || peak > 512<<20 || c.acknowledged.Load() == 0 {
		return f, errors.New("others suffered")
	}
	return f, nil
}

// openFiles is how many files and connections the server has open.
func openFiles(server *load.Server) (int, error) {
	open, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", server.PID()))
	return len(open), err
}

// awaitFiles returns how long it takes until the server has no more open than so
// many. A client that reads slowly cannot see that it was cut off: its system
// goes on handing out what was sent before.
func awaitFiles(server *load.Server, most int, patience time.Duration) (time.Duration, error) {
	for began := time.Now(); ; time.Sleep(100 * time.Millisecond) {
		open, err := openFiles(server)
		if took := time.Since(began); err != nil || open <= most {
			return took, err
		} else if took > patience {
			return took, fmt.Errorf("%d files and connections are open after %v", open, took)
		}
	}
}

// fillLarge stores what the readers ask for.
func (s *stage) fillLarge(ctx context.Context, server *load.Server) error {
	for n := range 30 {
		body := fmt.Sprintf(`{"slug":"large-%d","n":%d,"sum":"","text":%q}`, n, n, strings.Repeat("0123456789", 4_000))
		if err := s.Create(ctx, server, "items", "auth0|reader", body); err != nil {
			return err
		}
	}
	return nil
}

// slowKinds opens the connections of all slow clients.
func (s *stage) slowKinds(address string) (kinds map[string][]net.Conn, err error) {
	bearer := func(who string) string {
		return " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + s.Token("auth0|"+who) + "\r\n"
	}
	kinds = map[string][]net.Conn{}
	for _, kind := range []struct {
		name  string
		count int
		text  func(n int) string
	}{
		{"readers", s.size.rounds, func(int) string {
			return "GET /api/v1/items?limit=200" + bearer("reader") + "Connection: close\r\n\r\n"
		}},
		{"headers", 200, func(int) string { return "GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: " }},
		{"bodies", 200, func(n int) string {
			return "POST /api/v1/items" + bearer(fmt.Sprint("sender", n%4)) + "Content-Type: application/json\r\nContent-Length: 5000\r\n\r\n{"
		}},
		{"followers", 100, func(int) string {
			return "GET /api/v1/items/changes" + bearer("w0") + "Accept: text/event-stream\r\n\r\n"
		}},
	} {
		for n := range kind.count {
			conn, err := dialNarrow(address)
			if err != nil {
				return kinds, err
			}
			kinds[kind.name] = append(kinds[kind.name], conn)
			if _, err := conn.Write([]byte(kind.text(n))); err != nil {
				return kinds, err
			}
			time.Sleep(5 * time.Millisecond)
		}
	}
	return kinds, nil
}

// dialNarrow opens a connection whose system keeps little of what is not read.
func dialNarrow(address string) (net.Conn, error) {
	dialer := net.Dialer{Timeout: 10 * time.Second, Control: func(_, _ string, raw syscall.RawConn) (err error) {
		failed := raw.Control(func(fd uintptr) { err = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, 4096) })
		return errors.Join(err, failed)
	}}
	return dialer.Dial("tcp", address)
}

// sip reads 64 bytes a second of each.
func sip(all []net.Conn, stop <-chan struct{}) {
	for {
		for _, conn := range all {
			_ = conn.SetReadDeadline(time.Now().Add(time.Millisecond))
			_, _ = conn.Read(make([]byte, 64))
		}
		select {
		case <-stop:
			return
		case <-time.After(time.Second):
		}
	}
}

// trickle sends a byte a second on each connection, and returns when the last
// one was cut off, or after the limit.
func trickle(all []net.Conn, most time.Duration) (slowest time.Duration, open int) {
	began := time.Now()
	var mu sync.Mutex
	var sending sync.WaitGroup
	for _, conn := range all {
		sending.Go(func() {
			cut := make(chan struct{})
			go func() {
				defer close(cut)
				_, _ = io.Copy(io.Discard, conn) // ends with the connection
			}()
			for time.Since(began) < most {
				select {
				case <-cut:
					mu.Lock()
					slowest = max(slowest, time.Since(began))
					mu.Unlock()
					return
				case <-time.After(time.Second):
					_, _ = conn.Write([]byte("x")) // fails once it is cut off
				}
			}
			mu.Lock()
			open++
			mu.Unlock()
		})
	}
	sending.Wait()
	return slowest, open
}
