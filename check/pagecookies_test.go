package check_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/postern-dev/postern/check"
	"github.com/postern-dev/postern/middleware"
	"github.com/postern-dev/postern/origin"
)

// TestPagesWithCookies plays pages that are signed in by the cookie of a
// session, before answers that are good or were spoilt.
func TestPagesWithCookies(t *testing.T) {
	const app, other = "https://app.example.com", "https://other.example.com"
	list, err := origin.ParseList([]string{app, other})
	if err != nil {
		t.Fatal(err)
	}
	gin.SetMode(gin.ReleaseMode)
	for _, tt := range []struct {
		name, page string
		spoil      func(http.Header)
		want       string
	}{
		{"of the API's site", app, nil, "ok    cors         " + app + ": pages there may call with the cookie of a session, and read what they get"},
		{"allowed without cookies", other, nil, "fail  cors         " + other + ": Access-Control-Allow-Credentials is not true"},
		{"somebody takes the leave out", app, func(h http.Header) { h.Del("Access-Control-Allow-Credentials") }, "Access-Control-Allow-Credentials is not true"},
		{"somebody says it twice", app, func(h http.Header) { h.Add("Access-Control-Allow-Credentials", "true") }, "Access-Control-Allow-Credentials is not true"},
		{"somebody says it louder", app, func(h http.Header) { h.Set("Access-Control-Allow-Credentials", "TRUE") }, "Access-Control-Allow-Credentials is not true"},
		{"a star is no leave", app, func(h http.Header) { h.Set("Access-Control-Allow-Origin", "*") }, `Access-Control-Allow-Origin is "*"`},
		{"the header of writes", app, func(h http.Header) {
			h.Set("Access-Control-Allow-Headers", "Content-Type,If-Match,If-None-Match,Idempotency-Key,Last-Event-ID,X-Request-Id")
		}, "Access-Control-Allow-Headers lacks x-csrf (POST, PUT, PATCH, DELETE)"},
	} {
		engine := gin.New()
		engine.Use(func(c *gin.Context) {
			c.Next()
			if tt.spoil != nil {
				tt.spoil(c.Writer.Header())
			}
		}, middleware.CORS(list, app))
		engine.Any("/*path", func(c *gin.Context) { c.Status(http.StatusUnauthorized) })
		page := check.Page{Origin: tt.page, Allowed: []string{app, other}, Cookies: true, API: handled{engine}}
		found, err := page.Play(t.Context(), check.SessionCalls("http://api.invalid/notes", middleware.CrossSiteHeader, nil))
		if err != nil {
			t.Fatal(err)
		}
		var report strings.Builder
		_ = check.Print(&report, found)
		if !strings.Contains(report.String(), tt.want) || strings.HasPrefix(tt.want, "ok") == check.Failed(found) {
			t.Errorf("%s: %s", tt.name, report.String())
		}
	}
}
