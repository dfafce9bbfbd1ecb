package devtenant_test

import (
	"encoding/json"
	"math/big"
	"net/http/httptest"
	"net/url"
	"regexp"
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
