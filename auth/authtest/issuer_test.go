package authtest_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/postern-dev/postern/auth/authtest"
)

func get(t *testing.T, address string) (int, string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	defer client.CloseIdleConnections()
	response, err := client.Do(request)
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return response.StatusCode, string(body), err
}

func TestTokensVerifyWithThePublishedKey(t *testing.T) {
	algorithms := []jose.SignatureAlgorithm{
		jose.RS256, jose.RS384, jose.RS512, jose.PS256, jose.PS384, jose.PS512,
		jose.ES256, jose.ES384, jose.ES512, jose.EdDSA,
	}
	for _, algorithm := range algorithms {
		t.Run(string(algorithm), func(t *testing.T) {
			issuer := authtest.NewIssuer(t, authtest.Algorithm(string(algorithm)))
			_, body, err := get(t, issuer.KeySetURL())
			if err != nil {
				t.Fatal(err)
			}
			var set jose.JSONWebKeySet
			if err := json.Unmarshal([]byte(body), &set); err != nil {
				t.Fatal(err)
			}
			token, err := jose.ParseSignedCompact(issuer.Token(map[string]any{"sub": "auth0|grace", "azp": authtest.Absent}), algorithms)
			if err != nil {
				t.Fatal(err)
			}
			payload, err := token.Verify(set.Key("key-1")[0])
			if err != nil {
				t.Fatal(err)
			}
			if text := string(payload); !strings.Contains(text, `"sub":"auth0|grace"`) || strings.Contains(text, "azp") {
				t.Errorf("payload is %s", text)
			}
		})
	}
}

func TestRotationAndWithdrawalShowInTheSet(t *testing.T) {
	issuer := authtest.NewIssuer(t, authtest.Algorithm("ES256"))
	issuer.Rotate()
	if set := string(issuer.KeySet()); !strings.Contains(set, "key-1") || !strings.Contains(set, "key-2") {
		t.Errorf("after a rotation the set is %s", set)
	}
	issuer.Withdraw("key-1")
	if set := string(issuer.KeySet()); strings.Contains(set, "key-1") || !strings.Contains(set, "key-2") {
		t.Errorf("after the withdrawal the set is %s", set)
	}
}

func TestNoTwoRunningIssuersShareAKey(t *testing.T) {
	one, two := authtest.NewIssuer(t), authtest.NewIssuer(t)
	if string(one.KeySet()) == string(two.KeySet()) {
		t.Error("both publish the same set")
	}
}

func TestFaultsShowUntilHealed(t *testing.T) {
	issuer := authtest.NewIssuer(t, authtest.Algorithm("ES256"))
	healthy := string(issuer.KeySet())
	for _, tt := range []struct {
		name   string
		fault  authtest.Fault
		status int // 0: no answer in time
		body   string
	}{
		{"an answer", authtest.Answer(503, "application/json", `{"a":1}`), 503, `{"a":1}`},
		{"a page", authtest.Page(), 200, "<h1>"},
		{"an empty set", authtest.EmptySet(), 200, `{"keys":[]}`},
		{"a redirect", authtest.Redirect("https://example.com/"), 302, "example.com"},
		{"a long hang", authtest.Hang(time.Minute), 0, ""},
		{"a short hang", authtest.Hang(time.Millisecond), 200, healthy},
		{"a trickle", authtest.Trickle(50 * time.Millisecond), 0, ""},
		{"an oversized answer", authtest.Oversized(1 << 20), 200, healthy + strings.Repeat(" ", 1<<20-len(healthy))},
		{"a reset", authtest.Reset(), 0, ""},
		{"down", authtest.Down(), 0, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			issuer.Break(tt.fault)
			status, body, err := get(t, issuer.KeySetURL())
			if tt.status == 0 && err == nil || tt.status != 0 && (status != tt.status || !strings.Contains(body, tt.body)) {
				t.Errorf("got %d %.100s %v, want %d %.100s", status, body, err, tt.status, tt.body)
			}
			issuer.Heal()
			if status, body, err := get(t, issuer.KeySetURL()); status != 200 || body != healthy {
				t.Errorf("healed, but got %d %.100s %v", status, body, err)
			}
		})
	}
	if n := issuer.KeySets(); n < 20 {
		t.Errorf("%d requests counted, want at least 20", n)
	}
}

func TestTheDiscoveryDocumentSaysWhatIsAnnounced(t *testing.T) {
	issuer := authtest.NewIssuer(t, authtest.Algorithm("ES256"), authtest.Name("https://tenant.example/"))
	issuer.Announce(map[string]any{"issuer": "https://evil.example/", "jwks_uri": authtest.Absent})
	client := &http.Client{Transport: issuer.Transport()}
	response, err := client.Get("https://tenant.example/.well-known/openid-configuration")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || string(body) != `{"issuer":"https://evil.example/"}` {
		t.Errorf("got %s %v", body, err)
	}
	if _, err := client.Get("https://other.example/"); err == nil {
		t.Error("the transport reached another host")
	}
	if n := issuer.Discoveries(); n != 1 {
		t.Errorf("%d requests counted, want 1", n)
	}
}
