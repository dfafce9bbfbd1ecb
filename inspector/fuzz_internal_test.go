package inspector

import (
	"net/url"
	"strings"
	"testing"
)

// FuzzMasked holds that the inspector shows no token that stands in an address,
// and no value of a query.
func FuzzMasked(f *testing.F) {
	const token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg"
	for _, s := range []string{"/", "/api/v1/notes", "/a/b;c=", "/%65", "//", "/a?b=c&d", "/\u202e"} {
		f.Add(s, "/x", "q")
	}
	f.Fuzz(func(t *testing.T, before, after, name string) {
		if strings.ContainsAny(before+after+name, "?#") || strings.Contains(before+after+name, "c2ln") {
			return
		}
		for _, address := range []string{before + "/" + token + "/" + after, before + "?" + url.QueryEscape(name) + "=" + token + "&x=" + token} {
			u, err := url.Parse("http://localhost" + address)
			if err != nil {
				continue
			}
			if shown := masked(u); strings.Contains(shown, token) || strings.Contains(shown, "c2lnbmF0dXJl") || len(shown) > 310 {
				t.Fatalf("of %q is shown %q", address, shown)
			}
		}
	})
}
