package api

import (
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/postern-dev/postern/api/describe"
	"github.com/postern-dev/postern/problem"
)

// Document describes the API that New makes of the same options: all routes
// but those of Options.Routes.
func Document(options Options) (describe.Document, error) {
	deployment := describe.Deployment{Fixed: options.OpenAPI, Query: options.Query}
	if options.Documents != nil {
		deployment.Collections = options.Documents.Collections()
		deployment.Batch = options.Documents.Limits().Batch
	}
	return deployment.Document()
}

func (a *API) openAPIJSON(c *gin.Context) error {
	c.Data(http.StatusOK, "application/json; charset=utf-8", a.json)
	return nil
}

// referencePage is the document for people, and the files that the page loads.
func (a *API) referencePage(c *gin.Context) error {
	if a.Reference == nil || !a.Reference.Serve(c.Writer, c.Request, c.Param("file")) {
		return problem.NotFound.New("")
	}
	return nil
}

func (a *API) openAPIYAML(c *gin.Context) error {
	c.Data(http.StatusOK, "application/yaml", a.yaml)
	return nil
}
