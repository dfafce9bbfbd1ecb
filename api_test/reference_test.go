package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/postern-dev/postern/config"
)

// referenceStory reads the page /docs in a browser, signs in there and sends
// requests.
func referenceStory(t *testing.T) {
	b := newBrowser(t)
	at := build(t, "").develop(t, nil)
	b.tell(t, func(complaint report) bool {
		return strings.Contains(complaint.Detail.Text, "status of 401") && strings.HasPrefix(complaint.Detail.URL, at.api)
	}, "reference.mjs", at.api)
}

func TestFilesOfTheReference(t *testing.T) {
	t.Parallel()
	s := start(t, func(s *config.Settings) { s.DocsClientID = "docs" })
	for _, tt := range []struct {
		file, mediaType, has string
	}{
		{"", "text/html; charset=utf-8", "swagger-ui-bundle.js"},
		{"/index.html", "text/html; charset=utf-8", "swagger-ui-bundle.js"},
		{"/start.js", "text/javascript; charset=utf-8", "SwaggerUIBundle"},
		{"/return.html", "text/html; charset=utf-8", "return.js"},
		{"/swagger-ui-bundle.js", "text/javascript; charset=utf-8", "SwaggerUIBundle"},
		{"/swagger-ui.css", "text/css; charset=utf-8", ".swagger-ui"},
		{"/favicon-32x32.png", "image/png", "PNG"},
		{"/config.json", "application/json; charset=utf-8", `"clientId":"docs"`},
	} {
		a := s.get(t, "/docs"+tt.file, "")
		policy := a.Header.Get("Content-Security-Policy")
		if a.Status != http.StatusOK || a.Header.Get("Content-Type") != tt.mediaType || !strings.Contains(a.Body, tt.has) ||
			!strings.Contains(policy, "script-src 'self';") ||
			!slices.Contains(strings.Fields(policy), strings.TrimSuffix(s.Issuer.URL(), "/")+";") {
			t.Errorf("%s got %d %s with %s", tt.file, a.Status, a.Header.Get("Content-Type"), policy)
		}
		head := s.do(t, call{Method: http.MethodHead, Path: "/docs" + tt.file})
		if head.Status != http.StatusOK || head.Body != "" {
			t.Errorf("HEAD %s got %d %q", tt.file, head.Status, head.Body)
		}
	}
	for _, path := range []string{"/docs/", "/docs/page", "/docs/..%2Fpage", "/docs/swagger-ui-bundle.js.gz", "/docs/start.js/x"} {
		if a := s.get(t, path, ""); a.Status != http.StatusNotFound || a.Problem.Code != "not_found" {
			t.Errorf("%s got %d %s", path, a.Status, a.Body)
		}
	}
	zipped := s.do(t, call{Path: "/docs/swagger-ui.css"}.with("Accept-Encoding", "gzip, br"))
	if zipped.Header.Get("Content-Encoding") != "gzip" || !strings.Contains(strings.Join(zipped.Header.Values("Vary"), ","), "Accept-Encoding") {
		t.Errorf("got %v", zipped.Header)
	}
}
