package api

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/postern-dev/postern/middleware"
)

// caller is what a token says of its bearer.
type caller struct {
	Subject     string   `json:"subject"`
	Issuer      string   `json:"issuer"`
	ClientID    string   `json:"clientId,omitempty"`
	Scopes      []string `json:"scopes"`
	Permissions []string `json:"permissions"`
	ExpiresAt   string   `json:"expiresAt"`

	Collections []capability `json:"collections,omitempty"`
}

func (a *API) me(c *gin.Context) error {
	id := middleware.Identity(c)
	c.JSON(http.StatusOK, caller{
		Subject:     id.Subject,
		Issuer:      id.Issuer,
		ClientID:    id.ClientID,
		Scopes:      orEmpty(id.Scopes),
		Permissions: orEmpty(id.Permissions),
		ExpiresAt:   id.Expiry.Format(time.RFC3339),
		Collections: a.capabilities(a.caller(c)),
	})
	return nil
}

// orEmpty makes the list of nothing [] in JSON, not null.
func orEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}
