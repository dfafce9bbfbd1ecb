package api

import (
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"
	"github.com/postern-dev/postern/problem"
)

// resourceMetadata tells clients how to get a token for this API (RFC 9728,
// section 2).
type resourceMetadata struct {
	Resource             string   `json:"resource"`
	AuthorizationServers []string `json:"authorization_servers"`
	BearerMethods        []string `json:"bearer_methods_supported"`
	Scopes               []string `json:"scopes_supported"`
	Documentation        string   `json:"resource_documentation"`
}

func (a *API) metadata(c *gin.Context) error {
	if a.PublicURL == "" {
		return problem.NotFound.New("The metadata names the address that clients use, and this server does not know it: set POSTERN_PUBLIC_URL.")
	}
	c.JSON(http.StatusOK, resourceMetadata{
		Resource:             a.PublicURL,
		AuthorizationServers: orEmpty(a.Issuers),
		BearerMethods:        []string{"header"},
		Scopes:               a.scopes(),
		Documentation:        a.PublicURL + "/openapi.json",
	})
	return nil
}

// scopes lists what routes ask for, as scope or as permission: in the tenant
// both are scopes of the API.
func (a *API) scopes() []string {
	scopes := []string{}
	for _, route := range a.Table() {
		if name := route.Right.Name(); name != "" && !slices.Contains(scopes, name) {
			scopes = append(scopes, name)
		}
	}
	return scopes
}
