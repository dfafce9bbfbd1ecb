package middleware_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/postern-dev/postern/middleware"
	"github.com/postern-dev/postern/origin"
)

const app = "https://app.example.com"

func allowApp(t testing.TB) origin.List {
	t.Helper()
	list, err := origin.ParseList([]string{app})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func preflight() *http.Request {
	request := httptest.NewRequest(http.MethodOptions, "/", nil)
	request.Header.Set("Origin", app)
	request.Header.Set("Access-Control-Request-Method", http.MethodGet)
	return request
}

// addVary is a middleware of somebody else, that adds to Vary when the answer
// is there.
func addVary(header http.Header, word string) []string {
	header.Add("Vary", word)
	header.Add("Access-Control-Allow-Methods", word)
	return header["Vary"]
}

func TestAnotherMiddlewareMayAddToVary(t *testing.T) {
	headers := make([]http.Header, 2)
	engine := newEngine(func(c *gin.Context) {
		c.Next()
		headers = append(headers, c.Writer.Header())
	}, middleware.CORS(allowApp(t)))
	headers = headers[:0]
	serve(engine, preflight())
	serve(engine, preflight())
	one := addVary(headers[0], "One")
	two := addVary(headers[1], "Two")
	if one[len(one)-1] != "One" || two[len(two)-1] != "Two" {
		t.Errorf("two answers share their header: %q and %q", one, two)
	}
	third := serve(engine, preflight())
	if vary := third.Result().Header["Vary"]; slices.Contains(vary, "One") || len(vary) != 3 {
		t.Errorf("a later answer has what was added to earlier ones: %q", vary)
	}
}

// TestManyMayAddToVaryAtOnce is for the race detector.
func TestManyMayAddToVaryAtOnce(t *testing.T) {
	engine := newEngine(func(c *gin.Context) {
		c.Next()
		addVary(c.Writer.Header(), c.Request.Header.Get("X-Word"))
	}, middleware.CORS(allowApp(t)))
	var clients sync.WaitGroup
	for i := range 8 {
		clients.Go(func() {
			for n := range 50 {
				request := preflight()
				request.Header.Set("X-Word", fmt.Sprint(i, "-", n))
				if got := serve(engine, request); got.Code != http.StatusNoContent {
					t.Errorf("got %d", got.Code)
				}
				plain := httptest.NewRequest(http.MethodGet, "/", nil)
				plain.Header.Set("Origin", app)
				serve(engine, plain)
			}
		})
	}
	clients.Wait()
}

func TestAWildcardIsOneLabelDeep(t *testing.T) {
	list, err := origin.ParseList([]string{"https://*.example.org"})
	if err != nil {
		t.Fatal(err)
	}
	engine := newEngine(middleware.CORS(list))
	for name, want := range map[string]string{
		"https://a.example.org": "https://a.example.org", "https://a.b.example.org": "", "https://example.org": "", "http://a.example.org": "",
	} {
		request := httptest.NewRequest(http.MethodGet, "/", nil)
		request.Header.Set("Origin", name)
		if got := serve(engine, request).Header().Get("Access-Control-Allow-Origin"); got != want {
			t.Errorf("%s got %q", name, got)
		}
	}
}

func TestTheHostIsGivenBack(t *testing.T) {
	host := ""
	engine := newEngine(middleware.CORS(allowApp(t)), func(c *gin.Context) { host = c.Request.Host })
	request := httptest.NewRequest(http.MethodGet, "http://api.example.com/", nil)
	request.Header.Set("Origin", app)
	serve(engine, request)
	if host != "api.example.com" {
		t.Errorf("behind CORS the host is %q", host)
	}
}
