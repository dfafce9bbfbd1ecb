package devtenant_test

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/postern-dev/postern/devtenant"
)

func TestARotationKeepsTokensAliveAndAWithdrawalKillsThem(t *testing.T) {
	h := open(t, nil)
	var first, second, third state
	h.do(t, "GET", "/dev/state", &first)
	old := h.mint(t, devtenant.MintRequest{User: "ada"})

	h.do(t, "POST", "/dev/rotate?withdraw=false", &second)
	if want := []string{second.SigningKey, first.SigningKey}; second.SigningKey == first.SigningKey || !slices.Equal(second.PublishedKeys, want) {
		t.Errorf("after a rotation: %v, want %v", second.PublishedKeys, want)
	}
	newer := h.mint(t, devtenant.MintRequest{User: "ada"})
	for name, token := range map[string]string{"old": old, "newer": newer} {
		if _, err := h.verify(t, token); err != nil {
			t.Errorf("the %s token after a rotation: %v", name, err)
		}
	}

	h.do(t, "POST", "/dev/rotate?withdraw=true", &third)
	if want := []string{third.SigningKey}; !slices.Equal(third.PublishedKeys, want) {
		t.Errorf("after a withdrawal: %v, want %v", third.PublishedKeys, want)
	}
	for name, token := range map[string]string{"old": old, "newer": newer} {
		if _, err := h.verify(t, token); err == nil {
			t.Errorf("the %s token is alive after the withdrawal", name)
		}
	}
	if _, err := h.verify(t, h.mint(t, devtenant.MintRequest{User: "ada"})); err != nil {
		t.Errorf("a token after the withdrawal: %v", err)
	}
}

func TestThePublishedSetDoesNotGrowForEver(t *testing.T) {
	h := open(t, nil)
	var now state
	for range 11 {
		h.do(t, "POST", "/dev/rotate", &now)
	}
	if len(now.PublishedKeys) != 10 || now.PublishedKeys[0] != now.SigningKey {
		t.Errorf("got %d keys after 11 rotations, want 10 with the newest first", len(now.PublishedKeys))
	}
}

func TestAnOutageClosesAllButDev(t *testing.T) {
	h := open(t, nil)
	expect := func(when string, status int) {
		t.Helper()
		for _, path := range []string{"/", "/favicon.ico", "/.well-known/openid-configuration", "/.well-known/jwks.json", "/nothing"} {
			resp, body := h.send(t, request{method: "GET", path: path})
			down := resp.StatusCode == http.StatusServiceUnavailable
			if down != (status == 503) {
				t.Errorf("%s: %s answered %d", when, path, resp.StatusCode)
			}
			if down && (resp.Header.Get("Content-Type") != "text/html; charset=utf-8" || !strings.HasPrefix(body, "<!DOCTYPE html>") || resp.Header.Get("Access-Control-Allow-Origin") != "") {
				t.Errorf("%s: %s is no outage page: %v %s", when, path, resp.Header, body)
			}
		}
	}
	expect("before", 200)
	var now state
	h.do(t, "POST", "/dev/outage?for=30s", &now)
	if now.OutageSeconds != 30 {
		t.Errorf("got %v seconds of outage, want 30", now.OutageSeconds)
	}
	expect("at once", 503)
	h.do(t, "POST", "/dev/skew?by=24h", &now) // must not end it
	h.clock.advance(29 * time.Second)
	expect("before its end", 503)
	if resp, _ := h.send(t, minting(asJSON, `{"user":"ada"}`)); resp.StatusCode != 200 {
		t.Errorf("/dev/token answered %d during the outage", resp.StatusCode)
	}
	h.clock.advance(time.Second)
	expect("after its end", 200)

	h.do(t, "POST", "/dev/outage?for=1h", &now)
	expect("again", 503)
	h.do(t, "POST", "/dev/outage?for=0s", &now)
	expect("ended by hand", 200)
}

