package middleware

import (
	"time"

	"github.com/gin-gonic/gin"
)

// Observer is told of each request. Its methods are called by many at once and
// have to be quick: every answer waits for them.
type Observer interface {
	// Began says that a request is in hand; Ended will follow.
	Began()
	Ended(Observed)
}

// Observed is what became of a request. Nothing in it is the client's own
// words but the method, which may be anything.
type Observed struct {
	Method string
	// Route is the route in Gin's form, such as /things/:id; empty where none
	// fits.
	Route  string
	Status int
	Took   time.Duration
	// Code is that of the problem that was answered; empty where there is none.
	Code string
}

// Observe tells the observer of each request. It stands outside of all that
// may answer.
func Observe(by Observer) gin.HandlerFunc {
	return func(c *gin.Context) {
		passageOf(c)
		by.Began()
		// Deferred, so that an answer that was cut off counts, too.
		defer func() { by.Ended(observed(c)) }()
		c.Next()
	}
}

func observed(c *gin.Context) Observed {
	return Observed{c.Request.Method, c.FullPath(), c.Writer.Status(), passageOf(c).took(), code(c)}
}

// code is that of the problem by which the request was refused.
func code(c *gin.Context) string {
	if len(c.Errors) == 0 {
		return ""
	}
	return problemOf(c.Errors[0].Err).Code
}
