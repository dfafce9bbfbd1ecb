package api_test

import (
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/postern-dev/postern/auth/authtest"
	"github.com/postern-dev/postern/config"
	"github.com/postern-dev/postern/store/pgtest"
)

func TestWhatHappensIsMeasured(t *testing.T) {
	t.Parallel()
	s := startDeclared(t)
	ada := s.Issuer.Token(nil)
	json := call{Method: "POST", Path: "/api/v1/notes", Token: ada, Body: `{"title":"milk"}`}.with("Content-Type", "application/json")
	var made struct{ ID string }
	decode(t, s.do(t, json).Body, &made)
	id := made.ID
	for range 3 {
		s.get(t, "/api/v1/notes/"+id, ada)
	}
	s.do(t, call{Method: "HEAD", Path: "/api/v1/notes/" + id, Token: ada})
	s.get(t, "/api/v1/notes", "")
	s.get(t, "/api/v1/nothing-of-the-kind-"+id, ada)
	s.do(t, call{Method: "OPTIONS", Path: "/api/v1/notes"}.with("Origin", app).with("Access-Control-Request-Method", "GET"))
	json.Body = `{}`
	s.do(t, json)
	s.mustCome(t, map[string]float64{
		`postern_http_requests_total{method="POST",route="/api/v1/notes",status="2xx"}`:       1,
		`postern_http_requests_total{method="POST",route="/api/v1/notes",status="4xx"}`:       1,
		`postern_http_requests_total{method="GET",route="/api/v1/notes/:id",status="2xx"}`:    4,
		`postern_http_requests_total{method="GET",route="/api/v1/notes",status="4xx"}`:        1,
		`postern_http_requests_total{method="GET",route="none",status="4xx"}`:                 1,
		`postern_http_requests_total{method="OPTIONS",route="none",status="2xx"}`:             1,
		`postern_http_request_duration_seconds_count{method="GET",route="/api/v1/notes/:id"}`: 4,
		`postern_http_refusals_total{code="body_invalid"}`:                                    1,
		`postern_http_refusals_total{code="token_missing"}`:                                   1,
		`postern_http_refusals_total{code="not_found"}`:                                       1,
		`postern_http_refusals_total{code="other"}`:                                           0,
		`postern_http_requests_in_hand`:                                                       0,
		`postern_http_rush`:                                                                   0,
		`postern_token_cache_looks_total{result="miss"}`:                                      1,
		`postern_token_cache_looks_total{result="hit"}`:                                       5,
		`postern_token_cache_entries`:                                                         1,
		`postern_issuer_keys{issuer="` + s.Issuer.URL() + `"}`:                                1,
		`postern_issuer_keys_fresh{issuer="` + s.Issuer.URL() + `"}`:                          1,
		`postern_issuer_key_fetches_total{issuer="` + s.Issuer.URL() + `"}`:                   1,
		`postern_issuer_key_fetch_failures_total{issuer="` + s.Issuer.URL() + `"}`:            0,
		`postern_database_writer_queue`:                                                       0,
		`postern_database_failures_total{operation="write"}`:                                  0,
		`postern_feed_followers`:                                                              0,
		`postern_revocations`:                                                                 0,
		`postern_ready`:                                                                       1,
		`postern_degraded`:                                                                    0,
		`postern_servers`:                                                                     1,
	})
	got := s.metrics(t)
	if commits, writes := got["postern_database_commit_writes_count"], got["postern_database_commit_writes_sum"]; commits == 0 || writes < commits {
		t.Errorf("%v commits of %v writes", commits, writes)
	}
	for name := range got {
		if strings.Contains(name, id) || strings.Contains(name, "milk") {
			t.Errorf("what a client sent is in %s", name)
		}
	}
}

func TestTheOperatorSeesThatAnIssuerIsAway(t *testing.T) {
	t.Parallel()
	issuer := authtest.NewIssuer(t)
	issuer.Break(authtest.Down())
	s := startWith(t, issuer)
	told := s.state(t)
	if told.Status != "degraded" || len(told.Reasons) != 1 || !strings.Contains(told.Reasons[0], "keys") {
		t.Errorf("it says %s %v", told.Status, told.Reasons)
	}
	if of := told.Issuers[0]; of.Fresh || of.FailuresInRow == 0 || of.LastError == "" || of.Fetched != nil || len(of.KeyIDs) != 0 {
		t.Errorf("of the issuer it says %+v", of)
	}
	s.mustCome(t, map[string]float64{"postern_degraded": 1, "postern_ready": 1,
		`postern_issuer_keys{issuer="` + issuer.URL() + `"}`: 0, `postern_issuer_keys_fresh{issuer="` + issuer.URL() + `"}`: 0})
}

