package api_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/postern-dev/postern/auth/authtest"
	"github.com/postern-dev/postern/cmd/postern/serve"
	"github.com/postern-dev/postern/config"
	"github.com/postern-dev/postern/store/pgtest"
)

// startMeasured runs servers that together measure all that there is: one on
// SQLite, and one on PostgreSQL with sessions and proofs.
func startMeasured(t *testing.T) []*server {
	t.Helper()
	te, issuer := startTenant(t, time.Hour), authtest.NewIssuer(t)
	settings := withSessions(te, pgtest.URL(t), func(s *config.Settings) { knowsToo(s, issuer) }, takesProofs)
	return []*server{startDeclared(t), startAgain(t, issuer, declared(t), settings...)}
}

func TestFollowersAndRevocationsAreMeasured(t *testing.T) {
	t.Parallel()
	s := startDeclared(t, takesLogouts)
	f := s.follow(t, "/announcements/changes", "")
	f.begun(t)
	s.mustCome(t, map[string]float64{"postern_feed_followers": 1, "postern_revocations": 0})
	f.stop()
	for _, subject := range []string{"auth0|ada", "auth0|grace", "auth0|ada"} {
		claims := map[string]any{"sub": subject, "sid": authtest.Absent, "jti": "of " + subject}
		if a := s.do(t, sayLogout(logoutToken(s.Issuer, claims))); a.Status != http.StatusOK && a.Status != http.StatusNoContent {
			t.Fatalf("the logout of %s: %d %s", subject, a.Status, a.Body)
		}
	}
	s.mustCome(t, map[string]float64{"postern_feed_followers": 0, "postern_revocations": 2})
}

func TestDocumentsAtHandAreMeasured(t *testing.T) {
	t.Parallel()
	s := startDeclared(t)
	ada := s.Issuer.Token(nil)
	made := s.must(t, created, "POST", "/notes", ada, `{"title":"milk"}`)
	for range 3 {
		s.get(t, made.Header.Get("Location"), ada)
	}
	s.get(t, "/api/v1/notes/01a20ad1-cd6e-7457-86c2-03f56a47785b", ada) // nothing is there
	s.mustCome(t, map[string]float64{
		`postern_document_cache_looks_total{result="hit"}`: 2, `postern_document_cache_looks_total{result="miss"}`: 2,
		"postern_document_cache_entries": 1,
	})
	if bytes := s.metrics(t)["postern_document_cache_bytes"]; bytes < 1024 || bytes > 4096 {
		t.Errorf("a note takes %v bytes", bytes)
	}
	s.must(t, http.StatusNoContent, "DELETE", made.Header.Get("Location")[len("/api/v1"):], ada, "")
	s.mustCome(t, map[string]float64{"postern_document_cache_entries": 0, "postern_document_cache_bytes": 0})

	url := pgtest.URL(t)
	shared := startDeclared(t, func(s *config.Settings) { s.DatabaseURL = url })
	if _, there := shared.metrics(t)[`postern_document_cache_looks_total{result="hit"}`]; there {
		t.Error("on PostgreSQL nothing is kept at hand, and it is measured")
	}
}

func TestProofsAreMeasured(t *testing.T) {
	t.Parallel()
	s := launchOptions(t, authtest.NewIssuer(t), serve.Options{}, noRateLimit, takesProofs)
	s.waitReady(t)
	h := authtest.NewHolder("ES256")
	token := boundTo(s.Issuer, h, nil)
	proof := func() string { return h.Proof("GET", outside+whoAmI, token, nil, nil) }
	used := proof()
	for _, proofs := range [][]string{{used}, {proof()}, {used}, {used}, {}, {"e30.e30.e30"}} {
		s.do(t, proved(call{Path: whoAmI}, token, proofs...))
	}
	s.do(t, proved(call{Path: "/api/v1/me?x=1", Method: "HEAD"}, token, proof()))
	refused := func(code string) string { return `postern_proofs_refused_total{code="` + code + `"}` }
	s.mustCome(t, map[string]float64{
		"postern_proofs_accepted_total": 2, "postern_proofs_remembered": 2, refused("proof_replayed"): 2, refused("proof_missing"): 1,
		refused("proof_malformed"): 1, refused("proof_mismatch"): 1, refused("proof_stale"): 0, refused("proofs_full"): 0,
	})
	plain := start(t)
	if _, there := plain.metrics(t)["postern_proofs_accepted_total"]; there {
		t.Error("proofs are measured where none are taken")
	}
}

func TestSessionsAreMeasured(t *testing.T) {
	t.Parallel()
	te := startTenant(t, time.Hour)
	s := startSessions(t, te, sqliteFile(t))
	ada, grace := newTab(s, te).signIn(t, "ada"), newTab(s, te).signIn(t, "grace")
	ada.signIn(t, "ada") // her first one ends
	newTab(s, te).visit(t, "/auth/callback?code=x&state=y")
	te.clock.pass(time.Hour + time.Second)
	for _, b := range []*tab{ada, grace} {
		if status, _ := b.status(t, s); status != http.StatusOK {
			t.Fatalf("a refresh: %d", status)
		}
	}
	ada.fetch(t, call{Method: "POST", Path: "/auth/logout"})
	te.clock.pass(time.Hour + time.Second)
	for _, no := range []struct {
		status int
		says   string
	}{{http.StatusBadGateway, ""}, {http.StatusForbidden, `{"error":"invalid_grant"}`}} {
		te.clock.pass(10 * time.Second) // a tenant that failed is left alone for a moment
		te.says(no.status, no.says)
		grace.status(t, s)
	}
	s.mustCome(t, map[string]float64{
		`postern_session_logins_total{outcome="ok"}`: 3, `postern_session_logins_total{outcome="login_expired"}`: 1,
		`postern_session_logins_total{outcome="login_failed"}`: 0, `postern_session_refreshes_total{outcome="ok"}`: 2,
		`postern_session_refreshes_total{outcome="unavailable"}`: 1, `postern_session_refreshes_total{outcome="refused"}`: 1,
		`postern_session_ends_total{cause="logout"}`: 1, `postern_session_ends_total{cause="new_login"}`: 1, `postern_session_ends_total{cause="refused"}`: 1,
	})
	if _, there := start(t).metrics(t)[`postern_session_logins_total{outcome="ok"}`]; there {
		t.Error("sessions are measured where there are none")
	}
}
