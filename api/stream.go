package api

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/postern-dev/postern/collection/feed"
	"github.com/postern-dev/postern/middleware"
)

const (
	// heartbeat keeps proxies from ending a silent stream, and moves the
	// client's position on.
	heartbeat = 15 * time.Second
	// writePatience is how long a client may take to receive what is sent.
	writePatience = 10 * time.Second
	// reauthBefore is how long before the token's end the client is asked to
	// come back with a new one.
	reauthBefore = 30 * time.Second
)

// stream is an answer that does not end by itself. It outlives its request.
type stream struct {
	*line
	*teller
	ctx  context.Context // ends when the client hangs up, or is cut off
	stop context.CancelFunc
	api  *API
	// pass is what let the request in; nil where nothing had to. requestID is
	// how the log calls it.
	pass      *pass
	requestID string
	// reauth and end are when the client is told that its token ends, and when
	// it has ended, or the login is too old for what is followed; zero for one
	// without a token.
	reauth, end time.Time
	sent        int64 // the last position that the client has
	buffer      []byte
}

// stream tells events as they happen (text/event-stream). It begins the answer
// and leaves the rest to a goroutine, which closes the follower. The client has
// to come back when its login ends, where that is not zero.
func (a *API) stream(c *gin.Context, t *teller, reset bool, loginEnds time.Time) error {
	s := &stream{teller: t, api: a, pass: a.passOf(c), requestID: c.Writer.Header().Get("X-Request-Id")}
	if id := middleware.Identity(c); id != nil {
		s.end = id.Expiry
		if !loginEnds.IsZero() && loginEnds.Before(s.end) {
			s.end = loginEnds
		}
		// Who has a session comes back with the same cookie, and has a new token.
		if middleware.Session(c) == "" {
			s.reauth = s.end.Add(-min(reauthBefore, time.Until(s.end)/2))
		}
	}
	c.Header("Content-Type", eventStream)
	c.Header("X-Accel-Buffering", "no")
	var err error
	if s.line, err = takeLine(c); err != nil {
		t.close()
		return err
	}
	a.streams.Go(func() { s.serve(reset) })
	return nil
}

// serve sends everything, and leaves nothing behind.
func (s *stream) serve(reset bool) {
	began := time.Now()
	defer func() {
		if value := recover(); value != nil {
			s.api.Log.Error("panic", "requestId", s.requestID, "value", fmt.Sprint(value), "stack", string(debug.Stack()))
		}
		_ = s.conn.Close()
		s.close()
		s.api.Log.Info("stream ended", "requestId", s.requestID, "ms", time.Since(began).Milliseconds())
	}()
	var ctx context.Context
	ctx, s.stop = context.WithCancel(context.Background())
	defer s.stop()
	s.ctx = s.held(ctx)
	defer s.api.stay(s.pass, s.stop)()
	// The answer begins with a position, so that a client can come back to it
	// whatever happens first.
	s.event("retry: 1000\n", "", nil)
	if reset {
		s.event("", "reset", []byte(`{"reason":"read everything again, then go on from here"}`))
	}
	if s.flush() == nil {
		s.run()
		s.conclude()
	}
}

// run sends until somebody ends it. Nobody can be told an error any more.
func (s *stream) run() {
	next := time.Now().Add(heartbeat)
	for {
		events, err := s.wait(next)
		for _, e := range events {
			s.change(e)
		}
		switch {
		case errors.Is(err, feed.ErrReset):
			return // the next request is told
		case errors.Is(err, feed.ErrSlow), errors.Is(err, feed.ErrClosed):
			// Everybody comes back, not all at once.
			s.buffer = append(s.buffer, "retry: "+strconv.Itoa(100+rand.IntN(1900))+"\n\n"...)
			_ = s.flush()
			return
		case s.ctx.Err() != nil, err != nil && !errors.Is(err, context.DeadlineExceeded):
			return
		}
		if !s.mayGoOn(!time.Now().Before(next)) {
			return
		}
		if !time.Now().Before(next) {
			s.beat()
			next = time.Now().Add(heartbeat)
		}
		if s.flush() != nil {
			return
		}
	}
}

// wait returns events, or at the next moment at which something is due.
func (s *stream) wait(due time.Time) ([]feed.Event, error) {
	for _, t := range []time.Time{s.reauth, s.end} {
		if !t.IsZero() && t.Before(due) {
			due = t
		}
	}
	ctx, stop := context.WithDeadline(s.ctx, due)
	defer stop()
	return s.follower.Next(ctx)
}

// mayGoOn tells the client before its token or login ends, and ends the stream with it;
// now and then it looks whether the token would still be accepted.
func (s *stream) mayGoOn(look bool) bool {
	if s.end.IsZero() {
		return true
	}
	refused := look && s.pass.refused(s.ctx)
	if refused || !s.reauth.IsZero() && !time.Now().Before(s.reauth) {
		s.event("", "reauth", []byte(`{"expiresAt":`+strconv.FormatInt(s.end.Unix(), 10)+`}`))
		s.reauth = time.Time{}
	}
	if !refused && time.Now().Before(s.end) {
		return true
	}
	_ = s.flush()
	return false
}

// beat sends the position where it moved, and a comment where it did not.
func (s *stream) beat() {
	if s.follower.At() == s.sent {
		s.buffer = append(s.buffer, ": still here\n\n"...)
		return
	}
	s.event("", "", nil)
}

// change sends one event.
func (s *stream) change(e feed.Event) {
	s.buffer = append(s.buffer, "id: "+s.marker.Write(e.Position)+"\nevent: change\ndata: "...)
	s.buffer = append(s.appendEvent(s.buffer, e), "\n\n"...)
	s.sent = e.Position
}

// event sends an event with the present position; without a name, it is the
// position alone, which no client takes for an event.
func (s *stream) event(head, name string, data []byte) {
	s.sent = s.follower.At()
	s.buffer = append(s.buffer, head+"id: "+s.marker.Write(s.sent)+"\n"...)
	if name != "" {
		s.buffer = append(s.buffer, "event: "+name+"\ndata: "...)
		s.buffer = append(append(s.buffer, data...), '\n')
	}
	s.buffer = append(s.buffer, '\n')
}

// flush sends what was gathered.
func (s *stream) flush() error {
	if len(s.buffer) == 0 {
		return nil
	}
	err := s.write(s.buffer)
	if s.buffer = s.buffer[:0]; cap(s.buffer) > 1<<10 {
		s.buffer = nil // thousands of followers are idle
	}
	return err
}
