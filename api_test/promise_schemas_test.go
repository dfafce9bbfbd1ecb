package api_test

import (
	"bytes"
	"fmt"
	"strings"
	"sync"

	"github.com/postern-dev/postern/jsonvalue"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// schemas are those of an OpenAPI document, each compiled when it is asked for
// the first time.
type schemas struct {
	mutex    sync.Mutex
	library  *jsonschema.Compiler
	compiled map[string]*jsonschema.Schema
}

const documentName = "postern:openapi.json"

// newSchemas reads the schemas of a document; with whole, those of documents
// in part take none.
func newSchemas(text []byte, whole bool) (*schemas, error) {
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	components, _ := document.(map[string]any)["components"].(map[string]any)
	all, _ := components["schemas"].(map[string]any)
	for name := range all {
		if _, isPart := all[strings.TrimSuffix(name, "Part")+"Document"]; whole && isPart && strings.HasSuffix(name, "Part") {
			all[name] = false
		}
	}
	s := &schemas{library: jsonschema.NewCompiler(), compiled: map[string]*jsonschema.Schema{}}
	s.library.DefaultDraft(jsonschema.Draft2020)
	s.library.AssertFormat()
	return s, s.library.AddResource(documentName, document)
}

// at compiles the schema at a path through the document.
func (s *schemas) at(path []string) (*jsonschema.Schema, error) {
	pointer := jsonvalue.Pointer(path...)
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if known, ok := s.compiled[pointer]; ok {
		return known, nil
	}
	compiled, err := s.library.Compile(documentName + "#" + escapeFragment(pointer))
	if err != nil {
		return nil, fmt.Errorf("the schema at %s: %w", pointer, err)
	}
	s.compiled[pointer] = compiled
	return compiled, nil
}

// escapeFragment escapes what the braces and brackets of addresses are in a
// reference.
func escapeFragment(pointer string) string {
	return strings.NewReplacer("%", "%25", "{", "%7B", "}", "%7D", "[", "%5B", "]", "%5D", " ", "%20").Replace(pointer)
}

// judge holds a text of JSON against the schema.
func (s *schemas) judge(path []string, text string) error {
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		return err
	}
	return s.check(path, value)
}

// check holds a value against the schema.
func (s *schemas) check(path []string, value any) error {
	schema, err := s.at(path)
	if err != nil {
		return err
	}
	return schema.Validate(value)
}