func TestASkewedClockShowsInTokensAndDate(t *testing.T) {
	h := open(t, nil)
	for _, tt := range []struct {
		by   string
		want time.Duration
	}{
		{"90s", 90 * time.Second}, {"-24h", -24 * time.Hour}, {"24h", 24 * time.Hour}, {"0s", 0},
	} {
		var now state
		h.do(t, "POST", "/dev/skew?by="+tt.by, &now)
		want := h.clock.now().Add(tt.want)
		claims, err := h.verify(t, h.mint(t, devtenant.MintRequest{User: "ada", Lifetime: time.Minute}))
		if err != nil {
			t.Fatal(err)
		}
		if claims["iat"] != float64(want.Unix()) || claims["exp"] != float64(want.Unix()+60) {
			t.Errorf("%s: got iat %v, exp %v; want iat %d and a minute more", tt.by, claims["iat"], claims["exp"], want.Unix())
		}
		if now.SkewSeconds != tt.want.Seconds() || !now.Time.Equal(want) {
			t.Errorf("%s: got state %+v", tt.by, now)
		}
		resp, _ := h.send(t, request{method: "GET", path: "/.well-known/jwks.json"})
		if date, err := http.ParseTime(resp.Header.Get("Date")); err != nil || !date.Equal(want) {
			t.Errorf("%s: got Date %s, want %s", tt.by, date, want)
		}
	}
}

func TestMalformedDrillsChangeNothing(t *testing.T) {
	h := open(t, nil)
	for _, tt := range []struct{ path, want string }{
		{"/dev/outage", "for=90s"},
		{"/dev/outage?for=", "for=90s"},
		{"/dev/outage?for=30", "unit"},
		{"/dev/outage?for=soon", "soon"},
		{"/dev/outage?for=-1s", "between 0s and 1h0m0s"},
		{"/dev/outage?for=1h1ns", "between 0s and 1h0m0s"},
		{"/dev/outage?for=1s&for=2s", "2 times"},
		{"/dev/outage?by=1s", "known here: for"},
		{"/dev/skew?by=24h1ns", "between -24h0m0s and 24h0m0s"},
		{"/dev/skew?by=-24h1ns", "between -24h0m0s and 24h0m0s"},
		{"/dev/skew?by=99999999999h", "duration"},
		{"/dev/rotate?withdraw=yes", "true or false"},
		{"/dev/rotate?withdraw", "true or false"},
		{"/dev/rotate?withdrawn=true", "withdrawn"},
		{"/dev/rotate?a;withdraw=true", "cannot be read"},
	} {
		resp, body := h.send(t, request{method: "POST", path: tt.path})
		if resp.StatusCode != http.StatusBadRequest || !strings.Contains(body, tt.want) {
			t.Errorf("%s: got %d %s\nwant 400 with %s", tt.path, resp.StatusCode, body, tt.want)
		}
	}
	var now state
	h.do(t, "GET", "/dev/state", &now)
	if len(now.PublishedKeys) != 1 || now.OutageSeconds != 0 || now.SkewSeconds != 0 {
		t.Errorf("got %+v, want an untouched tenant", now)
	}
}

// Meant for the race detector; the signatures are checked all the same.
func TestRotatingWhileMinting(t *testing.T) {
	h := open(t, nil)
	var minters sync.WaitGroup
	tokens := make([][]string, 4)
	for i := range tokens {
		minters.Go(func() {
			for range 8 {
				token, _, err := h.Mint(devtenant.MintRequest{User: "ada"})
				if err != nil {
					t.Error(err)
				}
				tokens[i] = append(tokens[i], token)
			}
		})
	}
	var now state
	for range 3 {
		h.do(t, "POST", "/dev/rotate", &now)
		h.do(t, "POST", "/dev/skew?by=1s", &now)
		h.do(t, "POST", "/dev/outage?for=0s", &now)
	}
	minters.Wait()
	for _, token := range slices.Concat(tokens...) {
		if _, err := h.verify(t, token); err != nil {
			t.Fatal(err)
		}
	}
}
