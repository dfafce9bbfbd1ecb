package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/postern-dev/postern/auth/authtest"
	"github.com/postern-dev/postern/bench/load"
)

func issuerDrills() []drill {
	return []drill{
		{name: "issuer-at-start", breaks: "the issuer is down when the server starts, and comes back",
			passes: "not ready for a moment, then it serves; 503 keys_unavailable with Retry-After for every token, never 401; good tokens are 200 within 10 s after the issuer is back; it is asked once a second at most",
			short:  size{length: 2 * time.Second}, long: size{length: time.Minute}, run: issuerAtStart},
		{name: "issuer-sick", breaks: "the issuer is sick in 12 ways, one after the other; then it rotates its keys",
			passes: "every good token is 200 throughout, every forged one refused; unknown keys are 503, never 401; an answer takes a second at most; the issuer is asked once a second at most; a new key is taken within 3 s",
			short:  size{length: 300 * time.Millisecond}, long: size{length: 100 * time.Second}, run: issuerSick},
		{name: "unknown-kids", breaks: "tokens with so many invented key ids, from 64 clients",
			passes: "10 more fetches at most, and one each 5 s; good tokens are 200, p99 below 1 s; a rotation works meanwhile",
			short:  size{rounds: 2000}, long: size{rounds: 10_000}, run: unknownKids},
	}
}

// fetches counts what the issuer was asked.
func (s *stage) fetches() int { return s.Issuer.Discoveries() + s.Issuer.KeySets() }

func issuerAtStart(ctx context.Context, s *stage) (f figures, err error) {
	at, err := address()
	if err != nil {
		return nil, err
	}
	s.Issuer.Break(authtest.Down())
	if _, err := s.Serve(ctx, s.folder, at, "DATABASE_URL="+s.sqlite()); err != nil {
		return nil, err // it has to be ready: the keys are an outage of their own
	}
	began, before := time.Now(), s.fetches()
	p := s.pulse(ctx, at, "/api/messages/protected", s.Token("auth0|ada"), http.StatusServiceUnavailable, 50*time.Millisecond)
	time.Sleep(s.size.length)
	refused, err := p.end()
	if err != nil {
		return nil, err
	}
	asked, lasted := s.fetches()-before, time.Since(began)
	s.Issuer.Heal()
	healed := time.Now()
	for status := 0; status != http.StatusOK; time.Sleep(20 * time.Millisecond) {
		if status, _, err = ask(ctx, at, "/api/messages/protected", s.Token("auth0|ada")); err != nil {
			return f, err
		}
		if time.Since(healed) > 10*time.Second {
			return f, fmt.Errorf("a good token gets %d ten seconds after the issuer is back", status)
		}
	}
	f.say("%d tokens refused with 503 in %.0f s, the slowest %s; the issuer was asked %d times", len(refused), lasted.Seconds(), ms(at99(refused)), asked)
	f.say("good tokens were good %s after it was back", ms(time.Since(healed)))
	if float64(asked) > 2+2*lasted.Seconds() { // a document and a set each time
		return f, fmt.Errorf("the issuer was asked %d times in %v", asked, lasted)
	}
	return f, nil
}

// at99 is the slowest but one of a hundred.
func at99(sorted []time.Duration) time.Duration { return at(sorted, 0.99) }

// sicknesses are what becomes of issuers.
func sicknesses() []struct {
	name  string
	fault authtest.Fault
} {
	return []struct {
		name  string
		fault authtest.Fault
	}{
		{"down", authtest.Down()}, {"reset", authtest.Reset()}, {"hangs for 30 s", authtest.Hang(30 * time.Second)},
		{"one byte each 100 ms", authtest.Trickle(100 * time.Millisecond)},
		{"500", authtest.Answer(500, "text/plain", "oops")}, {"503", authtest.Answer(503, "application/json", "{}")},
		{"429", authtest.Answer(429, "application/json", "{}")}, {"404", authtest.Answer(404, "text/html", "not here")},
		{"a page", authtest.Page()}, {"an empty set", authtest.EmptySet()},
		{"sends elsewhere", authtest.Redirect("http://127.0.0.1:1/")}, {"too large", authtest.Oversized(2 << 20)},
	}
}

