package check_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/auth/authtest"
	"github.com/postern-dev/postern/check"
)

// survey looks at one issuer and returns all lines of the report.
func survey(t *testing.T, issuer auth.Issuer, transport http.RoundTripper) string {
	t.Helper()
	began := time.Now()
	var report strings.Builder
	for _, s := range check.Survey(t.Context(), []auth.Issuer{issuer}, transport) {
		if err := check.Print(&report, s.Tenant(30*time.Second)); err != nil {
			t.Fatal(err)
		}
	}
	if took := time.Since(began); took > 11*time.Second {
		t.Errorf("it took %v", took)
	}
	return report.String()
}

// off has the issuer answer by a clock that is wrong.
func off(by time.Duration) authtest.Fault {
	return func(w http.ResponseWriter, r *http.Request, healthy http.HandlerFunc) {
		w.Header().Set("Date", time.Now().Add(by).UTC().Format(http.TimeFormat))
		healthy(w, r)
	}
}

// kept answers as a cache does that has had the answer for a while.
func kept(age time.Duration) authtest.Fault {
	return func(w http.ResponseWriter, r *http.Request, healthy http.HandlerFunc) {
		w.Header().Set("Age", fmt.Sprint(int(age.Seconds())))
		off(-age)(w, r, healthy)
	}
}

func TestTenants(t *testing.T) {
	for _, tt := range []struct {
		name  string
		spoil func(*authtest.Issuer)
		want  string // a part of the report
		mend  string
	}{
		{"a good one", func(*authtest.Issuer) {}, "publishes 1 key to verify RS256 with", ""},
		{"discovery is not there", func(i *authtest.Issuer) { i.BreakDiscovery(http404) }, "fail  tenant       URL.well-known/openid-configuration is not there (404)", "/realms/NAME"},
		{"discovery is a web page", func(i *authtest.Issuer) { i.BreakDiscovery(authtest.Page()) }, "with a web page instead of JSON", "gateway"},
		{"discovery is no JSON", func(i *authtest.Issuer) { i.BreakDiscovery(authtest.Answer(200, "application/json", "{")) }, "is of no use: read discovery", "in a browser"},
		{"discovery is empty", func(i *authtest.Issuer) { i.BreakDiscovery(authtest.Answer(200, "application/json", "{}")) }, "does not say who the issuer is", "AUTH0_DOMAIN"},
		{"discovery sends elsewhere", func(i *authtest.Issuer) { i.BreakDiscovery(authtest.Redirect("https://example.com/")) }, "sends elsewhere (302)", "POSTERN_ISSUER"},
		{"an error", func(i *authtest.Issuer) { i.BreakDiscovery(authtest.Answer(503, "text/html", "")) }, "is answered 503", "status page"},
		{"down", func(i *authtest.Issuer) { i.Break(authtest.Down()) }, "cannot be reached: EOF", "Let this machine out"},
		{"another name", func(i *authtest.Issuer) { i.Announce(map[string]any{"issuer": "https://other.example.com/"}) }, "that is another issuer", "POSTERN_ISSUER=https://other.example.com/"},
		{"a name that moves the cursor", func(i *authtest.Issuer) { i.Announce(map[string]any{"issuer": "https://a\x1b[2J\n/"}) }, `https://a\x1b[2J\n/`, `https://a\x1b[2J\n/`},
		{"keys on plain http elsewhere", func(i *authtest.Issuer) { i.Announce(map[string]any{"jwks_uri": "http://example.com/keys"}) }, "is not https", "discovery document"},
		{"no keys", func(i *authtest.Issuer) { i.BreakKeySet(authtest.EmptySet()) }, "key set has no usable key", "RSA of 2048"},
		{"only keys of no use", func(i *authtest.Issuer) {
			i.BreakKeySet(authtest.Answer(200, "application/json", `{"keys":[{"kty":"oct","k":"AAAA"}]}`))
		}, "(key 1: key type \"oct\" is not used", "RSA of 2048"},
		{"a key of no use beside others", func(i *authtest.Issuer) { i.Publish(beside(t, i.KeySet(), `{"kty":"oct","k":"AAAA"}`)) }, "1 published key are no use", ""},
		{"the key set is not there", func(i *authtest.Issuer) { i.BreakKeySet(http404) }, "fail  keys         URL.well-known/jwks.json is answered 404", "status page"},
		{"the issuer's clock is ten minutes ahead", func(i *authtest.Issuer) { i.Break(off(10 * time.Minute)) }, "seconds ahead of the one here: fresh tokens are refused", "NTP"},
		{"the issuer's clock is ten minutes behind", func(i *authtest.Issuer) { i.Break(off(-10 * time.Minute)) }, "seconds behind the one here: tokens end too early", "NTP"},
		{"the issuer's clock is a bit ahead", func(i *authtest.Issuer) { i.Break(off(12 * time.Second)) }, "ahead of the one here, of 30s that may differ", "NTP"},
		{"a cache between", func(i *authtest.Issuer) { i.Break(kept(10 * time.Minute)) }, "ok    clock", ""},
		{"no date", func(i *authtest.Issuer) { i.Break(undated) }, "ok    keys", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			issuer := authtest.NewIssuer(t)
			tt.spoil(issuer)
			got := survey(t, auth.Issuer{URL: issuer.URL()}, nil)
			want := strings.ReplaceAll(tt.want, "URL", issuer.URL())
			if !strings.Contains(got, want) || !strings.Contains(got, tt.mend) || (tt.mend == "") == strings.Contains(got, "mend:") {
				t.Errorf("%s\nwant %s\nand  %s", got, want, tt.mend)
			}
		})
	}
}

