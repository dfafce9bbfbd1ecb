package api_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/postern-dev/postern/auth/authtest"
	"github.com/postern-dev/postern/config"
)

const protectedPath = "/api/messages/protected"

// tokenOf is a good token that no memory has seen.
func tokenOf(i *authtest.Issuer, n int) string {
	return i.Token(map[string]any{"sub": fmt.Sprint("auth0|user-", n), "jti": fmt.Sprint(n)})
}

// crowd answers how many of n requests at once got which status.
func (s *server) crowd(t *testing.T, n int, token func(int) string) map[int]int {
	t.Helper()
	var (
		mu       sync.Mutex
		statuses = map[int]int{}
		requests sync.WaitGroup
	)
	for i := range n {
		bearer := token(i)
		requests.Go(func() {
			status := s.status(t, protectedPath, bearer)
			mu.Lock()
			defer mu.Unlock()
			statuses[status]++
		})
	}
	requests.Wait()
	return statuses
}

func TestAThousandColdRequestsShareOneFetch(t *testing.T) {
	issuer := authtest.NewIssuer(t)
	issuer.BreakKeySet(authtest.Hang(500 * time.Millisecond))
	s := launch(t, issuer, noRateLimit, func(s *config.Settings) { s.MaxInFlight, s.MaxWait = 2000, 0 })
	s.waitStatus(t, "/healthz", http.StatusOK)
	token := issuer.Token(nil)
	statuses := s.crowd(t, 1000, func(int) string { return token })
	if statuses[200] != 1000 {
		t.Errorf("the answers were %v, want 1,000 of 200", statuses)
	}
	if issuer.KeySets() != 1 || issuer.Discoveries() != 1 {
		t.Errorf("%d key sets and %d discoveries fetched, want one each", issuer.KeySets(), issuer.Discoveries())
	}
}

func TestARotationIsNoticedAtFirstUse(t *testing.T) {
	t.Parallel()
	s := start(t, noRateLimit)
	before := tokenOf(s.Issuer, 0)
	s.mustAccept(t, call{Path: protectedPath, Token: before})
	s.Issuer.Rotate()
	statuses := s.crowd(t, 50, func(n int) string { return tokenOf(s.Issuer, n) })
	if statuses[200] != 50 {
		t.Errorf("tokens of the new key got %v, want 50 of 200", statuses)
	}
	s.mustAccept(t, call{Path: protectedPath, Token: before})
	if n := s.Issuer.KeySets(); n != 2 {
		t.Errorf("%d fetches, want 2", n)
	}
}

func TestAWithdrawnKeyIsRefusedAfterTheNextFetch(t *testing.T) {
	t.Parallel()
	s := start(t)
	withdrawn := s.Issuer.Key()
	old := call{Path: protectedPath, Token: s.Issuer.Token(nil)}
	s.mustAccept(t, old)
	s.Issuer.Rotate()
	s.Issuer.Withdraw(withdrawn.ID)
	s.mustAccept(t, old) // nobody could know
	fresh := call{Path: protectedPath, Token: s.Issuer.Token(nil)}
	s.mustAccept(t, fresh)
	s.mustRefuse(t, old, unknownKey)
	s.mustAccept(t, fresh)
}

func TestGoodTokensStayGoodWhileTheIssuerIsSick(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		fault authtest.Fault
	}{
		{"it is down", authtest.Down()},
		{"it resets connections", authtest.Reset()},
		{"it answers 500", authtest.Answer(500, "text/plain", "oops")},
		{"it answers 503 in JSON", authtest.Answer(503, "application/json", `{"keys":[]}`)},
		{"it answers 429 in JSON", authtest.Answer(429, "application/json", `{}`)},
		{"it answers a page", authtest.Page()},
		{"it answers nothing but braces", authtest.Answer(200, "application/json", `{}`)},
		{"it answers null", authtest.Answer(200, "application/json", `null`)},
		{"it answers an empty set", authtest.EmptySet()},
		{"it answers rubbish behind the set", authtest.Answer(200, "application/json", `{"keys":[]}x`)},
		{"it answers a megabyte", authtest.Oversized(1 << 20)},
		{"it redirects", authtest.Redirect("http://127.0.0.1:1/")},
		{"it hangs", authtest.Hang(time.Minute)},
		{"it trickles", authtest.Trickle(50 * time.Millisecond)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := start(t, noRateLimit, func(s *config.Settings) { s.RequestTimeout = 500 * time.Millisecond })
			s.Issuer.Break(tt.fault)
			for n := range 3 {
				s.mustBeOutage(t, tokenWithKey(s.Issuer, fmt.Sprint("new-", n)))
			}
			for n := range 20 {
				s.mustAccept(t, call{Path: protectedPath, Token: tokenOf(s.Issuer, n)})
			}
			s.mustRefuse(t, claim("exp", 1)(s.Issuer), expired)
			s.mustRefuse(t, byStranger(nil)(s.Issuer), forged)
			if a := s.get(t, "/readyz", ""); a.Status != http.StatusOK {
				t.Errorf("/readyz got %d %s", a.Status, a.Body)
			}
			s.Issuer.Heal()
			s.mustAccept(t, call{Path: protectedPath, Token: tokenOf(s.Issuer, 100)})
		})
	}
}

