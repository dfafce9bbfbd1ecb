package api_test

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/gin-gonic/gin"
	"github.com/postern-dev/postern"
	"github.com/postern-dev/postern/api"
	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/auth/authtest"

	"log/slog"
)

// promise is openapi.yaml, read once.
type promise struct {
	document *openapi3.T
	router   routers.Router
}

var promised = sync.OnceValues(func() (promise, error) {
	loader := openapi3.NewLoader()
	document, err := loader.LoadFromData(postern.OpenAPI)
	if err != nil {
		return promise{}, err
	}
	if err := document.Validate(loader.Context); err != nil {
		return promise{}, err
	}
	for _, text := range []string{"text/html", "application/yaml"} {
		openapi3filter.RegisterBodyDecoder(text, openapi3filter.FileBodyDecoder)
	}
	router, err := gorillamux.NewRouter(document)
	return promise{document, router}, err
})

func mustPromise(t testing.TB) promise {
	t.Helper()
	p, err := promised()
	if err != nil {
		t.Fatalf("openapi.yaml: %v", err)
	}
	return p
}

// mustKeepPromise fails when an answer is not what openapi.yaml says. Answers
// that no operation describes must be problems.
func mustKeepPromise(t testing.TB, request *http.Request, a answer) {
	t.Helper()
	if request.Method == http.MethodHead || request.Method == http.MethodOptions {
		return
	}
	p := mustPromise(t)
	route, params, err := p.router.FindRoute(request)
	if err != nil {
		mustBeProblem(t, p, request, a)
		return
	}
	err = openapi3filter.ValidateResponse(request.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: request, PathParams: params, Route: route},
		Status:                 a.Status,
		Header:                 a.Header,
		Body:                   io.NopCloser(bytes.NewReader([]byte(a.Body))),
		Options:                &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true},
	})
	if err != nil {
		t.Errorf("%s %s answered %d, against openapi.yaml: %v", request.Method, request.URL.Path, a.Status, err)
	}
}

// mustBeProblem holds what no operation describes, such as a 404, against the
// schema of problems.
func mustBeProblem(t testing.TB, p promise, request *http.Request, a answer) {
	t.Helper()
	if a.Status < 400 {
		if !strings.HasPrefix(request.URL.Path, "/trial/") {
			t.Errorf("%s %s answered %d and openapi.yaml does not know it", request.Method, request.URL.Path, a.Status)
		}
		return
	}
	if a.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("%s %s answered %d as %s", request.Method, request.URL.Path, a.Status, a.Header.Get("Content-Type"))
		return
	}
	value := decodeAny(t, a.Body)
	if err := p.document.Components.Schemas["Problem"].Value.VisitJSON(value, openapi3.EnableJSONSchema2020()); err != nil {
		t.Errorf("%s %s answered %d with no good problem: %v", request.Method, request.URL.Path, a.Status, err)
	}
}

// TestEveryRouteIsPromisedWithItsRight compares the table with openapi.yaml in
// both directions.
func TestEveryRouteIsPromisedWithItsRight(t *testing.T) {
	promised := map[string]string{}
	for path, item := range mustPromise(t).document.Paths.Map() {
		for method, operation := range item.Operations() {
			right, _ := operation.Extensions["x-postern-right"].(string)
			promised[method+" "+path] = right
			mustAskForThat(t, method+" "+path, right, operation)
		}
	}
	table := map[string]string{}
	for _, route := range buildAPI(t).Table() {
		table[route.Method+" "+openAPIPath(route.Path)] = route.Right.String()
	}
	for route, right := range table {
		if promised[route] != right {
			t.Errorf("%s: the table says %q, openapi.yaml %q", route, right, promised[route])
		}
	}
	for route := range promised {
		if _, known := table[route]; !known {
			t.Errorf("%s: promised and not in the table", route)
		}
	}
}

// mustAskForThat compares the right with the security of an operation.
func mustAskForThat(t *testing.T, name, right string, operation *openapi3.Operation) {
	t.Helper()
	if operation.Security == nil {
		t.Errorf("%s: security is not said", name)
		return
	}
	var want []string
	if _, scope, ok := strings.Cut(right, " "); ok {
		want = []string{scope}
	}
	if right == "public" {
		if len(*operation.Security) != 0 {
			t.Errorf("%s is public and its security asks for something", name)
		}
		return
	}
	if len(*operation.Security) != 1 || !slices.Equal((*operation.Security)[0]["bearer"], want) {
		t.Errorf("%s: right %q, security %v", name, right, *operation.Security)
	}
}

// TestEveryCodeIsPromised holds the codes of all problems against the enums of
// openapi.yaml.
func TestEveryCodeIsPromised(t *testing.T) {
	s := start(t)
	var list struct{ Items []wireProblem }
	decode(t, s.get(t, "/problems", "").Body, &list)
	promised := string(postern.OpenAPI)
	for _, kind := range list.Items {
		if kind.Code != "bad_request" && kind.Code != "body_invalid" && !strings.Contains(promised, kind.Code) {
			t.Errorf("openapi.yaml does not know the code %s", kind.Code)
		}
		page := s.get(t, kind.Type, "")
		if page.Status != http.StatusOK || !strings.Contains(page.Body, kind.Code) {
			t.Errorf("%s does not explain itself: %d %s", kind.Type, page.Status, page.Body)
		}
	}
	if len(list.Items) < 30 {
		t.Errorf("only %d kinds of problems", len(list.Items))
	}
}

func openAPIPath(path string) string {
	parts := strings.Split(path, "/")
	for i, part := range parts {
		if name, ok := strings.CutPrefix(part, ":"); ok {
			parts[i] = "{" + name + "}"
		}
	}
	return strings.Join(parts, "/")
}

func buildAPI(t *testing.T) *api.API {
	t.Helper()
	gin.SetMode(gin.ReleaseMode)
	issuer := authtest.NewIssuer(t)
	verifier, err := auth.New(t.Context(), auth.Config{
		Issuers: []auth.Issuer{{URL: issuer.URL(), Audiences: []string{issuer.Audience()}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	a, err := api.New(api.Options{Verifier: verifier, Log: slog.New(slog.DiscardHandler), MaxInFlight: 1, OpenAPI: postern.OpenAPI})
	if err != nil {
		t.Fatal(err)
	}
	return a
}
