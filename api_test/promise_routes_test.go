package api_test

import (
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/gin-gonic/gin"
	"github.com/postern-dev/postern"
	"github.com/postern-dev/postern/api"
	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/auth/authtest"
	"github.com/postern-dev/postern/collection"
	service "github.com/postern-dev/postern/collection/documents"
	"github.com/postern-dev/postern/middleware"
)

// TestEveryRouteIsPromisedWithItsRight compares the table with the document in
// both directions, without collections and with some.
func TestEveryRouteIsPromisedWithItsRight(t *testing.T) {
	for name, tt := range map[string]struct {
		promise     *promise
		collections []*collection.Collection
	}{
		"no collections": {mustPromise(t), nil},
		"collections":    {startDeclared(t).promise(t), declared(t)},
	} {
		t.Run(name, func(t *testing.T) {
			promised := map[string]string{}
			for path, item := range tt.promise.document.Paths.Map() {
				for method, operation := range item.Operations() {
					right, _ := operation.Extensions["x-postern-right"].(string)
					promised[method+" "+path] = right
					mustAskForThat(t, method+" "+path, right, operation)
				}
			}
			table := map[string]string{}
			for _, route := range buildAPI(t, tt.collections...).Table() {
				table[route.Method+" "+openAPIPath(route.Path)] = route.Right.String()
			}
			mustBeTheSame(t, table, promised)
		})
	}
}

func mustBeTheSame(t *testing.T, table, promised map[string]string) {
	t.Helper()
	for route, right := range table {
		if promised[route] != right {
			t.Errorf("%s: the table says %q, the document %q", route, right, promised[route])
		}
	}
	for route := range promised {
		if _, known := table[route]; !known {
			t.Errorf("%s: promised and not in the table", route)
		}
	}
}

// mustAskForThat compares the right with the security of an operation. Where
// rules judge, what they ask for is another test's matter.
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
	switch {
	case right == "judged":
		if len(*operation.Security) == 0 {
			t.Errorf("%s is judged and its security says that it is public", name)
		}
	case right == "public":
		if len(*operation.Security) != 0 {
			t.Errorf("%s is public and its security asks for something", name)
		}
	case len(*operation.Security) != 1 || !slices.Equal((*operation.Security)[0]["bearer"], want):
		t.Errorf("%s: right %q, security %v", name, right, *operation.Security)
	}
}

// TestEveryCodeIsPromised holds the codes of all problems against the enums of
// openapi.yaml.
func TestEveryCodeIsPromised(t *testing.T) {
	s := startDeclared(t)
	var list struct{ Items []wireProblem }
	decode(t, s.get(t, "/problems", "").Body, &list)
	promised := string(postern.OpenAPI)
	for _, kind := range list.Items {
		// Nobody is there to read that the client left.
		if kind.Code != "client_left" && !strings.Contains(promised, kind.Code) {
			t.Errorf("openapi.yaml does not know the code %s", kind.Code)
		}
		page := s.get(t, kind.Type, "")
		if page.Status != http.StatusOK || !strings.Contains(page.Body, kind.Code) {
			t.Errorf("%s does not explain itself: %d %s", kind.Type, page.Status, page.Body)
		}
	}
	if len(list.Items) < 50 {
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

func buildAPI(t *testing.T, collections ...*collection.Collection) *api.API {
	t.Helper()
	gin.SetMode(gin.ReleaseMode)
	issuer := authtest.NewIssuer(t)
	verifier, err := auth.New(t.Context(), auth.Config{
		Issuers: []auth.Issuer{{URL: issuer.URL(), Audiences: []string{issuer.Audience()}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	options := api.Options{Verifier: verifier, Log: slog.New(slog.DiscardHandler), InHand: middleware.NewInHand(1), OpenAPI: postern.OpenAPI}
	if len(collections) > 0 {
		options.Documents = service.New(nil, collections, service.Limits{})
	}
	a, err := api.New(options)
	if err != nil {
		t.Fatal(err)
	}
	return a
}
