package api

import (
	"bufio"
	"net"
	"net/http"
	"sync/atomic"
)

// farewell tells clients of a server that drains to come back on another
// connection. It looks when the answer goes out and not when the request came
// in: a request that was in hand when the draining began would otherwise be
// answered on a connection that is closed while the next one is on its way.
type farewell struct {
	http.ResponseWriter
	draining *atomic.Bool
}

// WriteHeader is how every answer of the engine begins.
func (f *farewell) WriteHeader(status int) {
	if f.draining.Load() {
		f.Header().Set("Connection", "close")
	}
	f.ResponseWriter.WriteHeader(status)
}

// Flush is what the engine looks for.
func (f *farewell) Flush() { _ = http.NewResponseController(f.ResponseWriter).Flush() }

// Hijack is what the engine looks for, too.
func (f *farewell) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return http.NewResponseController(f.ResponseWriter).Hijack()
}

// Unwrap is what [http.ResponseController] looks for.
func (f *farewell) Unwrap() http.ResponseWriter { return f.ResponseWriter }
