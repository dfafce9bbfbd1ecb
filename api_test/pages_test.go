package api_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestAProblemExplainsItselfToPeopleAsAPage(t *testing.T) {
	t.Parallel()
	s := start(t)
	page := s.do(t, call{Path: "/problems/token_opaque", Header: http.Header{"Accept": {"text/html,*/*;q=0.8"}}})
	for _, want := range []string{"<h1>Token opaque</h1>", "Status 401", "<code>authorizationParams: { audience: &#34;...&#34; }</code>"} {
		if !strings.Contains(page.Body, want) {
			t.Errorf("the page lacks %s:\n%s", want, page.Body)
		}
	}
	if policy := page.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "style-src 'sha256-") || strings.Contains(policy, "unsafe") {
		t.Errorf("the page's policy is %s", policy)
	}
	if vary := strings.Join(page.Header.Values("Vary"), ", "); !strings.Contains(vary, "Accept") || !strings.Contains(vary, "Origin") {
		t.Errorf("Vary is %s", vary)
	}
}
