package middleware_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/postern-dev/postern/middleware"
)

func TestARightThatSaysNothingOpensNothing(t *testing.T) {
	for _, tt := range []struct {
		name  string
		right middleware.Right
	}{
		{"the zero Right", middleware.Right{}},
		{"a scope without a name", middleware.Scope("")},
		{"a permission without a name", middleware.Permission("")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.right.Valid() || tt.right.IsPublic() {
				t.Errorf("%v is valid or public", tt.right)
			}
			defer func() {
				if recover() == nil {
					t.Error("Require takes it")
				}
			}()
			middleware.Require(tt.right)
		})
	}
}

func TestARightSaysWhatItAsksFor(t *testing.T) {
	for _, tt := range []struct {
		right  middleware.Right
		text   string
		name   string
		public bool
	}{
		{middleware.Right{}, "none", "", false},
		{middleware.Public(), "public", "", true},
		{middleware.Authenticated(), "authenticated", "", false},
		{middleware.Scope("read:notes"), "scope read:notes", "read:notes", false},
		{middleware.Permission("read:notes"), "permission read:notes", "read:notes", false},
	} {
		t.Run(tt.text, func(t *testing.T) {
			if tt.right.String() != tt.text || tt.right.Name() != tt.name || tt.right.IsPublic() != tt.public {
				t.Errorf("got %q, %q, public %v", tt.right.String(), tt.right.Name(), tt.right.IsPublic())
			}
		})
	}
}

func TestWithoutAuthenticateOnlyPublicRoutesOpen(t *testing.T) {
	for _, tt := range []struct {
		right  middleware.Right
		status int
	}{
		{middleware.Public(), http.StatusOK},
		{middleware.Authenticated(), http.StatusUnauthorized},
		{middleware.Scope("read:notes"), http.StatusUnauthorized},
		{middleware.Permission("read:notes"), http.StatusUnauthorized},
	} {
		t.Run(tt.right.String(), func(t *testing.T) {
			engine := newEngine(middleware.Require(tt.right))
			if got := serve(engine, httptest.NewRequest(http.MethodGet, "/", nil)); got.Code != tt.status {
				t.Errorf("got %d %s, want %d", got.Code, got.Body, tt.status)
			}
		})
	}
}

// newEngine answers 200 at / to whoever comes through the handlers.
func newEngine(handlers ...gin.HandlerFunc) *gin.Engine {
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.Use(handlers...)
	engine.Any("/", func(c *gin.Context) { c.JSON(http.StatusOK, gin.H{}) })
	return engine
}

func serve(handler http.Handler, request *http.Request) *httptest.ResponseRecorder {
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	return recorder
}
