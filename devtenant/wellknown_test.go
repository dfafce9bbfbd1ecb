package devtenant_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
)

func TestPublicRoutes(t *testing.T) {
	h := open(t, nil)
	const cache = "public, max-age=15, stale-while-revalidate=15, stale-if-error=86400"
	for _, tt := range []struct {
		name, method, path string
		status             int
		header             map[string]string
		want               string
	}{
		{"discovery", "GET", "/.well-known/openid-configuration", 200,
			map[string]string{"Content-Type": "application/json; charset=utf-8", "Cache-Control": cache, "Access-Control-Allow-Origin": "*"},
			`"issuer":"` + h.issuer + `","authorization_endpoint":"` + h.issuer + `authorize"`},
		{"keys", "GET", "/.well-known/jwks.json", 200,
			map[string]string{"Content-Type": "application/json; charset=utf-8", "Cache-Control": cache, "Access-Control-Allow-Origin": "*"},
			`{"keys":[`},
		{"head of keys", "HEAD", "/.well-known/jwks.json", 200, map[string]string{"Cache-Control": cache}, ""},
		{"favicon", "GET", "/favicon.ico", 204, nil, ""},
		{"index", "GET", "/", 200, map[string]string{"Content-Type": "text/plain; charset=utf-8"}, h.issuer},
		{"nothing", "GET", "/nothing", 404, map[string]string{"Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store"}, `"error":"not_found"`},
		{"not there", "GET", "/oauth/introspect", 404, nil, `"error":"not_found"`},
		{"a doubled slash", "GET", "//.well-known/jwks.json", 404, nil, `"error":"not_found"`},
		{"wrong method", "POST", "/.well-known/jwks.json", 405, map[string]string{"Allow": "GET, HEAD"}, `"error":"method_not_allowed"`},
		{"options", "OPTIONS", "/", 405, map[string]string{"Allow": "GET, HEAD"}, `"error":"method_not_allowed"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			resp, body := h.send(t, request{method: tt.method, path: tt.path, header: map[string]string{"Origin": "https://elsewhere.example.com"}})
			if resp.StatusCode != tt.status || !strings.Contains(body, tt.want) {
				t.Errorf("got %d %s\nwant %d with %s", resp.StatusCode, body, tt.status, tt.want)
			}
			for name, want := range tt.header {
				if got := resp.Header.Get(name); got != want {
					t.Errorf("%s: got %q, want %q", name, got, want)
				}
			}
		})
	}
}

// Discovery must not promise an endpoint that is not there.
func TestEveryAdvertisedEndpointAnswers(t *testing.T) {
	h := open(t, nil)
	var document map[string]any
	h.do(t, "GET", "/.well-known/openid-configuration", &document)
	for name, value := range document {
		address, isText := value.(string)
		if !isText || name == "issuer" {
			continue
		}
		path := "/" + strings.TrimPrefix(address, h.issuer)
		if resp, _ := h.send(t, request{method: "GET", path: path}); resp.StatusCode == http.StatusNotFound {
			t.Errorf("%s: nothing at %s", name, address)
		}
	}
	if document["jwks_uri"] == nil || document["subject_types_supported"] == nil {
		t.Errorf("incomplete: %v", document)
	}
}

func TestTheKeySetHasOnlyPublicMembers(t *testing.T) {
	h := open(t, nil)
	h.do(t, "POST", "/dev/rotate", &state{})
	_, body := h.send(t, request{method: "GET", path: "/.well-known/jwks.json"})
	var set struct{ Keys []map[string]string }
	if err := json.Unmarshal([]byte(body), &set); err != nil {
		t.Fatal(err)
	}
	if len(set.Keys) != 2 {
		t.Fatalf("got %d keys, want the new and the former one", len(set.Keys))
	}
	for _, key := range set.Keys {
		members := slices.Sorted(maps.Keys(key))
		if want := []string{"alg", "e", "kid", "kty", "n", "use"}; !slices.Equal(members, want) {
			t.Errorf("got members %v, want %v", members, want)
		}
		if key["alg"] != "RS256" || key["kty"] != "RSA" || key["use"] != "sig" {
			t.Errorf("got %v", key)
		}
	}
}
