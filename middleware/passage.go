package middleware

import (
	"context"
	"log/slog"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/problem"
)

// passage is the way of one request through this package: what its handlers
// leave for each other, and the context of the request. Each of them would
// otherwise cost a place in a map that Gin makes for the request, and each
// context a copy of the request.
type passage struct {
	deadline
	began, ended time.Time

	identity *auth.Identity
	proof    *auth.Proof
	session  string
	notes    []slog.Attr
	decorate func(*problem.Problem)
	// spend spends the proof; nil where there is none, or it is spent.
	spend func(context.Context) error
}

type passageKey struct{}

// Value implements [context.Context].
func (p *passage) Value(key any) any {
	if key == (passageKey{}) {
		return p
	}
	return p.deadline.Value(key)
}

// passed returns the request's passage, or nil where it has none yet.
func passed(c *gin.Context) *passage {
	if c.Request == nil {
		return nil
	}
	ctx := c.Request.Context()
	if p, ok := ctx.(*passage); ok {
		return p // as it is where nobody wraps it
	}
	p, _ := ctx.Value(passageKey{}).(*passage)
	return p
}

// passageOf returns the request's passage. It begins with the first handler
// that asks for it.
func passageOf(c *gin.Context) *passage {
	p := passed(c)
	if p == nil {
		p = &passage{deadline: deadline{Context: c.Request.Context()}, began: time.Now()}
		c.Request = c.Request.WithContext(p)
	}
	return p
}

// took is how long the request took, up to the first time that somebody asks:
// clocks are not free.
func (p *passage) took() time.Duration {
	if p.ended.IsZero() {
		p.ended = time.Now()
	}
	return p.ended.Sub(p.began)
}
