package middleware

import (
	"strings"
	"testing"
)

func TestALogShowsNothingThatMayBeASecret(t *testing.T) {
	token := "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl"
	for _, tt := range []struct{ path, want string }{
		{"", ""},
		{"/", "/"},
		{"/wp-login.php", "/wp-login.php"},
		{"/api/v1/", "/api/v1/"},
		{"/.well-known/openid-configuration", "/.well-known/openid-configuration"},
		{"/" + token, "/…"},
		{"/api/" + token + "/x", "/api/…/x"},
		{"/Bearer%20" + token, "/…"},
		{"/eyJ9", "/…"},
		{"/x.eyJ9/y", "/x.…"},
		{"/access_token=short", "/access_token=…"},
		{"/a;token=x;y", "/a;token=…"},
		{"/V8kyNFgD2wk5PfNwb3bXxdhE1nxqzQ0x", "/…"},
		{"/" + strings.Repeat("a", 24), "/" + strings.Repeat("a", 24)},
		{"/" + strings.Repeat("a", 25), "/…"},
		{"/postgres:%2F%2Fada:secret@db%2Fpostern", "/…"},
		{strings.Repeat("/abc", 100), strings.Repeat("/abc", 25)},
	} {
		if got := shownPath(tt.path); got != tt.want {
			t.Errorf("of %q is shown %q, want %q", tt.path, got, tt.want)
		}
	}
	for _, tt := range []struct{ text, want string }{
		{"", ""}, {"abc", "abc"}, {"abcd", "abc"}, {"a" + token, "a…"}, {token, "…"},
	} {
		if got := shown(tt.text, max(3, len(tt.want))); got != tt.want {
			t.Errorf("of %q is shown %q, want %q", tt.text, got, tt.want)
		}
	}
	for method, want := range map[string]string{
		"GET": "GET", "M-SEARCH": "M-SEARCH", "get": "…", "eyJhbGciOiJSUzI1NiJ9": "…", strings.Repeat("A", 21): "…",
	} {
		if got := shownMethod(method); got != want {
			t.Errorf("of the method %q is shown %q, want %q", method, got, want)
		}
	}
}