func issuerSick(ctx context.Context, s *stage) (f figures, err error) {
	server, err := s.start(ctx, s.sqlite(), "POSTERN_JWKS_TTL=1m") // the shortest, so that it is asked often
	if err != nil {
		return nil, err
	}
	good := s.pulse(ctx, server.Address, "/api/messages/protected", s.Token("auth0|ada"), http.StatusOK, 20*time.Millisecond)
	forger := authtest.Start()
	defer forger.Close()
	forged := forger.Token(map[string]any{"iss": s.Issuer.URL(), "aud": s.Issuer.Audience()})
	bad := s.pulse(ctx, server.Address, "/api/messages/protected", forged, http.StatusUnauthorized, 50*time.Millisecond)
	unknown := s.pulse(ctx, server.Address, "/api/messages/protected", s.invented(0), http.StatusServiceUnavailable, 300*time.Millisecond)
	began, before := time.Now(), s.fetches()
	for _, sick := range sicknesses() {
		s.Issuer.Break(sick.fault)
		time.Sleep(s.size.length)
	}
	asked, lasted := s.fetches()-before, time.Since(began)
	if _, err := unknown.end(); err != nil {
		return f, err
	}
	s.Issuer.Heal()
	time.Sleep(5500 * time.Millisecond) // there is a fetch again for an unknown key
	accepted, err := s.rotate(ctx, server)
	if err != nil {
		return f, err
	}
	took, err := good.end()
	if err != nil {
		return f, err
	}
	refused, err := bad.end()
	if err != nil {
		return f, err
	}
	f.say("%d good tokens, all 200, p99 %s, the slowest %s; %d forged ones, all 401", len(took), ms(at99(took)), ms(took[len(took)-1]), len(refused))
	f.say("the issuer was asked %d times in %.0f s", asked, lasted.Seconds())
	f.say("a new key was taken after %s", ms(accepted))
	if took[len(took)-1] > time.Second || accepted > 3*time.Second || float64(asked) > 10+2*lasted.Seconds() {
		return f, fmt.Errorf("the slowest took %v, the issuer was asked %d times", took[len(took)-1], asked)
	}
	return f, nil
}

// rotate has the issuer use a new key, and returns how long it took until its
// tokens were taken.
func (s *stage) rotate(ctx context.Context, server *load.Server) (time.Duration, error) {
	s.Issuer.Rotate()
	fresh, began := s.Token("auth0|fresh"), time.Now()
	for {
		status, body, err := ask(ctx, server.Address, "/api/messages/protected", fresh)
		switch {
		case err != nil:
			return 0, err
		case status == http.StatusOK:
			return time.Since(began), nil
		case status != http.StatusServiceUnavailable || time.Since(began) > 8*time.Second:
			return 0, fmt.Errorf("the new key's token got %d %s after %v", status, body, time.Since(began))
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func unknownKids(ctx context.Context, s *stage) (f figures, err error) {
	server, err := s.start(ctx, s.sqlite())
	if err != nil {
		return nil, err
	}
	before, began := s.Issuer.KeySets(), time.Now()
	good := s.pulse(ctx, server.Address, "/api/messages/protected", s.Token("auth0|ada"), http.StatusOK, 10*time.Millisecond)
	var f401, f503, other int64
	var flooded time.Duration
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		f401, f503, other = s.flood(server.Address, s.size.rounds)
		flooded = time.Since(began)
	}()
	time.Sleep(200 * time.Millisecond)
	accepted, err := s.rotate(ctx, server)
	<-ended
	if err != nil {
		return f, err
	}
	took, err := good.end()
	if err != nil {
		return f, err
	}
	fetched := s.Issuer.KeySets() - before
	f.say("%d invented key ids in %.1f s: %d of 401, %d of 503; %d fetches", s.size.rounds, flooded.Seconds(), f401, f503, fetched)
	f.say("%d good tokens, all 200, p99 %s, the slowest %s", len(took), ms(at99(took)), ms(took[len(took)-1]))
	f.say("a new key was taken after %s", ms(accepted))
	if most := 10 + int(time.Since(began)/(5*time.Second)); other > 0 || fetched > most || at99(took) > time.Second {
		return f, fmt.Errorf("%d other answers, %d fetches where %d are allowed", other, fetched, most)
	}
	return f, nil
}

// invented is a token whose key id is one that nobody has, another each time.
func (s *stage) invented(n int64) string {
	return authtest.Compact(fmt.Appendf(nil, `{"alg":"RS256","kid":"invented-%d"}`, n), s.Issuer.Payload(nil), []byte("x"))
}

// flood sends tokens of keys that nobody has, each another one.
func (s *stage) flood(address string, count int) (unauthorized, unavailable, other int64) {
	client := &http.Client{Timeout: 40 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	defer client.CloseIdleConnections()
	var sent, n401, n503, rest atomic.Int64
	var senders sync.WaitGroup
	for range 64 {
		senders.Go(func() {
			for n := sent.Add(1); n <= int64(count); n = sent.Add(1) {
				request, err := http.NewRequest(http.MethodGet, "http://"+address+"/api/messages/protected", strings.NewReader(""))
				if err != nil {
					rest.Add(1)
					continue
				}
				request.Header.Set("Authorization", "Bearer "+s.invented(n))
				response, err := client.Do(request)
				if err != nil {
					rest.Add(1)
					continue
				}
				_ = response.Body.Close()
				switch response.StatusCode {
				case http.StatusUnauthorized:
					n401.Add(1)
				case http.StatusServiceUnavailable:
					n503.Add(1)
				default:
					rest.Add(1)
				}
			}
		})
	}
	senders.Wait()
	return n401.Load(), n503.Load(), rest.Load()
}
