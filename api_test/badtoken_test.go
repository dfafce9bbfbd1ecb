package api_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/postern-dev/postern/auth/authtest"
	"github.com/postern-dev/postern/cmd/postern/serve"
	"github.com/postern-dev/postern/config"
)

// badRequest is a row: a request that must not get through, and how it is
// refused.
type badRequest struct {
	name string
	make builder
	want refusal
}

// builder makes a request to a server that trusts the issuer.
type builder func(*authtest.Issuer) call

// refusal is what a client sees of one.
type refusal struct {
	status    int
	code      string
	challenge string // all WWW-Authenticate fields, as a regular expression
}

// The challenges of RFC 6750, section 3.
const (
	noChallenge    = ``
	bareChallenge  = `Bearer realm="postern"`
	invalidToken   = `Bearer realm="postern", error="invalid_token", error_description="[^"\\]+"`
	invalidRequest = `Bearer realm="postern", error="invalid_request", error_description="[^"\\]+"`
	lacksReadNotes = `Bearer realm="postern", error="insufficient_scope", error_description="[^"\\]+", scope="read:notes"`
)

var (
	missing     = refusal{401, "token_missing", bareChallenge}
	malformed   = refusal{401, "token_malformed", invalidToken}
	opaque      = refusal{401, "token_opaque", invalidToken}
	encrypted   = refusal{401, "token_encrypted", invalidToken}
	tooLarge    = refusal{401, "token_too_large", invalidToken}
	algorithm   = refusal{401, "algorithm_refused", invalidToken}
	wrongType   = refusal{401, "token_type_refused", invalidToken}
	badClaims   = refusal{401, "claims_invalid", invalidToken}
	otherIssuer = refusal{401, "issuer_unknown", invalidToken}
	issuerSlash = refusal{401, "issuer_slash", invalidToken}
	idToken     = refusal{401, "id_token_sent", invalidToken}
	otherAPI    = refusal{401, "audience_wrong", invalidToken}
	expired     = refusal{401, "token_expired", invalidToken}
	notYet      = refusal{401, "token_not_yet_valid", invalidToken}
	longLived   = refusal{401, "token_lifetime_too_long", invalidToken}
	bound       = refusal{401, "token_sender_constrained", invalidToken}
	unknownKey  = refusal{401, "key_unknown", invalidToken}
	forged      = refusal{401, "signature_bad", invalidToken}
	ambiguous   = refusal{400, "credentials_ambiguous", invalidRequest}
	lacksScope  = refusal{403, "scope_missing", lacksReadNotes}
	lacksRight  = refusal{403, "permission_missing", noChallenge}
)

// refuseAll sends each request twice, so that a refusal that is remembered as
// something else shows. Rows that an unspoiled token would fail as well prove
// nothing: it is sent before and after.
func refuseAll(t *testing.T, s *server, rows []badRequest) {
	t.Helper()
	s.mustAccept(t, good()(s.Issuer))
	d, err := serve.Explainer(t.Context(), s.settings, serve.Options{}, nil, false)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range rows {
		t.Run(tt.name, func(t *testing.T) {
			request := tt.make(s.Issuer)
			s.mustRefuse(t, request, tt.want)
			s.mustRefuse(t, request, tt.want)
			if tt.want.status == http.StatusUnauthorized && request.Token != "" && request.Header == nil {
				mustExplain(t, d, request.Token, tt.want.code)
			}
		})
	}
	s.mustAccept(t, good()(s.Issuer))
}

func (s *server) mustRefuse(t *testing.T, c call, want refusal) {
	t.Helper()
	a := s.do(t, c.with("Origin", app))
	challenge := strings.Join(a.Header.Values("WWW-Authenticate"), " AND ")
	if a.Status != want.status || a.Problem.Code != want.code {
		t.Errorf("got %d %s\nwant %d %s", a.Status, a.Body, want.status, want.code)
	}
	if !regexp.MustCompile(`^(?:` + want.challenge + `)$`).MatchString(challenge) {
		t.Errorf("the challenge is %s\nwant %s", challenge, want.challenge)
	}
	if a.Problem.Type != "/problems/"+want.code || a.Problem.Hint == "" || a.Problem.RequestID != a.Header.Get("X-Request-Id") {
		t.Errorf("the problem lacks something: %s", a.Body)
	}
	if a.Header.Get("Access-Control-Allow-Origin") != app || a.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("the app cannot read the refusal, or a cache keeps it: %v", a.Header)
	}
}

