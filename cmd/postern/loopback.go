//go:build !nodev

package main

import (
	"errors"
	"fmt"
	"net"
	"strconv"
)

// listenLocally listens on an address of this machine only: development tokens
// are given to whoever asks. localhost means both 127.0.0.1 and, where there
// is one, ::1, since browsers and tools differ in which they try first.
func listenLocally(addr string) ([]net.Listener, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, usageError{fmt.Errorf("address %q: write it like localhost:6060", addr)}
	}
	hosts := []string{host}
	if host == "localhost" || host == "" {
		hosts = bothLoopbacks()
	} else if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return nil, usageError{fmt.Errorf("address %q: development listens on this machine only, for its tenant signs tokens for everybody; use localhost, or `postern serve` with a real tenant", addr)}
	}
	var listeners []net.Listener
	for _, host := range hosts {
		listener, err := net.Listen("tcp", net.JoinHostPort(host, port))
		if err != nil {
			return nil, errors.Join(fmt.Errorf("listen on %s (is another one running? choose other ports with --addr, --tenant-addr and --playground-addr): %w", addr, err), closeAll(listeners))
		}
		listeners = append(listeners, listener)
		port = portOf(listener) // the same for both when any was asked for
	}
	return listeners, nil
}

// bothLoopbacks leaves ::1 out on a machine without IPv6.
func bothLoopbacks() []string {
	probe, err := net.Listen("tcp", "[::1]:0")
	if err != nil {
		return []string{"127.0.0.1"}
	}
	_ = probe.Close()
	return []string{"127.0.0.1", "::1"}
}

func portOf(listener net.Listener) string {
	return strconv.Itoa(listener.Addr().(*net.TCPAddr).Port)
}

func closeAll(listeners []net.Listener) error {
	var errs []error
	for _, listener := range listeners {
		errs = append(errs, listener.Close())
	}
	return errors.Join(errs...)
}
