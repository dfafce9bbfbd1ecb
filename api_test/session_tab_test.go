package api_test

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/postern-dev/postern/auth/authtest"
	"github.com/postern-dev/postern/cmd/postern/serve"
	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/config"
	"github.com/postern-dev/postern/devtenant"
)

const (
	// publicAPI is the address of servers with sessions; the app's page is of its
	// site.
	publicAPI     = "https://api.example.com"
	sessionCookie = "__Host-postern-session"
)

// tenant is a whole authorization server on a real listener, and what it was
// asked for.
type tenant struct {
	issuer string
	*httptest.Server
	// clock is the tenant's, and that of the servers with sessions.
	clock                  clock
	itself                 http.Handler
	refreshes, discoveries atomic.Int64
	broken                 atomic.Bool
	// api is the server that is told of logouts; nil tells nobody.
	api atomic.Pointer[string]
	// change is called before the answers to the token endpoint; may be nil.
	change atomic.Pointer[func(http.ResponseWriter, *http.Request) bool]
}

func startTenant(t testing.TB, lifetime time.Duration, changes ...func(*devtenant.Options)) *tenant {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	te := &tenant{issuer: "http://" + listener.Addr().String() + "/"}
	relay := httptest.NewServer(overheard(http.HandlerFunc(te.relay)))
	t.Cleanup(relay.Close)
	options := devtenant.Options{Issuer: te.issuer, Lifetime: lifetime, Clock: te.clock.Now, Clients: []devtenant.Client{
		{ID: "web", Secret: clientSecret, Callbacks: []string{publicAPI + "/auth/callback"}, LogoutURLs: []string{app},
			Grants: []string{"authorization_code", "refresh_token"}, BackchannelLogoutURI: relay.URL + logoutPath},
		{ID: "spa", Callbacks: []string{app}, WebOrigins: []string{app}, Grants: []string{"authorization_code", "refresh_token"}},
	}}
	for _, change := range changes {
		change(&options)
	}
	made, err := devtenant.New(options)
	if err != nil {
		t.Fatal(err)
	}
	te.itself = made.Handler()
	te.Server = httptest.NewUnstartedServer(overheard(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		switch {
		case te.broken.Load():
			http.Error(w, "the tenant is down", http.StatusBadGateway)
			return
		case r.URL.Path == "/oauth/token" && bytes.Contains(body, []byte("grant_type=refresh_token")):
			te.refreshes.Add(1)
		case r.URL.Path == "/.well-known/openid-configuration":
			te.discoveries.Add(1)
		}
		if change := te.change.Load(); change != nil && (*change)(w, r) {
			return
		}
		te.itself.ServeHTTP(w, r)
	})))
	_ = te.Listener.Close()
	te.Listener = listener
	te.Start()
	t.Cleanup(te.Close)
	return te
}

// relay carries logout tokens to the API, whose address the tenant cannot know
// when it starts.
func (te *tenant) relay(w http.ResponseWriter, r *http.Request) {
	at := te.api.Load()
	if at == nil {
		return
	}
	response, err := http.Post(*at+r.URL.Path, r.Header.Get("Content-Type"), r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	_ = response.Body.Close()
	w.WriteHeader(response.StatusCode)
}

// withSessions makes a server sign browsers in at the tenant.
func withSessions(te *tenant, database string, changes ...change) []change {
	return append([]change{func(s *config.Settings) {
		s.Issuers = []config.Issuer{{URL: te.issuer, Audiences: []string{devtenant.DefaultAudience}, Algorithms: []string{"RS256"}}}
		s.PublicURL, s.DatabaseURL, s.RateLimit = publicAPI, database, 0
		s.Session.ClientID, s.Session.ClientSecret = "web", clientSecret
	}}, changes...)
}

// startSessions runs a server with notes, whose browsers are signed in by it.
func startSessions(t *testing.T, te *tenant, database string, changes ...change) *server {
	t.Helper()
	options := serve.Options{Collections: []*collection.Collection{notes(t)}, Clock: te.clock.Now}
	s := launchOptions(t, authtest.NewIssuer(t), options, withSessions(te, database, changes...)...)
	s.waitReady(t)
	s.promise(t)
	return s
}

// tab is a page in a browser of its own, which keeps cookies as browsers do.
type tab struct {
	server *server
	tenant *tenant
	mu     sync.Mutex
	jar    map[string]*http.Cookie
}

func newTab(s *server, te *tenant) *tab {
	return &tab{server: s, tenant: te, jar: map[string]*http.Cookie{}}
}

// keep takes the cookies of an answer.
func (b *tab) keep(header http.Header) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range (&http.Response{Header: header}).Cookies() {
		if b.jar[c.Name] = c; c.MaxAge < 0 {
			delete(b.jar, c.Name)
		}
	}
}