func (s *server) mustAccept(t *testing.T, c call) {
	t.Helper()
	if a := s.do(t, c); a.Status != http.StatusOK {
		t.Errorf("got %d %s\nwant 200", a.Status, a.Body)
	}
}

// with is the call with one more header field.
func (c call) with(name, value string) call {
	c.Header = maps.Clone(c.Header)
	if c.Header == nil {
		c.Header = http.Header{}
	}
	c.Header.Add(name, value)
	return c
}

// bearing makes a request with a token.
func bearing(token func(*authtest.Issuer) string) builder {
	return func(i *authtest.Issuer) call { return call{Path: "/api/v1/me", Token: token(i)} }
}

// fixed is a request with this text for a token.
func fixed(token string) builder { return bearing(func(*authtest.Issuer) string { return token }) }

// claims changes claims of a good token.
func claims(changes map[string]any) builder {
	return bearing(func(i *authtest.Issuer) string { return i.Token(changes) })
}

func claim(name string, value any) builder { return claims(map[string]any{name: value}) }

func good() builder { return claims(nil) }

// payload signs this text, with the words ISSUER, AUDIENCE and LATER replaced.
func payload(text string) builder {
	return bearing(func(i *authtest.Issuer) string { return i.Sign(nil, []byte(filled(i, text)), nil) })
}

// rawClaim gives a good token one more claim, whose value is this JSON text.
func rawClaim(name, value string) builder {
	return bearing(func(i *authtest.Issuer) string {
		text := strings.TrimSuffix(string(i.Payload(map[string]any{name: authtest.Absent})), "}")
		return i.Sign(nil, []byte(text+`,"`+name+`":`+value+`}`), nil)
	})
}

// header changes header members of a good token; its signature stays good.
func header(members map[string]any) builder {
	return bearing(func(i *authtest.Issuer) string { return i.Sign(members, i.Payload(nil), nil) })
}

// rawHeader signs this text as the header, with the word KID replaced.
func rawHeader(text string) builder {
	return bearing(func(i *authtest.Issuer) string {
		return i.Key().SignRaw([]byte(filled(i, text)), i.Payload(nil))
	})
}

// text changes the text of a good token.
func text(change func(string) string) builder {
	return bearing(func(i *authtest.Issuer) string { return change(i.Token(nil)) })
}

// parts changes the three parts of a good token.
func parts(change func(p []string)) builder {
	return text(func(token string) string {
		p := strings.Split(token, ".")
		change(p)
		return strings.Join(p, ".")
	})
}

func filled(i *authtest.Issuer, text string) string {
	later := strconv.FormatInt(time.Now().Add(time.Hour).Unix(), 10)
	return strings.NewReplacer("ISSUER", i.URL(), "AUDIENCE", i.Audience(), "LATER", later, "KID", i.Key().ID).Replace(text)
}

// at sends the request elsewhere.
func at(path string, make builder) builder {
	return func(i *authtest.Issuer) call {
		c := make(i)
		c.Path = path
		return c
	}
}

// fields is a request with these Authorization fields, the word TOKEN replaced
// by a good token.
func fields(values ...string) builder {
	return func(i *authtest.Issuer) call {
		c := call{Path: "/api/v1/me", Header: http.Header{}}
		for _, value := range values {
			c = c.with("Authorization", strings.ReplaceAll(value, "TOKEN", i.Token(nil)))
		}
		return c
	}
}

// in is the second that lies so far ahead.
func in(d time.Duration) int64 { return time.Now().Add(d).Unix() }

// stranger is a key that no issuer here has, under the id that all of them
// use.
var stranger = sync.OnceValue(func() *authtest.Key { return authtest.NewKey("key-1", "RS256") })

// noRateLimit lets a table ask as fast as it can.
func noRateLimit(s *config.Settings) { s.RateLimit = 0 }

func mustJSON(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return string(text)
}
