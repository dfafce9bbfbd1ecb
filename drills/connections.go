package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"syscall"
	"time"
)

func connectionDrills() []drill {
	return []drill{
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
