package middleware

import (
	"io"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
)

// The bounds of lingering. Whoever sends more, or more slowly, is cut off.
const (
	lingerSize = 64 << 20
	lingerTime = 10 * time.Second
	// smallRest is how much of an unread body net/http reads by itself before
	// it answers.
	smallRest = 256 << 10
)

// Linger reads on, within bounds, where a request was answered before its
// body was read, and ends the connection after that. Ended at once, it would
// be reset while the client sends, and the reset can overtake the answer (RFC
// 9112, section 9.6): Firefox shows its page a network error then, and no
// refusal. It stands outermost, so that nobody's clock counts this time.
func Linger() gin.HandlerFunc {
	return func(c *gin.Context) {
		if c.Request.ProtoMajor != 1 || !hasBody(c.Request) {
			return
		}
		body := &watchedBody{ReadCloser: c.Request.Body}
		c.Request = withBody(c.Request, body)
		c.Next()
		if !body.leavesMuch(c.Request) {
			return
		}
		c.Header("Connection", "close")
		c.Writer.Flush()
		_ = http.NewResponseController(c.Writer).SetReadDeadline(time.Now().Add(lingerTime))
		_, _ = io.CopyN(io.Discard, body, lingerSize)
	}
}

// withBody returns a copy of the request: net/http goes by the body of its own
// one when it decides whether to wait for the rest or for a client that
// expects 100 Continue.
func withBody(r *http.Request, body io.ReadCloser) *http.Request {
	r = r.WithContext(r.Context())
	r.Body = body
	return r
}

// watchedBody knows how much of it was read.
type watchedBody struct {
	io.ReadCloser
	size int64
	done bool // read to the end or to an error
}

func (b *watchedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.size += int64(n)
	b.done = b.done || err != nil
	return n, err
}

// leavesMuch tells whether the client still sends more than net/http would
// read. A client that expects 100 Continue and was not told to go on sends
// nothing.
func (b *watchedBody) leavesMuch(r *http.Request) bool {
	if b.done || b.size == 0 && r.Header.Get("Expect") != "" {
		return false
	}
	return r.ContentLength < 0 || r.ContentLength-b.size > smallRest
}
