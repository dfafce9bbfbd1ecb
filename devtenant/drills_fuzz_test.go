package devtenant_test

import (
	"encoding/json"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/postern-dev/postern/devtenant"
)

// A duration as people write it, and each of its parts.
var (
	wholeDuration = regexp.MustCompile(`^[+-]?(?:0|(?:` + onePart + `)+)$`)
	eachPart      = regexp.MustCompile(onePart)
	units         = map[string]int64{"ns": 1, "us": 1e3, "µs": 1e3, "μs": 1e3, "ms": 1e6, "s": 1e9, "m": 60e9, "h": 3600e9}
)

const onePart = `([0-9]+\.?[0-9]*|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)`

// nanoseconds is a second reading of a duration, whatever its size. It is exact:
// within is what rounding may make of it.
func nanoseconds(text string) (sum *big.Rat, within int64, ok bool) {
	if !wholeDuration.MatchString(text) {
		return nil, 0, false
	}
	sum = new(big.Rat)
	for _, part := range eachPart.FindAllStringSubmatch(text, -1) {
		number, _ := new(big.Rat).SetString("0" + strings.TrimSuffix(part[1], "."))
		sum.Add(sum, number.Mul(number, new(big.Rat).SetInt64(units[part[2]])))
		within++
	}
	if text[0] == '-' {
		sum.Neg(sum)
	}
	return sum, within, true
}

// FuzzDrill asks for drills of any length. One is begun exactly where the query
// has its parameter alone, once, within its bounds, and is as long as was asked.
func FuzzDrill(f *testing.F) {
	for _, query := range []string{"for=90s", "for=1h", "for=1h1ns", "for=1h1s", "by=-24h1s", "for=-1ns", "by=-24h", "by=24h0.5ns", "by=+1.5m", "access=1s", "access=999ms", "access=1h2m.5s", "for=1", "for=0", "for=", "for=1s&for=1s", "for=1s&by=1s", "by=%zz", "by=1s;",
		"access=9223372036854775808ns", "by=1e3s", "for=%C2%B5s", "by=.s", ""} {
		for which := range byte(3) {
			f.Add(which, query)
		}
	}
	drills := []struct {
		path, name, tells string
		least, most       time.Duration
	}{
		{"/dev/outage", "for", "outageSeconds", 0, time.Hour},
		{"/dev/skew", "by", "skewSeconds", -24 * time.Hour, 24 * time.Hour},
		{"/dev/lifetime", "access", "accessSeconds", devtenant.MinLifetime, devtenant.MaxLifetime},
	}
	tenant, err := devtenant.New(devtenant.Options{Clock: func() time.Time { return time.Unix(1_800_000_000, 0) }})
	if err != nil {
		f.Fatal(err)
	}
	h := tenant.Handler()
	f.Fuzz(func(t *testing.T, which byte, query string) {
		d := drills[int(which)%len(drills)]
		r := httptest.NewRequest("POST", d.path, nil)
		r.Host, r.URL.RawQuery = "localhost:6061", query
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != 200 && w.Code != 400 {
			t.Fatalf("%s?%s got %d %s", d.path, query, w.Code, w.Body)
		}
		said, err := url.ParseQuery(query)
		asked, within, readable := nanoseconds(said.Get(d.name))
		alone := err == nil && len(said) == 1 && len(said[d.name]) == 1
		if !alone || !readable {
			if w.Code == 200 {
				t.Fatalf("%s?%s is done", d.path, query)
			}
			return
		}
		near := func(ns int64, by int64) int { return asked.Cmp(new(big.Rat).SetInt64(ns + by)) }
		least, most := int64(d.least), int64(d.most)
		if w.Code == 200 && (near(least, -within) < 0 || near(most, within) > 0) || w.Code == 400 && near(least, within) >= 0 && near(most, -within) <= 0 {
			t.Fatalf("%s?%s got %d %s", d.path, query, w.Code, w.Body)
		}
		if w.Code == 200 {
			mustTell(t, w.Body.Bytes(), d.tells, asked)
		}
	})
}

// mustTell finds the nanoseconds that were asked for in the state of the tenant,
// in seconds; how long a token will be good for is told in whole ones.
func mustTell(t *testing.T, answer []byte, name string, asked *big.Rat) {
	t.Helper()
	var state map[string]any
	if err := json.Unmarshal(answer, &state); err != nil {
		t.Fatalf("got %s", answer)
	}
	seconds, _ := asked.Quo(asked, new(big.Rat).SetInt64(1e9)).Float64()
	told, ok := state[name].(float64)
	if less := seconds - told; !ok || less < -1e-6 || less > 1e-6 && (name != "accessSeconds" || less >= 1) {
		t.Fatalf("of %v the tenant tells %v", seconds, state)
	}
}

// FuzzOrder has keys rotated and users signed out by any query. It is done exactly
// where the query is one of the few that say so, and else changes nothing.
func FuzzOrder(f *testing.F) {
	for _, query := range []string{"", "withdraw=true", "withdraw=false", "withdraw=True", "withdraw", "withdraw=true&withdraw=true", "withdrawn=true", "&", "withdraw=tru%65",
		"user=ada", "user=auth0%7Cada", "user=Ada", "user=ada&user=ada", "user=ada;", "user=", "user=ada%00", "user=nobody&withdraw=true", "%zz", "?user=ada"} {
		f.Add(true, query)
		f.Add(false, query)
	}
	h := stranger(f)
	f.Fuzz(func(t *testing.T, rotates bool, query string) {
		said, err := url.ParseQuery(query)
		name, path, wants := "user", "/dev/logout", []string{"ada", "grace", "alan"}
		if rotates {
			name, path, wants = "withdraw", "/dev/rotate", []string{"true", "false"}
		}
		given := said[name]
		well := err == nil && len(given) == len(said) && (len(given) == 1 && slices.Contains(wants, given[0]) || rotates && len(said) == 0)
		before := keysOf(t, h)
		code, answer := order(h, "POST", path, query)
		after := keysOf(t, h)
		if (code == 200) != well || code != 200 && code != 400 {
			t.Fatalf("%s?%s got %d %s", path, query, code, answer)
		}
		switch rotated := after[0] != before[0]; {
		case rotated != (well && rotates):
			t.Fatalf("%s?%s: the key was %v and is %v", path, query, before, after)
		case rotated && slices.Contains(after, before[0]) == (said.Get(name) == "true"):
			t.Fatalf("%s?%s: of %v there is %v left", path, query, before, after)
		}
	})
}

// order sends one request of this machine.
func order(h http.Handler, method, path, query string) (int, []byte) {
	r := httptest.NewRequest(method, path, nil)
	r.Host, r.URL.RawQuery = "localhost:6061", query
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code, w.Body.Bytes()
}

// keysOf are the ids of the published keys, the signing one first.
func keysOf(t *testing.T, h http.Handler) []string {
	t.Helper()
	var state struct{ PublishedKeys []string }
	if code, body := order(h, "GET", "/dev/state", ""); code != 200 || json.Unmarshal(body, &state) != nil || len(state.PublishedKeys) == 0 {
		t.Fatalf("the state is %d %s", code, body)
	}
	return state.PublishedKeys
}
