package middleware

import (
	"log/slog"

	"github.com/gin-gonic/gin"
	"github.com/postern-dev/postern/problem"
)

// Log writes one line a request. It is outermost, so it sees what everybody
// else did, panics too. It never writes a token, a cookie, a body or the
// query, in which clients put secrets by mistake, and of a path that no route
// knows only what cannot be one.
func Log(log *slog.Logger) gin.HandlerFunc {
	return func(c *gin.Context) {
		passageOf(c)
		// Deferred, so that an answer that was cut off has its line too.
		defer logRequest(log.Handler(), c)
		c.Next()
	}
}

func logRequest(to slog.Handler, c *gin.Context) {
	status := c.Writer.Status()
	level := levelOf(c, status)
	ctx := c.Request.Context()
	if !to.Enabled(ctx, level) {
		return
	}
	p := passageOf(c)
	took := p.took()
	attrs := append(make([]slog.Attr, 0, 12),
		slog.String("requestId", c.Writer.Header().Get("X-Request-Id")),
		slog.String("method", shownMethod(c.Request.Method)),
		slog.String("route", route(c)),
		slog.Int("status", status),
		slog.Int("bytes", max(c.Writer.Size(), 0)),
		slog.Float64("ms", float64(took.Microseconds())/1000),
	)
	if p.identity != nil {
		attrs = append(attrs, slog.String("subject", p.identity.Hash()))
	}
	attrs = append(attrs, reasons(c)...)
	// A Logger would look up the line of code that it is called from.
	record := slog.NewRecord(p.ended, level, "request", 0)
	record.AddAttrs(append(attrs, p.notes...)...)
	_ = to.Handle(ctx, record) // as a Logger does: there is nobody to tell
}

// levelOf is that of an error where the server failed. It has not where it refuses
// what is too many: these are thousands a second, and a log may write each line of
// an error at once, when there is no time for it.
func levelOf(c *gin.Context, status int) slog.Level {
	if status >= 500 && code(c) != problem.Overloaded.Code {
		return slog.LevelError
	}
	return slog.LevelInfo
}

// route names the route, or, where there is none, what may be shown of the path
// that was asked for.
func route(c *gin.Context) string {
	if known := c.FullPath(); known != "" {
		return known
	}
	return "none: " + shownPath(c.Request.URL.EscapedPath())
}

// reasons tells why the request was refused, causes included.
func reasons(c *gin.Context) []slog.Attr {
	if len(c.Errors) == 0 {
		return nil
	}
	p := problemOf(c.Errors[0].Err)
	attrs := []slog.Attr{slog.String("code", p.Code)}
	if cause := p.Unwrap(); cause != nil {
		attrs = append(attrs, slog.String("cause", shown(cause.Error(), 500)))
	}
	return attrs
}

// note adds to the request's log line.
func note(c *gin.Context, key, value string) {
	p := passageOf(c)
	p.notes = append(p.notes, slog.String(key, value))
}
