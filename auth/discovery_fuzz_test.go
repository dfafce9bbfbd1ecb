package auth

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"testing"
	"time"
)

// answering answers each request with the same bytes.
type answering []byte

func (a answering) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(a)), Request: r}, nil
}

// FuzzDiscovery reads discovery documents. Keys may come from nowhere but the
// address that a document of the configured issuer names, and over https.
func FuzzDiscovery(f *testing.F) {
	const issuer = "https://tenant.example/"
	f.Add([]byte(`{"issuer":"https://tenant.example/","jwks_uri":"https://keys.example/jwks.json"}`))
	f.Add([]byte(`{"issuer":"https://tenant.example","jwks_uri":"https://keys.example/"}`))
	f.Add([]byte(`{"issuer":"https://tenant.example/","jwks_uri":"http://localhost/"}`))
	f.Add([]byte(`{"issuer":"https://tenant.example/","issuer":"https://other.example/","jwks_uri":"https://a@b/#c"}`))
	f.Add([]byte(`{"ISSUER":"https://tenant.example/","jwks_uri":["https://keys.example/"]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		address, err := newKeySource(issuer, "", answering(raw)).discover(t.Context())
		if err != nil {
			if address != "" || len(err.Error()) > 2000 {
				t.Fatalf("%q beside %v", address, err)
			}
			return
		}
		var named map[string]json.RawMessage
		var said struct{ issuer, keys string }
		if json.Unmarshal(raw, &named) != nil || json.Unmarshal(named["issuer"], &said.issuer) != nil || json.Unmarshal(named["jwks_uri"], &said.keys) != nil {
			t.Fatalf("read from %q", raw)
		}
		u, err := url.Parse(address)
		if said.issuer != issuer || said.keys != address || err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || u.Fragment != "" {
			t.Fatalf("keys are fetched from %q by %q", address, raw)
		}
	})
}

// FuzzMaxAge holds that no issuer makes keys live shorter or longer than within
// the bounds.
func FuzzMaxAge(f *testing.F) {
	for _, s := range []string{"max-age=600", "public, MAX-AGE=\"1\"", "max-age=-1", "max-age=1e9", "max-age=99999999999999999999", "", ",,max-age"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, value string) {
		if life := maxAge(value); life != 0 && (life < 5*time.Minute || life > time.Hour) {
			t.Fatalf("%q gives keys %v", value, life)
		}
	})
}