var http404 = authtest.Answer(http.StatusNotFound, "text/plain", "404 page not found")

func undated(w http.ResponseWriter, r *http.Request, healthy http.HandlerFunc) {
	w.Header()["Date"] = nil
	healthy(w, r)
}

func beside(t *testing.T, set []byte, key string) []byte {
	t.Helper()
	var document struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(set, &document); err != nil {
		t.Fatal(err)
	}
	document.Keys = append(document.Keys, json.RawMessage(key))
	data, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestSettingsThatDoNotFitTheTenant(t *testing.T) {
	issuer := authtest.NewIssuer(t)
	untrusted := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(untrusted.Close)
	plain := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(plain.Close)
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = gone.Close()
	for _, tt := range []struct {
		name   string
		issuer auth.Issuer
		want   string
		mend   string
	}{
		{"no slash", auth.Issuer{URL: strings.TrimSuffix(issuer.URL(), "/")}, "they differ by the slash at the end", "POSTERN_ISSUER=" + issuer.URL() + " "},
		{"capitals", auth.Issuer{URL: strings.Replace(issuer.URL(), "http", "HTTP", 1)}, "they differ by capital letters", "POSTERN_ISSUER=" + issuer.URL() + " "},
		{"a former name", auth.Issuer{URL: strings.Replace(issuer.URL(), "127.0.0.1", "localhost", 1), Formerly: []string{issuer.URL()}}, "that is set as a former name", "POSTERN_ISSUER"},
		{"another algorithm", auth.Issuer{URL: issuer.URL(), Algorithms: []string{"ES256"}}, "fail  keys", "POSTERN_ALGORITHMS"},
		{"one algorithm too many", auth.Issuer{URL: issuer.URL(), Algorithms: []string{"RS256", "ES256"}}, "warn  keys", "Take ES256 out"},
		{"the address of the keys is set", auth.Issuer{URL: issuer.URL(), KeySetURL: issuer.KeySetURL()}, "ok    keys", ""},
		{"nobody listens", auth.Issuer{URL: "http://" + gone.Addr().String() + "/"}, "nobody listens at " + gone.Addr().String(), "port"},
		{"a certificate that nobody trusts", auth.Issuer{URL: untrusted.URL + "/"}, "signed by nobody whom this machine trusts", "SSL_CERT_FILE"},
		{"no TLS", auth.Issuer{URL: strings.Replace(plain.URL, "http:", "https:", 1) + "/"}, "does not speak TLS", "port"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := survey(t, tt.issuer, nil)
			if !strings.Contains(got, tt.want) || !strings.Contains(got, tt.mend) {
				t.Errorf("%s\nwant %s\nand  %s", got, tt.want, tt.mend)
			}
		})
	}
}

