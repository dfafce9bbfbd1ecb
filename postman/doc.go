// Package postman writes a deployment's OpenAPI document as a Postman
// collection (format 2.1.0), and the environments to run it with. A run from
// top to bottom makes documents, reads, changes and deletes them. It knows
// OpenAPI and Postman, and nothing of this server.
package postman

import (
	"bytes"
	"encoding/json"
)

const format = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"

// collection is Postman's form of a list of requests, as far as we fill it.
type collection struct {
	Info      info    `json:"info"`
	Auth      auth    `json:"auth"`
	Events    []event `json:"event"`
	Variables []value `json:"variable"`
	Items     []any   `json:"item"`
}

type info struct {
	Name        string `json:"name"`
	Description string `json:"description"`
	Schema      string `json:"schema"`
	Version     string `json:"version"`
}

type folder struct {
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
	Items       []item `json:"item"`
}

type item struct {
	Name    string  `json:"name"`
	Request request `json:"request"`
	Events  []event `json:"event"`
}

type request struct {
	Method      string  `json:"method"`
	Description string  `json:"description,omitempty"`
	Header      []value `json:"header"`
	URL         address `json:"url"`
	Body        *body   `json:"body,omitempty"`
	Auth        *auth   `json:"auth,omitempty"`
}

type address struct {
	Raw       string   `json:"raw"`
	Host      []string `json:"host"`
	Path      []string `json:"path"`
	Query     []value  `json:"query,omitempty"`
	Variables []value  `json:"variable,omitempty"`
}

type body struct {
	Mode    string `json:"mode"`
	Raw     string `json:"raw"`
	Options any    `json:"options"`
}

type auth struct {
	Type   string  `json:"type"`
	Bearer []value `json:"bearer,omitempty"`
}

type event struct {
	Listen string `json:"listen"`
	Script script `json:"script"`
}

type script struct {
	Type  string   `json:"type"`
	Lines []string `json:"exec"`
}

type value struct {
	Key         string `json:"key"`
	Value       string `json:"value"`
	Type        string `json:"type,omitempty"`
	Description string `json:"description,omitempty"`
	Disabled    bool   `json:"disabled,omitempty"`
}

// indented is how both kinds of files are written.
func indented(v any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false) // people read the scripts
	encoder.SetIndent("", "  ")
	err := encoder.Encode(v)
	return b.Bytes(), err
}
