package authtest

import (
	"bytes"
	"net"
	"net/http"
	"net/http/httptest"
	"time"
)

// Fault answers a request for the issuer; healthy is the answer it stands in
// for.
type Fault func(w http.ResponseWriter, r *http.Request, healthy http.HandlerFunc)

// Break has the fault answer all requests, until [Issuer.Heal].
func (i *Issuer) Break(fault Fault) {
	i.BreakDiscovery(fault)
	i.BreakKeySet(fault)
}

// BreakDiscovery has the fault answer requests for the discovery document.
func (i *Issuer) BreakDiscovery(fault Fault) { i.breakPath(discoveryPath, fault) }

// BreakKeySet has the fault answer requests for the key set.
func (i *Issuer) BreakKeySet(fault Fault) { i.breakPath(keySetPath, fault) }

func (i *Issuer) breakPath(path string, fault Fault) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.broken[path] = fault
}

// Heal ends all faults and what [Issuer.Publish] and [Issuer.Announce] did.
func (i *Issuer) Heal() {
	i.mu.Lock()
	defer i.mu.Unlock()
	clear(i.broken)
	i.published, i.announced = nil, nil
}

// Answer answers with a status and a body.
func Answer(status int, contentType, body string) Fault {
	return func(w http.ResponseWriter, _ *http.Request, _ http.HandlerFunc) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

// Page answers 200 with a page such as a proxy shows for a dead service.
func Page() Fault {
	return Answer(http.StatusOK, "text/html", "<!DOCTYPE html><title>Down</title><h1>We will be back soon</h1>")
}

// EmptySet answers 200 with a set of no keys.
func EmptySet() Fault { return Answer(http.StatusOK, "application/json", `{"keys":[]}`) }

// Redirect sends the client to another address.
func Redirect(address string) Fault {
	return func(w http.ResponseWriter, r *http.Request, _ http.HandlerFunc) {
		http.Redirect(w, r, address, http.StatusFound)
	}
}

// Hang answers as it should, but only after the pause.
func Hang(pause time.Duration) Fault {
	return func(w http.ResponseWriter, r *http.Request, healthy http.HandlerFunc) {
		select {
		case <-time.After(pause):
			healthy(w, r)
		case <-r.Context().Done():
		}
	}
}

// Trickle answers as it should, but with a pause before each byte.
func Trickle(pause time.Duration) Fault {
	return func(w http.ResponseWriter, r *http.Request, healthy http.HandlerFunc) {
		control := http.NewResponseController(w)
		for _, b := range recorded(r, healthy) {
			select {
			case <-time.After(pause):
			case <-r.Context().Done():
				return
			}
			_, _ = w.Write([]byte{b})
			_ = control.Flush()
		}
	}
}

// Oversized answers as it should, with blanks behind until the answer has the
// size.
func Oversized(size int) Fault {
	return func(w http.ResponseWriter, r *http.Request, healthy http.HandlerFunc) {
		body := recorded(r, healthy)
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(body)
		_, _ = w.Write(bytes.Repeat([]byte{' '}, max(0, size-len(body))))
	}
}

// Reset resets the connection.
func Reset() Fault {
	return func(w http.ResponseWriter, _ *http.Request, _ http.HandlerFunc) { hangUp(w, true) }
}

// Down closes the connection without an answer, which is as near as a server
// that keeps its port can come to being gone.
func Down() Fault {
	return func(w http.ResponseWriter, _ *http.Request, _ http.HandlerFunc) { hangUp(w, false) }
}

func hangUp(w http.ResponseWriter, reset bool) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	if tcp, ok := conn.(*net.TCPConn); ok && reset {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

func recorded(r *http.Request, healthy http.HandlerFunc) []byte {
	recorder := httptest.NewRecorder()
	healthy(recorder, r)
	return recorder.Body.Bytes()
}