func (b *tab) cookies(prefix string) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var all []string
	for name, c := range b.jar {
		if strings.HasPrefix(name, prefix) {
			all = append(all, name+"="+c.Value)
		}
	}
	return strings.Join(all, "; ")
}

// visit sends the browser to an address of the API, as a link does.
func (b *tab) visit(t testing.TB, path string) answer {
	t.Helper()
	c := call{Path: path}.with("Cookie", b.cookies("__Host-")).with("Sec-Fetch-Site", "cross-site").with("Sec-Fetch-Mode", "navigate")
	a := b.server.do(t, c)
	b.keep(a.Header)
	return a
}

// fetch is what a page of the app does.
func (b *tab) fetch(t testing.TB, c call) answer {
	t.Helper()
	a := b.server.do(t, b.from(c))
	b.keep(a.Header)
	return a
}

// from makes a call that of a page of the app.
func (b *tab) from(c call) call {
	c = c.with("Cookie", b.cookies("__Host-")).with("Origin", app).with("Sec-Fetch-Site", "same-site").with("X-CSRF", "1")
	if c.Body != "" {
		c = c.with("Content-Type", "application/json")
	}
	return c
}

// atTenant sends the browser to an address of the tenant, and returns where it
// is sent on to.
func (b *tab) atTenant(t testing.TB, method, address string, form url.Values) string {
	t.Helper()
	if !strings.HasPrefix(address, "http") {
		address = strings.TrimSuffix(b.tenant.issuer, "/") + address
	}
	request, err := http.NewRequest(method, address, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Cookie", b.cookies("postern_tenant"))
	if method == http.MethodPost {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	b.keep(response.Header)
	return response.Header.Get("Location")
}

// toTenant begins a login, and returns the address at which the tenant sends the
// browser back.
func (b *tab) toTenant(t testing.TB, user, returnTo string) string {
	t.Helper()
	a := b.visit(t, "/auth/login?return_to="+url.QueryEscape(returnTo))
	if a.Status != http.StatusSeeOther {
		t.Fatalf("the login was answered %d %s", a.Status, a.Body)
	}
	return b.logIn(t, a.Header.Get("Location"), user)
}

// logIn sends the browser to the tenant's address at which a login begins, and
// returns the one of this server to which it is sent back.
func (b *tab) logIn(t testing.TB, address, user string) string {
	t.Helper()
	at := b.atTenant(t, "GET", address, nil)
	if strings.Contains(at, "/u/login?state=") {
		_, state, _ := strings.Cut(at, "state=")
		at = b.atTenant(t, "POST", "/u/login", url.Values{"state": {state}, "user": {user}})
	}
	if !strings.HasPrefix(at, publicAPI+"/auth/callback?") {
		t.Fatalf("the tenant sends the browser to %q", at)
	}
	return strings.TrimPrefix(at, publicAPI)
}

// signIn signs a user in, and fails unless that went well.
func (b *tab) signIn(t testing.TB, user string) *tab {
	t.Helper()
	a := b.visit(t, b.toTenant(t, user, "/"))
	if a.Status != http.StatusSeeOther || a.Header.Get("Location") != app+"/" || b.jar[sessionCookie] == nil {
		t.Fatalf("after the login: %d to %s: %v", a.Status, a.Header.Get("Location"), b.server.log.request(t, a.Header.Get("X-Request-Id")))
	}
	return b
}

// status asks who is there, quietly: any goroutine may.
func (b *tab) status(t testing.TB, s *server) (int, string) {
	request := s.request(t, b.from(call{Path: whoAmI}))
	response, err := client.Do(request)
	if err != nil {
		t.Error(err)
		return 0, ""
	}
	defer func() { _ = response.Body.Close() }()
	return response.StatusCode, response.Header.Get("Retry-After")
}

// follow is what EventSource does.
func (b *tab) follow(t testing.TB, s *server, path, last string) *stream {
	t.Helper()
	fields := []string{"Cookie", b.cookies("__Host-"), "Sec-Fetch-Site", "same-site"}
	if last != "" {
		fields = append(fields, "Last-Event-ID", last)
	}
	f := s.follow(t, path, "", fields...)
	f.begun(t)
	return f
}
