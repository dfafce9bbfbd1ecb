package signin

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"math/big"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/postern-dev/postern/auth"
	"golang.org/x/oauth2"
)

// unsigned takes each signature for good: what is held here is what is read of
// the claims.
type unsigned struct{}

func (unsigned) VerifySignature(_ context.Context, token string) ([]byte, error) {
	return base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
}

// reader is a service that reads what a tenant answers, and its metadata.
func reader(transport http.RoundTripper) (*Service, *metadata) {
	clock := func() time.Time { return time.Unix(1_800_000_000, 0) }
	config := Config{Issuer: "https://tenant.example.com/", ClientID: "web", Life: time.Hour, Idle: time.Hour, Transport: transport, Clock: clock,
		Log: slog.New(slog.DiscardHandler)}
	config.Verify = func(context.Context, string) (*auth.Identity, error) {
		return &auth.Identity{Issuer: config.Issuer, Subject: "ada", Expiry: clock().Add(time.Minute)}, nil
	}
	m := &metadata{idTokens: oidc.NewVerifier(config.Issuer, unsigned{}, &oidc.Config{ClientID: config.ClientID, Now: clock})}
	m.oauth = oauth2.Config{ClientID: config.ClientID, Endpoint: oauth2.Endpoint{TokenURL: config.Issuer + "oauth/token", AuthStyle: oauth2.AuthStyleInHeader}}
	return &Service{Config: config, tenant: newTenant(config), asking: make(chan struct{}, 1)}, m
}

// FuzzIDToken has the tenant say anything at all in an ID token. One that makes
// a session says what OpenID Connect Core 1.0, section 3.1.3.7, asks for.
func FuzzIDToken(f *testing.F) {
	const good = `"iss":"https://tenant.example.com/","sub":"ada","nonce":"n","exp":1800000001`
	for _, claims := range []string{
		`{` + good + `,"aud":"web","iat":1799999999,"sid":"s","name":"Ada","email":"ada@example.com"}`,
		`{` + good + `,"aud":["web","api"],"azp":"web","iat":1800000060.5,"nickname":"a"}`,
		`{` + good + `,"aud":["web","api"],"iat":1}`, `{` + good + `,"aud":"web","azp":"spa","iat":1}`, `{` + good + `,"aud":"web"}`,
		`{` + good + `,"aud":"web","iat":1800000061}`, `{` + good + `,"aud":"web","iat":9223372036854775807}`, `{` + good + `,"aud":"web","iat":1e300}`,
		`{` + good + `,"aud":"web","iat":-1}`, `{` + good + `,"aud":["web"],"iat":1,"nonce":"m","at_hash":"x"}`, `{}`, `[]`, ``,
	} {
		f.Add(claims)
	}
	s, m := reader(nil)
	f.Fuzz(func(t *testing.T, claims string) {
		jws := "eyJhbGciOiJSUzI1NiJ9." + base64.RawURLEncoding.EncodeToString([]byte(claims)) + ".c2ln"
		answer := (&oauth2.Token{AccessToken: "access"}).WithExtra(map[string]any{"id_token": jws})
		r, got, err := s.judge(t.Context(), m, attempt{Nonce: "n"}, answer)
		if err != nil {
			return
		}
		var said struct {
			Iss, Sub, Nonce, Azp, Sid string
			Aud                       any
			Iat, Exp                  json.Number
		}
		if err := json.Unmarshal([]byte(claims), &said); err != nil || said.Iss != s.Issuer || said.Sub != "ada" || said.Nonce != "n" {
			t.Fatalf("taken: %s (%v)", claims, err)
		}
		many, isList := said.Aud.([]any)
		if !slices.Contains(append(many, said.Aud), any("web")) || said.Azp != "web" && (said.Azp != "" || isList && len(many) > 1) {
			t.Fatalf("taken for this client: %s", claims)
		}
		if before(said.Exp, 1_800_000_000) || before(said.Iat, 1) || !before(said.Iat, 1_800_000_061) || before(said.Iat, r.Began.Unix()) {
			t.Fatalf("taken now: %s, as begun at %s", claims, r.Began)
		}
		for _, text := range []string{got.Profile.Name, got.Profile.Email, got.Profile.Picture} {
			if len(text) > 1024 {
				t.Fatalf("%d bytes of a profile are kept", len(text))
			}
		}
		if r.SessionID != said.Sid || r.Subject != "ada" || !r.Ends.Equal(s.Clock().Add(time.Hour)) {
			t.Fatalf("%s is kept as %+v", claims, r)
		}
	})
}

// before tells whether a claim is earlier than a time, whatever its size.
func before(claim json.Number, seconds int64) bool {
	at, ok := new(big.Rat).SetString(string(claim))
	return !ok || at.Cmp(new(big.Rat).SetInt64(seconds)) < 0
}

// stating answers each request with the same answer.
type stating struct {
	status     int
	kind, body string
}

func (s stating) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: s.status, Header: http.Header{"Content-Type": {s.kind}}, Body: io.NopCloser(strings.NewReader(s.body)), Request: r}, nil
}

// FuzzTokenAnswer has the token endpoint answer anything at all. Tokens are those
// of a good answer (RFC 6749, section 5.1); only one that says no to this user
// signs somebody out (section 5.2), and what is no answer is an outage.
func FuzzTokenAnswer(f *testing.F) {
	for _, body := range []string{`{"access_token":"a","token_type":"Bearer","refresh_token":"r","id_token":"a.b.c","expires_in":60}`, `{"access_token":"a","error":"x"}`,
		`{"error":"invalid_grant"}`, `{"error":"invalid_client"}`, `{"access_token":""}`, `{"access_token":{}}`, `access_token=a&refresh_token=r&error=`, `error=invalid_grant`, `[]`, ``, "\xff"} {
		for _, status := range []uint16{200, 204, 302, 400, 401, 403, 429, 500} {
			f.Add(status, "application/json", body)
			f.Add(status, "application/x-www-form-urlencoded", body)
		}
	}
	f.Fuzz(func(t *testing.T, status uint16, kind, body string) {
		if status < 200 || status > 599 {
			return
		}
		s, m := reader(stating{int(status), kind, body})
		token, err := s.exchange(t.Context(), m, attempt{Verifier: "v"}, "code")
		said := saidBy(body)
		if err == nil {
			if status > 299 || token.AccessToken == "" || !slices.Contains(said["access_token"], token.AccessToken) || token.RefreshToken != "" && !slices.Contains(said["refresh_token"], token.RefreshToken) {
				t.Fatalf("%d %q is read as %+v", status, body, token)
			}
			return
		}
		no := slices.ContainsFunc(said["error"], func(code string) bool { return slices.Contains(refusals, code) })
		if refused(err) && (status != 400 && status != 403 || !no) {
			t.Fatalf("%d %q signs the user out: %v", status, body, err)
		}
		if unwell := status < 400 || status == 429 || status >= 500; unwell != (failure("", err).Code == "tenant_unavailable") || unwell != errors.As(s.tenant.reachable(), new(down)) {
			t.Fatalf("%d %q: %v", status, body, err)
		}
	})
}

// saidBy are the texts of an answer, read as JSON and as a form.
func saidBy(body string) url.Values {
	said, _ := url.ParseQuery(body) // what can be read of it
	var members struct {
		Access  string `json:"access_token"`
		Refresh string `json:"refresh_token"`
		Error   string `json:"error"`
	}
	if json.Unmarshal([]byte(body), &members) == nil {
		for name, text := range map[string]string{"access_token": members.Access, "refresh_token": members.Refresh, "error": members.Error} {
			said.Add(name, text)
		}
	}
	return said
}
