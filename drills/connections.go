package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"sync"
	"syscall"
	"time"
)

func connectionDrills() []drill {
	return []drill{
		{name: "slow-clients", breaks: "200 clients that send their header a byte a second, 200 their body, 100 that follow changes and 300 that ask for a large list and never read",
			passes: "headers are cut off within 15 s, bodies within 45 s; others get 200 throughout, p99 below 1 s",
			long:   size{length: 50 * time.Second}, run: slowClients},
		{name: "idle-connections", breaks: "so many connections on which nothing is asked any more",
			passes: "others get 200, p99 below 1 s; 48 KiB of memory for each at most",
			short:  size{rounds: 1000}, long: size{rounds: 10000}, run: idleConnections},
		{name: "descriptors", breaks: "400 connections to a server that may open 256 files",
			passes: "it lives, uses less than 20 % of a processor, and serves, database included, within 1 s after they are gone",
			short:  size{length: time.Second}, long: size{length: 20 * time.Second}, run: descriptors},
	}
}

// crowdOf opens connections, sends each the text, and keeps them.
func crowdOf(address string, count int, text string) (all []net.Conn, err error) {
	for range count {
		conn, err := net.DialTimeout("tcp", address, 5*time.Second)
		if err != nil {
			return all, err
		}
		all = append(all, conn)
		if _, err := io.WriteString(conn, text); err != nil {
			return all, err
		}
	}
	return all, nil
}

func closeAll(all []net.Conn) {
	for _, c := range all {
		_ = c.Close()
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

func slowClients(ctx context.Context, s *stage) (f figures, err error) {
	server, err := s.start(ctx, s.sqlite())
	if err != nil {
		return nil, err
	}
	if err := s.fillPages(ctx, server.Address); err != nil {
		return nil, err
	}
	token := s.Token("auth0|w0")
	good := s.pulse(ctx, server.Address, "/api/v1/items?limit=5", token, http.StatusOK, 20*time.Millisecond)
	bearer := " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token + "\r\n"
	var kinds [4][]net.Conn
	for i, kind := range []struct {
		count int
		text  string
	}{
		{200, "GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: "},
		{200, "POST /api/v1/items" + bearer + "Content-Type: application/json\r\nContent-Length: 5000\r\n\r\n{"},
		{100, "GET /api/v1/items/changes" + bearer + "Accept: text/event-stream\r\n\r\n"},
		{300, "GET /api/v1/items?limit=200" + bearer + "\r\n"},
	} {
		kinds[i], err = crowdOf(server.Address, kind.count, kind.text)
		defer closeAll(kinds[i])
		if err != nil {
			return nil, err
		}
	}
	var headers, bodies time.Duration
	var openHeaders, openBodies int
	var both sync.WaitGroup
	both.Go(func() { headers, openHeaders = trickle(kinds[0], s.size.length) })
	both.Go(func() { bodies, openBodies = trickle(kinds[1], s.size.length) })
	both.Wait()
	took, err := good.end()
	f.say("headers cut off after %.0f s at the latest, bodies after %.0f s; %d open after %v", headers.Seconds(), bodies.Seconds(), openHeaders+openBodies, s.size.length)
	f.say("%d other requests, p99 %s", len(took), ms(at99(took)))
	if err == nil && (openHeaders+openBodies > 0 || headers > 15*time.Second || bodies > 45*time.Second || at99(took) > time.Second) {
		err = errors.New("slow clients were let be for too long, or others suffered")
	}
	return f, err
}

func idleConnections(ctx context.Context, s *stage) (f figures, err error) {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil || limit.Max < uint64(s.size.rounds+500) {
		return nil, missing(fmt.Sprintf("%d open files (ulimit -n is %d)", s.size.rounds+500, limit.Max))
	}
	server, err := s.start(ctx, s.sqlite())
	if err != nil {
		return nil, err
	}
	before, err := server.Memory()
	if err != nil {
		return nil, err
	}
	all, err := crowdOf(server.Address, s.size.rounds, "GET /api/messages/public HTTP/1.1\r\nHost: x\r\n\r\n")
	defer closeAll(all)
	if err != nil {
		return nil, err
	}
	good := s.pulse(ctx, server.Address, "/api/messages/protected", s.Token("auth0|ada"), http.StatusOK, 10*time.Millisecond)
	time.Sleep(3 * time.Second)
	took, err := good.end()
	if err != nil {
		return nil, err
	}
	after, err := server.Memory()
	each := float64(after-before) / float64(len(all)) / 1024
	f.say("%d idle connections: %.1f MiB of memory more, %.1f KiB each", len(all), float64(after-before)/(1<<20), each)
	f.say("%d other requests, p99 %s", len(took), ms(at99(took)))
	if err == nil && (each > 48 || at99(took) > time.Second) {
		err = errors.New("they cost too much")
	}
	return f, err
}

func descriptors(ctx context.Context, s *stage) (f figures, err error) {
	if _, err := exec.LookPath("prlimit"); err != nil {
		return nil, missing("prlimit")
	}
	where, err := address()
	if err != nil {
		return nil, err
	}
	server, err := s.Begin(ctx, []string{"prlimit", "--nofile=256:256"}, s.folder, where, "DATABASE_URL="+s.sqlite())
	if err != nil {
		return nil, err
	}
	if err := awaitReadiness(ctx, where, `{"status":"ok"}`); err != nil {
		return nil, err
	}
	all, err := crowdOf(where, 400, "") // the kernel takes those that the server cannot
	if err != nil {
		closeAll(all)
		return nil, err
	}
	used, err := server.CPU()
	if err != nil {
		return nil, err
	}
	time.Sleep(s.size.length)
	more, err := server.CPU()
	if err != nil {
		return nil, err
	}
	closeAll(all)
	gone := time.Now()
	c := s.crowd(where, 2)
	c.patient = true
	c.begin()
	if err := c.await(20 * time.Second); err != nil {
		return nil, err
	}
	again := time.Since(gone)
	c.end()
	share := (more - used) / s.size.length.Seconds()
	f.say("%.1f %% of a processor while no file could be opened for %v; writes went on %s after they were gone", 100*share, s.size.length, ms(again))
	if share > 0.2 || again > time.Second {
		return f, errors.New("it was too busy, or too late")
	}
	return f, c.settle(ctx)
}