func TestTheStatusTellsOfAllThatIsNeeded(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	onPostgres := func(s *config.Settings) { s.DatabaseURL = url }
	for name, on := range map[string]change{"sqlite": onSQLite(t), "postgres": onPostgres} {
		s := startDeclared(t, on)
		told := s.state(t)
		if told.Status != "ok" || len(told.Reasons) > 0 || told.Program.Started.IsZero() {
			t.Errorf("it says %+v", told)
		}
		of := told.Issuers[0]
		if !of.Fresh || len(of.KeyIDs) != 1 || of.Fetched == nil || of.NextFetch == nil || !of.NextFetch.Before(*of.StaleFrom) || !of.StaleFrom.Before(*of.UnusableFrom) {
			t.Errorf("of the issuer it says %+v", of)
		}
		if d := told.Database; d == nil || d.Engine != name || !d.Reachable || !d.Writable || d.Servers != 1 {
			t.Errorf("of the database it says %+v", told.Database)
		}
		if told.Feed == nil || told.Feed.LookedSecondsAgo > 10 {
			t.Errorf("of the feed it says %+v", told.Feed)
		}
		if name == "postgres" && s.metrics(t)["postern_database_connections_most"] < 16 {
			t.Error("the pool of connections is not measured")
		}
	}
}

func TestTheOperatorsListener(t *testing.T) {
	t.Parallel()
	s := start(t)
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(s.Admin, "http://"))
	for _, tt := range []struct {
		name, path, host, site string
		status                 int
	}{
		{"by its address", "/metrics", "", "", 200},
		{"by its name", "/status", "localhost:" + port, "", 200},
		{"by its name in IPv6", "/status", "[::1]:" + port, "", 200},
		{"by the name of a foreign site", "/status", "evil.example:" + port, "", 403},
		{"by a name that begins like this machine's", "/metrics", "localhost.evil.example:" + port, "", 403},
		{"by an address that is not this machine's", "/metrics", "192.0.2.1:" + port, "", 403},
		{"from a page of another site", "/metrics", "", "cross-site", 403},
		{"from a page of this machine", "/status", "", "same-site", 403},
		{"from the address bar", "/status", "", "none", 200},
		{"a profile", "/debug/pprof/heap", "", "", 200},
		{"a profile to read", "/debug/pprof/goroutine?debug=1", "", "", 200},
		{"a profile of the processor", "/debug/pprof/profile?seconds=1", "", "", 200},
		{"a profile for hours", "/debug/pprof/profile?seconds=7200", "", "", 400},
		{"a profile of no time", "/debug/pprof/profile?seconds=-1", "", "", 400},
		{"the command line, which may have passwords", "/debug/pprof/cmdline", "", "", 404},
		{"the API", "/healthz", "", "", 404},
		{"nothing", "/", "", "", 404},
	} {
		header := http.Header{}
		if tt.site != "" {
			header.Set("Sec-Fetch-Site", tt.site)
		}
		if status, body, err := s.askAdmin(tt.path, tt.host, header); status != tt.status {
			t.Errorf("%s: answered %d %.200s (%v), want %d", tt.name, status, body, err, tt.status)
		}
	}
	for _, path := range []string{"/metrics", "/status", "/debug/pprof/heap"} {
		if a := s.get(t, path, s.Issuer.Token(nil)); a.Status != http.StatusNotFound {
			t.Errorf("the API answers %s with %d", path, a.Status)
		}
	}
}

func TestTheOperatorIsAnsweredWhileTheServerDrains(t *testing.T) {
	t.Parallel()
	s := start(t, func(s *config.Settings) { s.DrainDelay = 2 * time.Second })
	stopped := make(chan error, 1)
	go func() { stopped <- s.stop() }()
	for deadline := time.Now().Add(time.Second); s.state(t).Status != "draining"; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it does not say that it drains")
		}
	}
	s.mustCome(t, map[string]float64{"postern_ready": 0, "postern_degraded": 0})
	if err := <-stopped; err != nil {
		t.Error(err)
	}
	if _, _, err := s.askAdmin("/metrics", "", http.Header{}); err == nil {
		t.Error("it answers after the end")
	}
}

// TestAdminAddress starts programs on one machine.
func TestAdminAddress(t *testing.T) {
	t.Parallel()
	p, issuer := build(t, ""), authtest.NewIssuer(t)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	env := []string{"POSTERN_ISSUER=" + issuer.URL(), "AUTH0_AUDIENCE=" + issuer.Audience(), "POSTERN_ADDR=127.0.0.1:0", "POSTERN_DRAIN_DELAY=0s"}
	got := p.run(t, append(env, "POSTERN_ADMIN_ADDR="+taken.Addr().String()), "serve")
	if got.code != 1 || !strings.Contains(got.stderr, "POSTERN_ADMIN_ADDR") || !strings.Contains(got.stderr, taken.Addr().String()) {
		t.Errorf("an address that is taken: %+v", got)
	}
	complaints := 0
	for range 2 {
		r := p.begin(t, env, "serve") // where another one listens already, it says so and goes on
		if strings.Contains(r.line(t, "127.0.0.1:6062"), "POSTERN_ADMIN_ADDR") {
			complaints++ // about the other one of these, or about that of another test
		}
		var listening struct{ Address string }
		decode(t, r.line(t, `"msg":"listening"`), &listening)
		(&server{URL: "http://" + listening.Address}).waitReady(t)
	}
	if complaints == 0 {
		t.Error("two servers listen at one address, and none says so")
	}
	r := p.begin(t, append(env, "POSTERN_ADMIN_ADDR=127.0.0.1:0"), "serve")
	var told struct{ Address string }
	decode(t, r.line(t, `"msg":"metrics and status"`), &told)
	s := &server{Admin: "http://" + told.Address}
	if got := s.metrics(t); got["go_goroutines"] == 0 || got["process_start_time_seconds"] == 0 {
		t.Error("the program's own state is not measured")
	}
}