func TestATenantWithAnotherNameInItsCertificate(t *testing.T) {
	server := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	transport := server.Client().Transport.(*http.Transport).Clone()
	transport.DialTLSContext = nil
	transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, server.Listener.Addr().String())
	}
	got := survey(t, auth.Issuer{URL: "https://tenant.invalid/"}, transport)
	if !strings.Contains(got, "is for another name") {
		t.Error(got)
	}
}

type nowhere struct{}

func (nowhere) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, &net.DNSError{Err: "no such host", Name: "tenant.invalid", IsNotFound: true}
}

func TestATenantThatDoesNotExist(t *testing.T) {
	got := survey(t, auth.Issuer{URL: "https://tenant.invalid/"}, nowhere{})
	if !strings.Contains(got, "there is no host tenant.invalid") || !strings.Contains(got, "misspelt") {
		t.Error(got)
	}
}

func TestATenantThatHangsIsNotWaitedForLong(t *testing.T) {
	t.Parallel()
	issuer := authtest.NewIssuer(t)
	issuer.Break(authtest.Hang(time.Minute))
	if got := survey(t, auth.Issuer{URL: issuer.URL()}, nil); !strings.Contains(got, "did not answer in time") {
		t.Error(got)
	}
}

func TestDoors(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name      string
		announced map[string]any
		mode      auth.ProofMode
		wanted    bool
		clients   []string
		want      string
	}{
		{"nothing is asked of the tenant", nil, auth.ProofsOff, false, nil, ""},
		{"it tells of logouts", map[string]any{"backchannel_logout_supported": true}, auth.ProofsOff, true, []string{"spa", "bff"}, "ok    logout       URL tells of logouts, and they are taken for spa, bff"},
		{"it does not", map[string]any{"backchannel_logout_supported": false}, auth.ProofsOff, true, []string{"spa"}, "warn  logout       URL does not say"},
		{"it says so in a word", map[string]any{"backchannel_logout_supported": "yes"}, auth.ProofsOff, true, []string{"spa"}, "warn  logout"},
		{"it binds tokens, and nobody knows the address", map[string]any{"dpop_signing_alg_values_supported": []string{"ES256"}}, auth.ProofsOff, true, nil, "warn  dpop         URL binds tokens to keys where an app asks for it, and such tokens are refused here"},
		{"it binds tokens, and none are wanted", map[string]any{"dpop_signing_alg_values_supported": []string{"ES256"}}, auth.ProofsOff, false, nil, ""},
		{"nobody knows the address, and it binds none", nil, auth.ProofsOff, true, nil, ""},
		{"it binds tokens", map[string]any{"dpop_signing_alg_values_supported": []string{"ES256"}}, auth.ProofsAllowed, true, nil, "bearer tokens are taken, too; it binds tokens to keys for ES256"},
		{"it does not say so", nil, auth.ProofsAllowed, true, nil, "ok    dpop         bound tokens of URL are taken"},
		{"it has to", map[string]any{"dpop_signing_alg_values_supported": []string{"ES256"}}, auth.ProofsRequired, true, nil, "only with a proof made for https://api.example.com"},
		{"it has to, and does not say so", nil, auth.ProofsRequired, true, nil, "warn  dpop         URL does not say that it binds"},
		{"it has to, and says what is no list", map[string]any{"dpop_signing_alg_values_supported": 7}, auth.ProofsRequired, true, nil, "warn  dpop"},
	} {
		issuer := authtest.NewIssuer(t)
		issuer.Announce(tt.announced)
		var report strings.Builder
		trusted := auth.Issuer{URL: issuer.URL(), Audiences: []string{issuer.Audience()}, Proof: tt.mode}
		for _, s := range check.Survey(t.Context(), []auth.Issuer{trusted}, nil) {
			_ = check.Print(&report, append(s.Proofs(tt.wanted, "https://api.example.com"), s.Logouts(tt.clients)...))
		}
		got := strings.ReplaceAll(report.String(), issuer.URL(), "URL")
		if !strings.Contains(got, tt.want) || tt.want == "" && got != "" {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}
