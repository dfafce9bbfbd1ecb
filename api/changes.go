package api

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/collection/feed"
	"github.com/postern-dev/postern/middleware"
	"github.com/postern-dev/postern/problem"
	"github.com/postern-dev/postern/seal"
)

const eventStream = "text/event-stream"

// followOne makes the handler of one collection's changes.
func (a *API) followOne(of *collection.Collection) func(*gin.Context) error {
	return func(c *gin.Context) error { return a.follow(c, of) }
}

// followSome answers with the changes of several collections on one connection.
func (a *API) followSome(c *gin.Context) error {
	return a.follow(c, nil)
}

// follow is a stream for those who accept one, and a long poll for all others.
func (a *API) follow(c *gin.Context, of *collection.Collection) error {
	caller := a.caller(c)
	ask, err := a.readAsk(c, caller, of)
	if err != nil {
		return err
	}
	c.Header("Cache-Control", "no-store")
	c.Writer.Header().Add("Vary", "Accept")
	streams := strings.Contains(c.GetHeader("Accept"), eventStream)
	if c.Request.Method == http.MethodHead {
		c.Header("Content-Type", map[bool]string{true: eventStream, false: jsonType}[streams])
		c.Status(http.StatusOK)
		return nil
	}
	if a.Feed.Followers() >= a.MaxFollowers {
		return followersFull.New("").RetryAfter(5 * time.Second)
	}
	leave, ok := a.following.enter(nameOf(c), a.MaxFollowersEach)
	if !ok {
		return problem.TooManyAtOnce.New("Of those who follow changes, the caller is " + strconv.Itoa(a.MaxFollowersEach) + " already.").RetryAfter(5 * time.Second)
	}
	f, reset, err := a.begin(c, ask)
	if err != nil {
		leave()
		return err
	}
	t := teller{caller: caller, ask: ask, follower: f, marker: ask.marker, leave: leave}
	ends := ask.loginEnds(caller)
	if streams {
		return a.stream(c, &t, reset, ends)
	}
	defer t.close()
	if id := middleware.Identity(c); id != nil && (ends.IsZero() || id.Expiry.Before(ends)) {
		ends = id.Expiry
	}
	if !ends.IsZero() {
		// One whose token is over by a moment, which is let pass, asks again soon enough.
		ask.wait = min(ask.wait, max(time.Until(ends), time.Second))
	}
	return a.longPoll(c, &t, reset)
}

// begin finds where to begin. Where what came since is not known, or the
// reader's rights are others now, it is here and now, and reset tells it.
func (a *API) begin(c *gin.Context, ask *ask) (f *feed.Follower, reset bool, err error) {
	position := a.Feed.Head()
	if len(ask.since) > 0 {
		since, err := ask.marker.Read(ask.since...)
		switch {
		case errors.Is(err, seal.ErrForeign):
			return nil, false, positionInvalid.New("")
		case err != nil:
			reset = true
		default:
			position = since
		}
	}
	f, err = a.Feed.Follow(c.Request.Context(), ask.views, position)
	if errors.Is(err, feed.ErrReset) {
		reset = true
		f, err = a.Feed.Follow(c.Request.Context(), ask.views, a.Feed.Head())
	}
	return f, reset, err
}

// loginEnds is when the caller's login will be too old for something that is
// followed; zero where that never comes.
func (k *ask) loginEnds(caller collection.Caller) (at time.Time) {
	for _, view := range k.views {
		if end := view.Collection.Rule(collection.Read).LoginEnds(caller); !end.IsZero() && (at.IsZero() || end.Before(at)) {
			at = end
		}
	}
	return at
}

// longPoll answers as soon as there is something, with all that is there. Whose
// token was called back meanwhile gets nothing, and the next request tells why.
func (a *API) longPoll(c *gin.Context, t *teller, reset bool) error {
	unhurried(c)
	ctx, stop := withinTime(c.Request.Context(), t.ask.wait)
	defer stop()
	p, since := a.passOf(c), t.follower.At()
	defer a.stay(p, stop)()
	var events []feed.Event
	if !reset {
		var err error
		events, err = t.follower.Next(ctx)
		switch {
		case errors.Is(err, feed.ErrReset):
			reset = true
		case c.Request.Context().Err() != nil:
			return c.Request.Context().Err()
		case err != nil && ctx.Err() == nil && !errors.Is(err, feed.ErrSlow) && !errors.Is(err, feed.ErrClosed):
			return err
		}
	}
	at := t.follower.At()
	switch {
	case p.refused(c.Request.Context()):
		events, at, reset = nil, since, false
	case reset:
		at = a.Feed.Head()
	}
	return a.sendLarge(c, http.StatusOK, t.appendAnswer(nil, events, at, reset))
}
