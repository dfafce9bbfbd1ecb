package api

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

type health struct {
	Status string `json:"status"`
}

// health tells that the process lives.
func (a *API) health(c *gin.Context) error {
	c.JSON(http.StatusOK, health{"ok"})
	return nil
}

// ready tells whether requests should come here. Keys that cannot be refreshed
// later, and a database that takes no writes, make it degraded and not unready: else all replicas would leave at
// once and the balancer would answer, without CORS headers.
func (a *API) ready(c *gin.Context) error {
	switch {
	case a.draining.Load():
		c.JSON(http.StatusServiceUnavailable, health{"draining"})
	case !a.Verifier.Settled():
		c.JSON(http.StatusServiceUnavailable, health{"starting"})
	case !a.Verifier.Fresh(), a.Writable != nil && !a.Writable():
		c.JSON(http.StatusOK, health{"degraded"})
	default:
		c.JSON(http.StatusOK, health{"ok"})
	}
	return nil
}
