package main

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

// lean is a client that sends the same request again and again, over any number
// of connections. That of net/http takes two turns of other goroutines for each
// request, and where requests are many it would be measured with the server.
type lean struct {
	address string
	request []byte
	mu      sync.Mutex
	idle    []*leanConn
}

type leanConn struct {
	net.Conn
	reader *bufio.Reader
}

// newLean returns a client of this path, with this token.
func newLean(address, path, token string) *lean {
	return &lean{address: address, request: []byte("GET " + path + " HTTP/1.1\r\nHost: " + address + "\r\nAuthorization: Bearer " + token + "\r\n\r\n")}
}

// do sends the request and reads the whole answer. What is returned of that has
// no body any more.
func (l *lean) do() (*http.Response, error) {
	c, err := l.take()
	if err != nil {
		return nil, err
	}
	response, err := c.ask(l.request)
	if err != nil || response.Close {
		_ = c.Close()
		return response, err
	}
	l.mu.Lock()
	l.idle = append(l.idle, c)
	l.mu.Unlock()
	return response, nil
}

// connect opens so many connections that nobody uses yet.
func (l *lean) connect(count int) error {
	for range count {
		c, err := l.dial()
		if err != nil {
			return err
		}
		l.idle = append(l.idle, c)
	}
	return nil
}

// take returns the connection that was used last of those that nobody uses, or a
// new one.
func (l *lean) take() (*leanConn, error) {
	l.mu.Lock()
	if last := len(l.idle) - 1; last >= 0 {
		c := l.idle[last]
		l.idle = l.idle[:last]
		l.mu.Unlock()
		return c, nil
	}
	l.mu.Unlock()
	return l.dial()
}

func (l *lean) dial() (*leanConn, error) {
	conn, err := net.DialTimeout("tcp", l.address, 20*time.Second)
	if err != nil {
		return nil, err
	}
	return &leanConn{conn, bufio.NewReader(conn)}, nil
}

func (c *leanConn) ask(request []byte) (*http.Response, error) {
	if err := c.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		return nil, err
	}
	if _, err := c.Write(request); err != nil {
		return nil, err
	}
	response, err := http.ReadResponse(c.reader, nil)
	if err != nil {
		return nil, err
	}
	_, err = io.Copy(io.Discard, response.Body)
	_ = response.Body.Close()
	return response, err
}

// close closes the connections that nobody uses.
func (l *lean) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range l.idle {
		_ = c.Close()
	}
	l.idle = nil
}
