package middleware

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"
)

// Tracer makes a span of each request, and of steps within it. It is safe for
// concurrent use.
type Tracer interface {
	// Begin begins the span of a request, which is handled under the context.
	// trace names the trace for the log; empty where the request is not traced.
	Begin(r *http.Request) (ctx context.Context, trace string)
	// End ends it.
	End(ctx context.Context, o Observed)
	// Step begins a span within, and returns what ends it.
	Step(ctx context.Context, name string) (end func(failed bool))
}

// Trace has each request traced, and names the trace in its log line. It stands
// outside of all that may answer.
func Trace(by Tracer) gin.HandlerFunc {
	return func(c *gin.Context) {
		passageOf(c)
		ctx, trace := by.Begin(c.Request)
		c.Request = c.Request.WithContext(ctx)
		if trace != "" {
			note(c, "trace", trace)
		}
		defer func() { by.End(ctx, observed(c)) }()
		c.Next()
	}
}

// Traced has the verification of each token be a step of its request.
func Traced(by Tracer) Option { return func(s *settings) { s.tracer = by } }
