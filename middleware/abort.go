package middleware

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/problem"
)

// Abort ends the request with err: every error leaves through here. A problem
// goes out as it is, a refused token as [Refused] says. Of an error that was
// not foreseen the client learns only that the server failed; the request log
// has it all.
func Abort(c *gin.Context, err error) {
	p := problemOf(err)
	way := passed(c)
	if way != nil {
		p = way.spendRefused(p)
	}
	_ = c.Error(p)
	c.Abort()
	if c.Writer.Written() {
		return
	}
	if way != nil && way.decorate != nil {
		way.decorate(p)
	}
	if err := problem.Write(c.Writer, c.Request, p); err != nil {
		_ = c.Error(err)
	}
	// The answer to HEAD has no body, and to Gin a 404 or 405 of which nothing
	// was sent is one that it still has to answer, as plain text.
	c.Writer.WriteHeaderNow()
}

func problemOf(err error) *problem.Problem {
	if p, ok := err.(*problem.Problem); ok {
		return p // as most are
	}
	var (
		p        *problem.Problem
		refusal  *auth.Refusal
		tooLarge *http.MaxBytesError
	)
	switch {
	case errors.As(err, &p):
		return p
	case errors.As(err, &refusal):
		return Refused(refusal)
	case errors.As(err, &tooLarge):
		return bodyTooLarge(tooLarge.Limit).Because(err)
	case errors.Is(err, context.Canceled):
		return problem.ClientLeft.New("").Because(err)
	case errors.Is(err, context.DeadlineExceeded):
		return problem.TimedOut.New("").RetryAfter(time.Second).Because(err)
	}
	return problem.Internal.New("").Because(err)
}

// Decorate lets a handler further in see each problem of this request before
// it is written, to add what the clients of some routes expect.
func Decorate(c *gin.Context, decorate func(*problem.Problem)) { passageOf(c).decorate = decorate }

// Handle makes a Gin handler of one that returns its error.
func Handle(h func(*gin.Context) error) gin.HandlerFunc {
	return func(c *gin.Context) {
		if err := h(c); err != nil {
			Abort(c, err)
		}
	}
}
