package api

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/postern-dev/postern/middleware"
	"github.com/postern-dev/postern/problem"
)

// The messages are the contract of Auth0's API samples, to the letter, so that
// their single-page apps find a home here unchanged.

const (
	publicText    = `{"text":"This is a public message."}`
	protectedText = `{"text":"This is a protected message."}`
	adminText     = `{"text":"This is an admin message."}`
)

func (a *API) publicMessage(c *gin.Context) error {
	return sendJSON(c, http.StatusOK, []byte(publicText))
}
func (a *API) protectedMessage(c *gin.Context) error {
	return sendJSON(c, http.StatusOK, []byte(protectedText))
}
func (a *API) adminMessage(c *gin.Context) error {
	return sendJSON(c, http.StatusOK, []byte(adminText))
}

// sampleContract adds the member message to problems below /api/messages/:
// the samples show it to their users.
func sampleContract(c *gin.Context) {
	if strings.HasPrefix(c.Request.URL.Path, "/api/messages/") {
		middleware.Decorate(c, func(p *problem.Problem) { p.Message = sampleMessage(p) })
	}
}

func sampleMessage(p *problem.Problem) string {
	switch {
	case p.Code == "token_missing":
		return "Requires authentication"
	case p.Status == http.StatusUnauthorized:
		return "Bad credentials"
	case p.Status == http.StatusForbidden:
		return "Permission denied"
	}
	return http.StatusText(p.Status)
}
