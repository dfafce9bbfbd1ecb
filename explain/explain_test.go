package explain_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/auth/authtest"
	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/explain"
)

// deployment trusts the issuer and has one route for each kind of right, and a
// collection with rules.
func deployment(t testing.TB, issuer *authtest.Issuer, transport http.RoundTripper) explain.Deployment {
	t.Helper()
	issuers := []auth.Issuer{{URL: issuer.URL(), Audiences: []string{issuer.Audience()}}}
	verifier, err := auth.New(t.Context(), auth.Config{Issuers: issuers, Explain: true, Transport: transport})
	if err != nil {
		t.Fatal(err)
	}
	scope := func(name string) collection.Rule { return collection.Rule{Kind: collection.Scope, Name: name} }
	return explain.Deployment{Verifier: verifier, Issuers: issuers,
		Routes: []explain.Route{
			{"GET", "/me", "authenticated", func(*auth.Identity) *auth.Refusal { return nil }},
			{"GET", "/admin", "permission read:all", func(id *auth.Identity) *auth.Refusal { return id.RequirePermission("read:all") }},
		},
		Collections: []*collection.Collection{{Name: "notes",
			Read:   collection.Rule{Kind: collection.OwnerOnly},
			Create: scope("write:notes"),
			Update: collection.Rule{Kind: collection.All, Of: []collection.Rule{{Kind: collection.OwnerOnly}, scope("write:notes")}},
		}}}
}

