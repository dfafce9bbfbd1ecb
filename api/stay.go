package api

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/gin-gonic/gin"
	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/middleware"
	"github.com/postern-dev/postern/session"
)

// pass is what let a caller in whose answer goes on: a stream, or a long poll.
type pass struct {
	// standing tells whether it still would; remembered is the same of what is
	// at hand, where that is enough.
	standing, remembered func(context.Context) error
}

// passOf returns what let the request in; nil where nothing had to.
func (a *API) passOf(c *gin.Context) *pass {
	if middleware.Identity(c) == nil {
		return nil
	}
	if id := middleware.Session(c); id != "" {
		service := a.Sessions.Service
		return &pass{
			standing:   func(ctx context.Context) error { return service.Standing(ctx, id) },
			remembered: func(ctx context.Context) error { return service.Remembered(ctx, id) },
		}
	}
	credential, refusal := auth.ReadCredential(slices.Clone(c.Request.Header["Authorization"]))
	standing := func(ctx context.Context) error {
		if refusal != nil {
			return refusal
		}
		_, err := a.Verifier.Standing(ctx, credential.Token)
		return err
	}
	return &pass{standing, standing}
}

// refused tells whether the token or the session that was good is not any more.
// While nobody can tell, nobody is sent away.
func (p *pass) refused(ctx context.Context) bool { return p != nil && isRefusal(p.standing(ctx)) }

func isRefusal(err error) bool {
	var why *auth.Refusal
	return errors.Is(err, session.ErrEnded) || errors.As(err, &why) && why.Code != auth.KeysUnavailable
}

// guests are those whose answers go on.
type guests struct {
	staying sync.Map // *pass: context.CancelFunc
	// asked counts for whom nobody has looked through them yet.
	asked atomic.Int64
}

// stay has the answer stopped when its pass is called back, until leave is
// called.
func (g *guests) stay(p *pass, stop context.CancelFunc) (leave func()) {
	if p == nil {
		return func() {}
	}
	g.staying.Store(p, stop)
	return func() { g.staying.Delete(p) }
}

// EndRevoked ends the streams and long polls of those whose tokens were called
// back, within a moment: nobody waits for it, however many there are. Their
// next request is told why.
func (g *guests) EndRevoked() {
	if g.asked.Add(1) == 1 {
		go g.endRevoked()
	}
}

func (g *guests) endRevoked() {
	for asked := g.asked.Load(); ; asked = g.asked.Load() {
		g.staying.Range(func(key, stop any) bool {
			if isRefusal(key.(*pass).remembered(context.Background())) {
				stop.(context.CancelFunc)()
			}
			return true
		})
		if g.asked.CompareAndSwap(asked, 0) {
			return
		}
	}
}
