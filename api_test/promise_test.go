package api_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/postern-dev/postern"
	"github.com/postern-dev/postern/api"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// promise is the OpenAPI document of one deployment.
type promise struct {
	document *openapi3.T
	router   routers.Router
	raw      any
	// whole judges bodies, partial those of which members were chosen.
	whole, partial *schemas
}

// promises are those that were read already, by their text: most servers of
// the tests promise the same.
var promises sync.Map

func promiseOf(text []byte) (*promise, error) {
	read, _ := promises.LoadOrStore(sha256.Sum256(text), sync.OnceValues(func() (*promise, error) { return newPromise(text) }))
	return read.(func() (*promise, error))()
}

func newPromise(text []byte) (*promise, error) {
	loader := openapi3.NewLoader()
	document, err := loader.LoadFromData(text)
	if err != nil {
		return nil, err
	}
	// The examples are another test's matter: here they would take most of the time.
	if err := document.Validate(loader.Context, openapi3.DisableExamplesValidation()); err != nil {
		return nil, err
	}
	p := &promise{document: document}
	if p.router, err = gorillamux.NewRouter(document); err != nil {
		return nil, err
	}
	// Numbers keep every digit.
	raw, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	p.raw = raw
	if p.whole, err = newSchemas(text, true); err != nil {
		return nil, err
	}
	p.partial, err = newSchemas(text, false)
	return p, err
}

// mustPromise is the promise of a deployment without collections.
func mustPromise(t testing.TB) *promise {
	t.Helper()
	document, err := api.Document(api.Options{OpenAPI: postern.OpenAPI})
	if err != nil {
		t.Fatal(err)
	}
	p, err := promiseOf(document.JSON())
	if err != nil {
		t.Fatalf("openapi.yaml: %v", err)
	}
	return p
}

// promise is what the server says of itself at /openapi.json.
func (s *server) promise(t testing.TB) *promise {
	t.Helper()
	s.reading.Do(func() {
		if s.promised != nil {
			return
		}
		response, err := client.Get(s.URL + "/openapi.json")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = response.Body.Close() }()
		text, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		if s.promised, err = promiseOf(text); err != nil {
			t.Fatalf("/openapi.json: %v", err)
		}
	})
	return s.promised
}

// mustKeepPromise fails when an answer is not what the server's own document
// says. Answers that no operation describes must be problems.
func (s *server) mustKeepPromise(t testing.TB, request *http.Request, a answer) {
	t.Helper()
	if request.Method == http.MethodHead || request.Method == http.MethodOptions {
		return
	}
	if err := s.promise(t).kept(request, a); err != nil {
		t.Errorf("%s %s answered %d, against the OpenAPI document: %v", request.Method, request.URL.Path, a.Status, err)
	}
}

func (p *promise) kept(request *http.Request, a answer) error {
	route, _, err := p.router.FindRoute(request)
	if err != nil {
		return p.isProblem(request, a)
	}
	promised := route.Operation.Responses.Status(a.Status)
	if promised == nil {
		return errors.New("the status is not promised")
	}
	at := p.follow([]string{"paths", route.Path, strings.ToLower(route.Method), "responses", fmt.Sprint(a.Status)})
	for name, values := range a.Header {
		if unpromised(name) {
			continue
		}
		if err := p.keptField(promised.Value, at, name, values); err != nil {
			return err
		}
	}
	return p.keptBody(request, at, a)
}

// keptField holds a field of the header against its schema, which is that of a
// text.
func (p *promise) keptField(promised *openapi3.Response, at []string, name string, values []string) error {
	for known := range promised.Headers {
		if !strings.EqualFold(known, name) {
			continue
		}
		schema := append(p.follow(append(at, "headers", known)), "schema")
		for _, value := range values {
			if err := p.whole.check(schema, value); err != nil {
				return fmt.Errorf("the header field %s: %w", name, err)
			}
		}
		return nil
	}
	return fmt.Errorf("the header field %s is not promised", name)
}

// unpromised tells whether every answer may have the header field: those of
// the protocol, of CORS and of security.
func unpromised(name string) bool {
	return strings.HasPrefix(name, "Access-Control-") || slices.Contains([]string{"Connection", "Content-Length", "Content-Security-Policy",
		"Content-Type", "Cross-Origin-Resource-Policy", "Date", "Referrer-Policy", "Strict-Transport-Security", "X-Content-Type-Options"}, name)
}

// keptBody holds the body against its schema. A document of which members were
// chosen may lack the others; any other may not.
func (p *promise) keptBody(request *http.Request, pointer []string, a answer) error {
	content, _ := p.at(append(pointer, "content")).(map[string]any)
	if len(content) == 0 {
		if a.Body != "" {
			return errors.New("a body is not promised")
		}
		return nil
	}
	mediaType, _, err := mime.ParseMediaType(a.Header.Get("Content-Type"))
	if err != nil || content[mediaType] == nil {
		return fmt.Errorf("the media type %q is not promised", mediaType)
	}
	if !strings.HasSuffix(mediaType, "json") {
		return nil
	}
	judges := p.whole
	if request.URL.Query().Has("fields") {
		judges = p.partial
	}
	return judges.judge(append(pointer, "content", mediaType, "schema"), a.Body)
}

// isProblem holds what no operation describes, such as a 404, against the
// schema of problems.
func (p *promise) isProblem(request *http.Request, a answer) error {
	if a.Status < 400 {
		if strings.HasPrefix(request.URL.Path, "/trial/") {
			return nil
		}
		return errors.New("the address is not promised")
	}
	if a.Header.Get("Content-Type") != "application/problem+json" {
		return fmt.Errorf("it is no problem but %s", a.Header.Get("Content-Type"))
	}
	return p.whole.judge([]string{"components", "schemas", "Problem"}, a.Body)
}

// at is what a path through the document leads to, or nil.
func (p *promise) at(path []string) any {
	v := p.raw
	for _, name := range path {
		if items, ok := v.([]any); ok {
			i, err := strconv.Atoi(name)
			if err != nil || i >= len(items) {
				return nil
			}
			v = items[i]
			continue
		}
		object, _ := v.(map[string]any)
		v = object[name]
	}
	return v
}

// follow goes on where a reference leads.
func (p *promise) follow(path []string) []string {
	object, _ := p.at(path).(map[string]any)
	if to, ok := object["$ref"].(string); ok {
		return strings.Split(strings.TrimPrefix(to, "#/"), "/")
	}
	return path
}
