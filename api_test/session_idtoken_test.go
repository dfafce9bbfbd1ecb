package api_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/postern-dev/postern/auth/authtest"
)

// exchanged is a row: what the tenant answers to the code, spoilt.
type exchanged struct {
	name, code string // no code: the login goes well
	// header and claims change the ID token, and access the access token.
	header, claims, access map[string]any
	key                    *authtest.Key // of the ID token; nil is one of the tenant
	// answer changes the answer after that; may be nil.
	answer func(map[string]any)
}

// forger signs in the name of the tenant: its key is in the tenant's set.
type forger struct{ *authtest.Key }

// has puts the forger's key into the tenant's set, and the row's tokens into its
// answers.
func (f forger) has(te *tenant, tt exchanged) {
	te.rewrite(map[string]func(map[string]any){
		"/.well-known/jwks.json": func(set map[string]any) { set["keys"] = append(set["keys"].([]any), f.JWK()) },
		"/oauth/token": func(answer map[string]any) {
			key := tt.key
			if key == nil {
				key = f.Key
			}
			answer["access_token"] = f.again(answer["access_token"], f.Key, nil, tt.access)
			answer["id_token"] = f.again(answer["id_token"], key, tt.header, tt.claims)
			if tt.answer != nil {
				tt.answer(answer)
			}
		},
	})
}

// again signs a token's claims anew, changed by those given.
func (f forger) again(token any, key *authtest.Key, header, claims map[string]any) string {
	raw, _ := base64.RawURLEncoding.DecodeString(strings.Split(token.(string), ".")[1])
	var all map[string]any
	_ = json.Unmarshal(raw, &all)
	members := map[string]any{"alg": "RS256", "typ": "JWT", "kid": key.ID}
	maps.Copy(members, header)
	for name, value := range claims {
		if all[name] = value; value == authtest.Absent {
			delete(all, name)
		}
	}
	first, _ := json.Marshal(members)
	second, _ := json.Marshal(all)
	return key.SignRaw(first, second)
}

