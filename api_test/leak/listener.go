package leak

import (
	"bytes"
	"net"
	"net/http"
	"strings"
	"sync"
)

// Listener hears of the credentials that clients send, and of the cookies that
// they are given: they are secrets.
func (r *Record) Listener(l net.Listener) net.Listener { return listener{l, r} }

type listener struct {
	net.Listener
	record *Record
}

func (l listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	tcp, ok := c.(*net.TCPConn)
	if err != nil || !ok {
		return c, err
	}
	return &conn{TCPConn: tcp, in: &lines{record: l.record}, out: &lines{record: l.record}}, nil
}

// conn is a TCPConn, so that it can do all that servers make use of.
type conn struct {
	*net.TCPConn
	in, out *lines
}

func (c *conn) Read(p []byte) (int, error) {
	n, err := c.TCPConn.Read(p)
	c.in.hear(p[:n])
	return n, err
}

func (c *conn) Write(p []byte) (int, error) {
	c.out.hear(p)
	return c.TCPConn.Write(p)
}

// lines hears header fields go by.
type lines struct {
	record *Record
	mu     sync.Mutex
	rest   []byte // of a line that has not ended
}

// longestLine is the most that is kept of a line, in bytes.
const longestLine = 128 << 10

func (l *lines) hear(text []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(text) > 0 {
		line, rest, ended := bytes.Cut(text, []byte("\n"))
		if !ended {
			if len(l.rest)+len(line) <= longestLine {
				l.rest = append(l.rest, line...)
			}
			return
		}
		if len(l.rest) > 0 {
			line = append(l.rest, line...)
			l.rest = nil
		}
		name, value, _ := strings.Cut(string(line[:min(len(line), longestLine)]), ":")
		l.record.Field(name, strings.TrimSpace(value))
		text = rest
	}
}

// Header hears of all fields.
func (r *Record) Header(header http.Header) {
	for name, values := range header {
		for _, value := range values {
			r.Field(name, value)
		}
	}
}

// Field hears of a header field, which is secret or has a part that is, or not.
func (r *Record) Field(name, value string) {
	switch strings.ToLower(name) {
	case "authorization":
		_, credential, _ := strings.Cut(value, " ")
		r.Secret("credential", credential)
	case "dpop":
		r.Secret("proof", value)
	case "cookie", "set-cookie":
		for pair := range strings.SplitSeq(value, ";") {
			if key, secret, ok := strings.Cut(strings.TrimSpace(pair), "="); ok && !attribute(key) {
				r.Secret("cookie", secret)
			}
		}
	}
}

// attribute tells of what stands beside a cookie (RFC 6265, section 4.1.1).
func attribute(name string) bool {
	switch strings.ToLower(name) {
	case "expires", "max-age", "domain", "path", "samesite":
		return true
	}
	return false
}
