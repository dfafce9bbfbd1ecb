// Package postern holds the promise of the API: openapi.yaml, as it stands at
// the root of the repository.
package postern

import _ "embed"

// OpenAPI is the OpenAPI 3.1 document of all fixed endpoints, in YAML.
//
//go:embed openapi.yaml
var OpenAPI []byte