func printed(t testing.TB, r *explain.Report) string {
	t.Helper()
	var b strings.Builder
	if err := r.Print(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestEachMistakeIsMendedInTheWordsOfTheSDK(t *testing.T) {
	t.Parallel()
	issuer := authtest.NewIssuer(t)
	d := deployment(t, issuer, nil)
	audience := `authorizationParams: { audience: "` + issuer.Audience() + `" }`
	claim := func(name string, value any) string { return issuer.Token(map[string]any{name: value}) }
	slashless := strings.TrimSuffix(issuer.URL(), "/")
	for _, tt := range []struct {
		name, token string
		says        []string
	}{
		{"opaque", "V8kyNFgD2wk5PfNwb3bXxdhE1nxqzQ0x", []string{"Refused (token_opaque)", audience}},
		{"encrypted", "a.b.c.d.e", []string{"Refused (token_encrypted)", audience}},
		{"no token at all", "undefined", []string{"Refused (token_malformed)", "getAccessTokenSilently"}},
		{"no audience", claim("aud", authtest.Absent), []string{"Refused (audience_wrong)", "names no API at all", audience}},
		{"the Management API", claim("aud", issuer.URL()+"api/v2/"), []string{"for the tenant itself", audience}},
		{"another API", claim("aud", "urn:other"), []string{`"urn:other"`, "for another API", audience, "ok         signature"}},
		{"an ID token", claim("aud", "spa"), []string{"Refused (id_token_sent)", "getAccessTokenSilently()"}},
		{"a slash", claim("iss", slashless), []string{"Refused (issuer_slash)", "POSTERN_ISSUER=" + slashless + " "}},
		{"https for http", claim("iss", "https"+strings.TrimPrefix(issuer.URL(), "http")), []string{"Only http and https differ"}},
		{"another path", claim("iss", issuer.URL()+"realm"), []string{"another path"}},
		{"another tenant", claim("iss", "https://other.example/"), []string{"another tenant", "ok         audience", "skipped    signature"}},
		{"no issuer", claim("iss", authtest.Absent), []string{"does not say who issued it"}},
		{"expired", claim("exp", time.Now().Add(-2*time.Hour).Unix()), []string{"Refused (token_expired)", "It expired 2h0m"}},
		{"too early", claim("nbf", time.Now().Add(10*time.Minute+30*time.Second).Unix()), []string{"Refused (token_not_yet_valid)", "valid in 10m", "clocks"}},
		{"no subject", claim("sub", authtest.Absent), []string{"Refused (claims_invalid)", "sub is missing"}},
		{"a machine", claim("sub", "abc@clients"), []string{"Accepted", "no user behind it"}},
		{"a key that nobody publishes", issuer.Sign(map[string]any{"kid": "gone"}, issuer.Payload(nil), nil),
			[]string{"Refused (key_unknown)", `kid is "gone", published are ["key-1"]`, "withdrawn"}},
		{"a wrong key", issuer.Sign(nil, issuer.Payload(nil), authtest.NewKey(issuer.Key().ID, "RS256")), []string{"Refused (signature_bad)", "ok         key"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := printed(t, d.Token(t.Context(), tt.token))
			for _, says := range tt.says {
				if !strings.Contains(text, says) {
					t.Errorf("it does not say %q:\n%s", says, text)
				}
			}
		})
	}
}

func TestTheAudienceIsThatOfTheTokensIssuer(t *testing.T) {
	t.Parallel()
	first, second := authtest.NewIssuer(t), authtest.NewIssuer(t, authtest.Audience("urn:second"))
	d := deployment(t, first, nil)
	d.Issuers = append(d.Issuers, auth.Issuer{URL: second.URL(), Audiences: []string{"urn:second"}})
	verifier, err := auth.New(t.Context(), auth.Config{Issuers: d.Issuers, Explain: true})
	if err != nil {
		t.Fatal(err)
	}
	d.Verifier = verifier
	if text := printed(t, d.Token(t.Context(), second.Token(map[string]any{"aud": "x"}))); !strings.Contains(text, `audience: "urn:second"`) {
		t.Error(text)
	}
}

func TestWhatATokenOpens(t *testing.T) {
	t.Parallel()
	issuer := authtest.NewIssuer(t)
	d := deployment(t, issuer, nil)
	for _, tt := range []struct {
		name   string
		claims map[string]any
		says   []string
	}{
		{"no permissions", nil, []string{"all        GET /me", "none       GET /admin", "lacks permission read:all", "Add Permissions in the Access Token",
			"some       notes: read", "none       notes: create  needs {scope: write:notes}; lacks scope write:notes",
			`scope: "openid profile email write:notes"`, "none       notes: delete  needs nobody"}},
		{"the permission, not the scope", map[string]any{"permissions": []string{"write:notes"}},
			[]string{"Assign read:all", "did not ask for it as a scope"}},
		{"the scope, not the permission", map[string]any{"scope": "read:all"}, []string{"as a scope only"}},
		{"all of it", map[string]any{"scope": "write:notes", "permissions": []string{"read:all"}},
			[]string{"all        GET /admin", "all        notes: create", "some       notes: update"}},
		{"expired", map[string]any{"exp": 2, "iat": 1}, []string{"would open if it were accepted"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := printed(t, d.Token(t.Context(), issuer.Token(tt.claims)))
			for _, says := range tt.says {
				if !strings.Contains(text, says) {
					t.Errorf("it does not say %q:\n%s", says, text)
				}
			}
		})
	}
}

func TestWhatIsNotReadIsNotShown(t *testing.T) {
	t.Parallel()
	issuer := authtest.NewIssuer(t)
	d := deployment(t, issuer, nil)
	const evil = "\x1b]0;gone\x07\u202e\u009b2J\r\n"
	r := d.Token(t.Context(), issuer.Sign(map[string]any{"typ": "x" + evil, "x" + evil: 1}, issuer.Payload(map[string]any{
		"iss": evil, "sub": "s" + evil, "aud": []string{strings.Repeat("a", 5000)}, "https://app/secret": "hunter2", "n" + evil: evil,
	}), nil))
	encoded, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{printed(t, r), string(encoded)} {
		if strings.ContainsAny(text, "\x1b\x07\r\u202e\u009b") || strings.Contains(text, "hunter2") || strings.Contains(text, strings.Repeat("a", 300)) {
			t.Errorf("something is shown that must not be: %q", text)
		}
		if !strings.Contains(text, "https://app/secret") {
			t.Errorf("the claim is not named: %q", text)
		}
	}
}

// noNetwork stands for a network that is not there.
type noNetwork struct{}

func (noNetwork) RoundTrip(*http.Request) (*http.Response, error) { return nil, http.ErrServerClosed }

func TestWithoutKeysNothingIsCalledBad(t *testing.T) {
	t.Parallel()
	issuer := authtest.NewIssuer(t)
	d := deployment(t, issuer, noNetwork{})
	r := d.Token(t.Context(), issuer.Token(nil))
	if text := printed(t, r); r.Verdict != explain.Unchecked || !strings.Contains(text, "unchecked  key        Could not be checked") ||
		!strings.Contains(text, "skipped    signature") {
		t.Error(text)
	}
	// What is wrong without any key is wrong.
	if r := d.Token(t.Context(), issuer.Token(map[string]any{"exp": 2, "iat": 1})); r.Code != auth.TokenExpired || r.Verdict != explain.Refused {
		t.Errorf("%s %s", r.Verdict, r.Code)
	}
}

func TestATokenIsReadAsItIsPasted(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"a.b.c":                           "a.b.c",
		" \r\n a.b.c\n":                   "a.b.c",
		"Bearer a.b.c":                    "a.b.c",
		"authorization: bearer a.b.c\r\n": "a.b.c",
		`"a.b.c"`:                         `"a.b.c"`,
		"Bearer":                          "Bearer",
		"":                                "",
		" \n":                             "",
	} {
		got, err := explain.Read(strings.NewReader(text))
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q is read as %q, %v", text, got, err)
		}
	}
}
