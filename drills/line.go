package main

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"time"
)

// line is a client with one connection, on which it stays until an answer says
// that it ends. Unlike the clients of libraries, it repeats nothing by itself
// that was cut off.
type line struct {
	conn   net.Conn
	reader *bufio.Reader
	// told is whether an answer said that the connection ends with it.
	told bool
}

// dial opens the connection.
func dial(address string) (*line, error) {
	conn, err := net.DialTimeout("tcp", address, 5*time.Second)
	if err != nil {
		return nil, err
	}
	return &line{conn: conn, reader: bufio.NewReader(conn)}, nil
}

// Do sends one request and reads the whole answer.
func (l *line) Do(request *http.Request) (*http.Response, error) {
	if err := l.conn.SetDeadline(time.Now().Add(40 * time.Second)); err != nil {
		return nil, err
	}
	if err := request.Write(l.conn); err != nil {
		return nil, err
	}
	response, err := http.ReadResponse(l.reader, request)
	if err != nil {
		return nil, err
	}
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	response.Body = io.NopCloser(bytes.NewReader(raw))
	if response.Close {
		l.told = true
		err = l.conn.Close()
	}
	return response, err
}