// tokenWithKey is good but for its key id, which nobody has published yet.
func tokenWithKey(i *authtest.Issuer, kid string) string {
	return i.Sign(map[string]any{"kid": kid}, i.Payload(nil), nil)
}

// mustBeOutage fails unless the answer says that nobody can tell: no logout.
func (s *server) mustBeOutage(t *testing.T, token string) {
	t.Helper()
	a := s.do(t, call{Path: protectedPath, Token: token}.with("Origin", app))
	if a.Status != http.StatusServiceUnavailable || a.Problem.Code != "keys_unavailable" {
		t.Errorf("got %d %s\nwant 503 keys_unavailable", a.Status, a.Body)
	}
	if a.Header.Get("Retry-After") != "5" || a.Header.Get("WWW-Authenticate") != "" {
		t.Errorf("Retry-After is %q, WWW-Authenticate %q", a.Header.Get("Retry-After"), a.Header.Get("WWW-Authenticate"))
	}
	mustBeReadable(t, a)
}

func TestAnIssuerThatWasNeverReachedIsAnOutage(t *testing.T) {
	t.Parallel()
	s := keyless(t)
	for range 3 {
		s.mustBeOutage(t, s.Issuer.Token(nil))
	}
	if a := s.get(t, "/readyz", ""); a.Status != http.StatusOK || a.Body != `{"status":"degraded"}` {
		t.Errorf("/readyz got %d %s", a.Status, a.Body)
	}
	s.mustAccept(t, call{Path: "/api/messages/public"})
	// What needs no key is refused as ever.
	s.mustRefuse(t, call{Path: protectedPath}, missing)
	s.mustRefuse(t, claim("exp", 1)(s.Issuer), expired)
	s.Issuer.Heal()
	s.waitStatus(t, "/readyz", http.StatusOK)
	deadline := time.Now().Add(time.Minute)
	for s.get(t, "/readyz", "").Body != `{"status":"ok"}` && time.Now().Before(deadline) {
		time.Sleep(20 * time.Millisecond)
	}
	s.mustAccept(t, call{Path: protectedPath, Token: s.Issuer.Token(nil)})
}

func TestTheServerListensBeforeItHasKeys(t *testing.T) {
	t.Parallel()
	s := unready(t)
	if a := s.get(t, "/healthz", ""); a.Status != http.StatusOK || a.Body != `{"status":"ok"}` {
		t.Errorf("/healthz got %d %s", a.Status, a.Body)
	}
	if a := s.get(t, "/readyz", ""); a.Status != http.StatusServiceUnavailable || a.Body != `{"status":"starting"}` {
		t.Errorf("/readyz got %d %s", a.Status, a.Body)
	}
	s.mustAccept(t, call{Path: "/api/messages/public"})
	s.mustRefuse(t, call{Path: protectedPath}, missing)
}

func TestASlowIssuerIsWaitedFor(t *testing.T) {
	t.Parallel()
	issuer := authtest.NewIssuer(t)
	issuer.BreakKeySet(authtest.Hang(700 * time.Millisecond))
	s := launch(t, issuer)
	s.waitStatus(t, "/healthz", http.StatusOK)
	s.mustAccept(t, call{Path: protectedPath, Token: issuer.Token(nil)})
	if a := s.get(t, "/readyz", ""); a.Body != `{"status":"ok"}` {
		t.Errorf("/readyz got %d %s", a.Status, a.Body)
	}
}