// hashOf is the at_hash of an access token (OpenID Connect Core 1.0, section
// 3.1.3.6).
func hashOf(token any) string {
	sum := sha256.Sum256([]byte(token.(string)))
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

// resigned is the ID token with its signature made by sign.
func resigned(token any, header string, sign func(input string) []byte) string {
	input := base64.RawURLEncoding.EncodeToString([]byte(header)) + "." + strings.Split(token.(string), ".")[1]
	return input + "." + base64.RawURLEncoding.EncodeToString(sign(input))
}

func spoiltAnswers(f forger, te *tenant) []exchanged {
	const failed, refused = "login_failed", "login_token_refused"
	type claims = map[string]any
	now := time.Now().Unix()
	id := func(name string, changes claims) exchanged {
		return exchanged{name: name, code: failed, claims: changes}
	}
	access := func(name string, changes claims) exchanged {
		return exchanged{name: name, code: refused, access: changes}
	}
	answer := func(name, code string, change func(claims)) exchanged {
		return exchanged{name: name, code: code, answer: change}
	}
	good := func(e exchanged) exchanged { e.code = ""; return e }
	return []exchanged{
		good(id("nothing", nil)),
		id("the nonce of another login", claims{"nonce": strings.Repeat("A", 26)}),
		id("no nonce", claims{"nonce": authtest.Absent}),
		id("an empty nonce", claims{"nonce": ""}),
		answer("no ID token", failed, func(a claims) { delete(a, "id_token") }),
		answer("an ID token that is none", failed, func(a claims) { a["id_token"] = "nonsense" }),
		answer("an ID token that is a number", failed, func(a claims) { a["id_token"] = 1 }),
		answer("the access token as the ID token", failed, func(a claims) { a["id_token"] = a["access_token"] }),
		id("another client's", claims{"aud": "spa"}),
		id("other clients'", claims{"aud": []string{"spa", "mobile"}}),
		id("nobody's", claims{"aud": authtest.Absent}),
		good(id("ours, in a list", claims{"aud": []string{"web"}})),
		id("ours and another's, made for nobody in particular", claims{"aud": []string{"web", "spa"}}),
		id("ours and another's, made for that one", claims{"aud": []string{"web", "spa"}, "azp": "spa"}),
		good(id("ours and another's, made for us", claims{"aud": []string{"web", "spa"}, "azp": "web"})),
		id("made for another client", claims{"azp": "spa"}),
		id("another issuer's", claims{"iss": "https://evil.example/"}),
		id("the issuer's without its slash", claims{"iss": strings.TrimSuffix(te.issuer, "/")}),
		id("no issuer's", claims{"iss": authtest.Absent}),
		{name: "another's key under a name of the tenant's", code: failed, key: &authtest.Key{ID: f.ID, Algorithm: "RS256", Private: authtest.NewKey("", "RS256").Private}},
		{name: "a key that nobody knows", code: failed, key: authtest.NewKey("unknown", "RS256")},
		answer("no signature", failed, func(a claims) {
			a["id_token"] = resigned(a["id_token"], `{"alg":"none"}`, func(string) []byte { return nil })
		}),
		answer("the client's secret as the key", failed, func(a claims) {
			a["id_token"] = resigned(a["id_token"], `{"alg":"HS256"}`, func(input string) []byte {
				mac := hmac.New(sha256.New, []byte(clientSecret))
				mac.Write([]byte(input))
				return mac.Sum(nil)
			})
		}),
		{name: "an algorithm that is not allowed", code: failed, header: claims{"alg": "RS512"}},
		id("over", claims{"exp": now - 60}),
		id("without an end", claims{"exp": authtest.Absent}),
		id("not valid yet", claims{"nbf": now + 3600}),
		id("of the future", claims{"iat": now + 3600}),
		id("of a time that no clock reaches", claims{"iat": int64(math.MaxInt64)}),
		id("of no time", claims{"iat": authtest.Absent}),
		id("another user's", claims{"sub": "auth0|grace"}),
		id("no user's", claims{"sub": authtest.Absent}),
		id("the hash of another access token", claims{"at_hash": hashOf("another")}),
		{name: "the hash of the access token", claims: claims{}, answer: func(a claims) {
			a["id_token"] = f.again(a["id_token"], f.Key, nil, claims{"at_hash": hashOf(a["access_token"])})
		}},
		{name: "an access token of another user", code: failed, access: claims{"sub": "auth0|grace"}},
		access("an access token for another API", claims{"aud": "https://other.example/"}),
		access("an access token for the client, as an ID token is", claims{"aud": "web", "nonce": "n"}),
		access("an access token that is over", claims{"exp": now - 3600}),
		access("an access token of another issuer", claims{"iss": "https://evil.example/"}),
		access("an access token that is bound to a key", claims{"cnf": claims{"x5t#S256": "x"}}),
		answer("an opaque access token", refused, func(a claims) { a["access_token"] = "opaque" }),
		answer("no access token", "tenant_unavailable", func(a claims) { delete(a, "access_token") }),
	}
}

// TestALoginIsJudged has the tenant's answer to the code spoilt in each way that
// counts (OpenID Connect Core 1.0, section 3.1.3.7).
func TestALoginIsJudged(t *testing.T) {
	t.Parallel()
	te := startTenant(t, time.Hour)
	database := sqliteFile(t)
	s := startSessions(t, te, database)
	f := forger{authtest.NewKey("forged", "RS256")}
	entered := 0
	for _, tt := range spoiltAnswers(f, te) {
		f.has(te, tt)
		b := newTab(s, te)
		a := b.visit(t, b.toTenant(t, "ada", "/"))
		why := s.log.request(t, a.Header.Get("X-Request-Id"))
		if tt.code == "" {
			entered++
			if a.Header.Get("Location") != app+"/" || !b.session(t).Authenticated {
				t.Errorf("%s: %d to %s (%v)", tt.name, a.Status, a.Header.Get("Location"), why)
			}
			continue
		}
		if want := app + "/?login_error=" + tt.code; a.Status != http.StatusSeeOther || a.Header.Get("Location") != want || b.jar[sessionCookie] != nil {
			t.Errorf("%s: %d to %s, want %s (%v)", tt.name, a.Status, a.Header.Get("Location"), want, why)
		}
	}
	if kept := contents(t, database)["sessions"]; len(kept) != entered {
		t.Errorf("%d sessions of %d logins that went well", len(kept), entered)
	}
}
