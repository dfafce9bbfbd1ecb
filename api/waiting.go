package api

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/postern-dev/postern/middleware"
)

// Waiting answers while the database cannot be reached that a server starts
// with. The process lives and is not ready; whoever else comes is told to come
// again, so that pages can read it: through the same CORS and with a problem.
func Waiting(options Options) (http.Handler, error) {
	a := &API{Options: options}
	e, err := a.bare()
	if err != nil {
		return nil, err
	}
	later := middleware.Handle(func(*gin.Context) error {
		return databaseUnavailable.New("").RetryAfter(2 * time.Second)
	})
	e.HandleMethodNotAllowed = false
	e.NoRoute(later)
	e.GET("/healthz", middleware.Handle(a.health))
	e.GET("/readyz", middleware.Handle(func(c *gin.Context) error {
		c.JSON(http.StatusServiceUnavailable, health{"starting"})
		return nil
	}))
	return e, nil
}
