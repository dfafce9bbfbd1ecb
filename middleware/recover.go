package middleware

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"

	"github.com/gin-gonic/gin"
)

// Recover answers a panic with a problem that tells the client nothing and
// logs it with its stack. An answer that has already begun is cut off, so that
// nobody takes half of it for the whole.
func Recover(log *slog.Logger) gin.HandlerFunc {
	return func(c *gin.Context) {
		defer func() {
			value := recover()
			if value == nil {
				return
			}
			if err, ok := value.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				panic(value)
			}
			log.Error("panic", "requestId", c.Writer.Header().Get("X-Request-Id"), "route", route(c),
				"value", shown(fmt.Sprint(value), 500), "stack", string(debug.Stack()))
			begun := c.Writer.Written()
			Abort(c, fmt.Errorf("panic: %v", value))
			if begun {
				panic(http.ErrAbortHandler)
			}
		}()
		c.Next()
	}
}
