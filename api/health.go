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

// Readiness is what /readyz says.
type Readiness string

// What a server can be. Keys that cannot be refreshed once they were asked for,
// and a database that takes no writes, make it degraded and not unready: else
// all replicas would leave at once and the balancer would answer, without CORS
// headers.
const (
	Ready    Readiness = "ok"
	Degraded Readiness = "degraded"
	Starting Readiness = "starting"
	Draining Readiness = "draining"
)

// Readiness tells whether requests should come here, and what is amiss.
func (a *API) Readiness() (is Readiness, reasons []string) {
	if a.draining.Load() {
		return Draining, []string{"the server is being stopped"}
	}
	if !a.Verifier.Settled() {
		return Starting, []string{"the first fetch of the issuers' keys has not ended"}
	}
	if !a.Verifier.Fresh() {
		reasons = append(reasons, "the keys of an issuer cannot be refreshed")
	}
	if a.Writable != nil && !a.Writable() {
		reasons = append(reasons, "the database takes no writes")
	}
	if len(reasons) > 0 {
		return Degraded, reasons
	}
	return Ready, nil
}

// ready tells orchestrators, and not why.
func (a *API) ready(c *gin.Context) error {
	is, _ := a.Readiness()
	status := http.StatusOK
	if is == Starting || is == Draining {
		status = http.StatusServiceUnavailable
	}
	c.JSON(status, health{string(is)})
	return nil
}
