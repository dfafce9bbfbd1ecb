package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// patience bounds one measurement.
const patience = 5 * time.Minute

// drive sends the requests over so many connections, each the next one as soon
// as its last is answered, and returns how long each waited. An answer that is
// not 200 spoils it.
func drive(address string, requests [][]byte, connections int) ([]time.Duration, error) {
	waited := make([]time.Duration, len(requests))
	errs := make([]error, connections)
	var next atomic.Int64
	var all sync.WaitGroup
	for c := range connections {
		all.Go(func() { errs[c] = send(address, requests, waited, &next) })
	}
	all.Wait()
	return waited, errors.Join(errs...)
}

func send(address string, requests [][]byte, waited []time.Duration, next *atomic.Int64) error {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	answers := bufio.NewReader(conn)
	for {
		n := int(next.Add(1)) - 1
		if n >= len(requests) {
			return nil
		}
		began := time.Now()
		if _, err := conn.Write(requests[n]); err != nil {
			return err
		}
		if err := receive(answers); err != nil {
			return err
		}
		waited[n] = time.Since(began)
	}
}

func receive(answers *bufio.Reader) error {
	answer, err := http.ReadResponse(answers, nil)
	if err != nil {
		return err
	}
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("answered %s: %s", answer.Status, body)
	}
	return nil
}
