package auth

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// published answers with what an issuer is said to publish.
type published struct{ discovery, keySet, date, age string }

func (p published) RoundTrip(r *http.Request) (*http.Response, error) {
	body := p.keySet
	if strings.HasSuffix(r.URL.Path, "/openid-configuration") {
		body = p.discovery
	}
	return &http.Response{StatusCode: http.StatusOK, Request: r, Body: io.NopCloser(bytes.NewBufferString(body)),
		Header: http.Header{"Date": {p.date}, "Age": {p.age}, "Content-Type": {"application/json"}}}, nil
}

const (
	anyIssuer    = "https://login.example.com/"
	aDiscovery   = `{"issuer":"https://login.example.com/","jwks_uri":"https://login.example.com/keys","scopes_supported":["openid","read:notes"]}`
	anEllipticJW = `{"keys":[{"kty":"EC","crv":"P-256","kid":"1","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"},{"kty":"oct"}]}`
)

func TestSurvey(t *testing.T) {
	date := time.Now().Add(-90 * time.Second).UTC().Format(http.TimeFormat)
	s := SurveyIssuer(t.Context(), Issuer{URL: anyIssuer}, published{aDiscovery, anEllipticJW, date, "30"})
	if s.Named != anyIssuer || strings.Join(s.Scopes, " ") != "openid read:notes" || s.Discovery.Err != nil {
		t.Errorf("%+v", s)
	}
	if len(s.Keys) != 1 || s.Keys[0].ID != "1" || strings.Join(s.Keys[0].Algorithms, " ") != "ES256" ||
		len(s.Skipped) != 1 || !strings.HasPrefix(s.Skipped[0], "key 2: ") {
		t.Errorf("%+v %v", s.Keys, s.Skipped)
	}
	if ahead := s.KeySet.Ahead; !s.KeySet.Dated || ahead > -59*time.Second || ahead < -62*time.Second {
		t.Errorf("%v ahead", ahead)
	}
}

// FuzzSurvey holds what people are told against what a verifier does.
func FuzzSurvey(f *testing.F) {
	f.Add(aDiscovery, anEllipticJW, "Mon, 02 Nov 2026 15:04:05 GMT", "7")
	f.Add(`{"issuer":"https://login.example.com","jwks_uri":"https://login.example.com/keys"}`, `{"keys":[]}`, "", "-1")
	f.Add(`{"issuer":"https://login.example.com/","jwks_uri":"http://example.com/"}`, `{}`, "x", "x")
	f.Add(`{"scopes_supported":7}`, `[[[[`, "Mon, 02 Nov 2026 15:04:05 GMT", "99999999999999999999")
	f.Fuzz(func(t *testing.T, discovery, keySet, date, age string) {
		transport := published{discovery, keySet, date, age}
		s := SurveyIssuer(t.Context(), Issuer{URL: anyIssuer}, transport)
		good := s.Discovery.Err == nil && s.Named == anyIssuer && s.KeySet != nil && s.KeySet.Err == nil
		raw, _, err := newKeySource(anyIssuer, "", transport).fetch(t.Context())
		if err == nil {
			_, _, err = decodeKeySet(raw)
		}
		if good != (err == nil) || good && len(s.Keys) == 0 {
			t.Errorf("surveyed as good: %v; a verifier says %v", good, err)
		}
	})
}
