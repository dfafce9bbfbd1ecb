package api

import (
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/postern-dev/postern/problem"
)

func (a *API) notFound(*gin.Context) error { return problem.NotFound.New("") }

// methodNotAllowed answers with the methods that there are; the engine has put
// them into Allow. A plain OPTIONS asks for just that.
func (a *API) methodNotAllowed(c *gin.Context) error {
	if c.Request.Method == http.MethodOptions {
		c.Status(http.StatusNoContent)
		c.Writer.WriteHeaderNow()
		return nil
	}
	return problem.MethodNotAllowed.New("It answers " + c.Writer.Header().Get("Allow") + ".")
}
