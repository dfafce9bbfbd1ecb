package api

import (
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/goccy/go-yaml"
)

func (a *API) openAPIJSON(c *gin.Context) error {
	c.Data(http.StatusOK, "application/json; charset=utf-8", a.document)
	return nil
}

func (a *API) openAPIYAML(c *gin.Context) error {
	c.Data(http.StatusOK, "application/yaml", a.OpenAPI)
	return nil
}

func toJSON(document []byte) ([]byte, error) { return yaml.YAMLToJSON(document) }
