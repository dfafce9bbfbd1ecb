package inspector

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzSeen has a client send any claims, and the API any answer. What is seen of
// them has its bounds, names only whom the claims name, and only where the API
// did not refuse; none of the token is in it.
func FuzzSeen(f *testing.F) {
	for _, claims := range []string{`{"sub":"auth0|ada"}`, `{"sub":1}`, `{"sub":"` + strings.Repeat("ä", 99) + `"}`, `{"sub":null}`, `[]`, ``} {
		f.Add(claims, 200, "", "https://app.example")
		f.Add(claims, 401, `{"code":"token_expired","detail":"It is over.","hint":"Sign in."}`, "")
		f.Add(claims, 403, `{"code":1}`, "null")
		f.Add(claims, 503, `{"code":"keys_unavailable"}`, strings.Repeat("é", 150))
	}
	const signature = "c2lnbmF0dXJlLW9mLXRoZS10b2tlbg"
	i := New([]string{"https://app.example"})
	f.Fuzz(func(t *testing.T, claims string, status int, answer, origin string) {
		if status < 200 || status > 599 || strings.Contains(claims+answer+origin, signature) {
			return
		}
		token := "eyJhbGciOiJSUzI1NiJ9." + base64.RawURLEncoding.EncodeToString([]byte(claims)) + "." + signature
		r := httptest.NewRequest(http.MethodGet, "/api/v1/me", nil)
		r.Header["Authorization"], r.Header["Origin"] = []string{"Bearer " + token}, []string{origin}
		i.Wrap(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = w.Write([]byte(answer))
		})).ServeHTTP(httptest.NewRecorder(), r)
		seen := i.last[len(i.last)-1]
		var said struct {
			Sub string `json:"sub"`
		}
		readable := json.Unmarshal([]byte(claims), &said) == nil
		if !strings.HasPrefix(said.Sub, strings.TrimSuffix(seen.Who, "…")) || seen.Who != "" && (!readable || status == 401) || len(seen.Who) > 103 || len(seen.Origin) > 203 || len(i.last) > kept {
			t.Fatalf("of %q, %d %q, from %q is seen %+v", claims, status, answer, origin, seen)
		}
		if len(said.Sub) <= 100 && readable && status < 400 && seen.Who != said.Sub {
			t.Fatalf("%q is seen as %q", claims, seen.Who)
		}
		if shown, err := json.Marshal(seen); err != nil || !utf8.Valid(shown) || strings.Contains(string(shown), signature) {
			t.Fatalf("of %q is shown %s: %v", claims, shown, err)
		}
	})
}
