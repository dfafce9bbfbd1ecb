package api

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"
)

// line is the connection of a stream, taken from net/http. With what that keeps
// for a request, buffers and a deep stack, each follower took 43 KiB, and there
// are thousands to whom nothing happens; with a line it is 18 KiB.
type line struct {
	conn    net.Conn
	chunked bool
}

// takeLine begins the answer and takes the connection. The request is over
// then, and its context is; what it leaves is to be read before.
func takeLine(c *gin.Context) (*line, error) {
	if _, err := io.Copy(io.Discard, c.Request.Body); err != nil {
		return nil, fmt.Errorf("read the body: %w", err)
	}
	c.Header("Connection", "close")
	c.Status(http.StatusOK)
	c.Writer.WriteHeaderNow()
	conn, _, err := c.Writer.Hijack()
	if err != nil {
		return nil, fmt.Errorf("take the connection: %w", err)
	}
	return &line{conn: conn, chunked: c.Request.ProtoAtLeast(1, 1)}, nil
}

// write sends a part of the answer and gives the client a bounded time to take
// it.
func (l *line) write(part []byte) error {
	parts := net.Buffers{part}
	if l.chunked { // RFC 9112, section 7.1
		parts = net.Buffers{append(strconv.AppendInt(nil, int64(len(part)), 16), "\r\n"...), part, []byte("\r\n")}
	}
	if err := l.conn.SetWriteDeadline(time.Now().Add(writePatience)); err != nil {
		return err
	}
	_, err := parts.WriteTo(l.conn)
	return err
}

// conclude tells the client that the answer is whole.
func (l *line) conclude() {
	if l.chunked {
		_ = l.conn.SetWriteDeadline(time.Now().Add(time.Second))
		_, _ = l.conn.Write([]byte("0\r\n\r\n"))
	}
}

// oddments is how often a client that has nothing more to say may say
// something.
const oddments = 16

// held returns a context that ends when the client hangs up.
func (l *line) held(ctx context.Context) context.Context {
	ctx, gone := context.WithCancel(ctx)
	go func() {
		defer gone()
		ignored := make([]byte, 64)
		for range oddments {
			if _, err := l.conn.Read(ignored); err != nil {
				return
			}
		}
	}()
	return ctx
}
