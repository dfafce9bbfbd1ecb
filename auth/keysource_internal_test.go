package auth

import (
	"testing"
	"time"
)

func TestMaxAgeIsReadAndBounded(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, header string
		want         time.Duration
	}{
		{"no header", "", 0},
		{"no max-age", "public, no-transform", 0},
		{"within the bounds", "max-age=600", 10 * time.Minute},
		{"among others", "public, max-age=600, stale-if-error=86400", 10 * time.Minute},
		{"in another case", "Max-Age=600", 10 * time.Minute},
		{"in quotes", `max-age="600"`, 10 * time.Minute},
		{"as short as Auth0's", "public, max-age=15, stale-while-revalidate=15", 5 * time.Minute},
		{"zero", "max-age=0", 5 * time.Minute},
		{"a year", "max-age=31536000", time.Hour},
		{"negative", "max-age=-1", 0},
		{"no number", "max-age=soon", 0},
		{"beyond every number", "max-age=99999999999999999999", 0},
		{"another directive that ends the same", "s-max-age=600", 0},
		{"two of them: the first", "max-age=600, max-age=1200", 10 * time.Minute},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := maxAge(tt.header); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestPausesGrowAndEnd(t *testing.T) {
	t.Parallel()
	store := &keyStore{}
	store.live.Store(&keySet{life: 10 * time.Minute})
	for _, tt := range []struct {
		failures int
		most     time.Duration
	}{
		{0, 8 * time.Minute}, {1, time.Second}, {2, 2 * time.Second}, {3, 4 * time.Second},
		{6, 32 * time.Second}, {7, time.Minute}, {8, time.Minute}, {1_000_000, time.Minute},
	} {
		store.failures = tt.failures
		for range 100 {
			if got := store.pause(); got > tt.most || got < tt.most*4/5 {
				t.Fatalf("after %d failures the pause is %v, want %v or up to a fifth less", tt.failures, got, tt.most)
			}
		}
	}
}

func TestOnlyThisMachineIsLoopback(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"http://localhost/": true, "http://localhost:6061/": true, "http://127.0.0.1/": true,
		"http://127.9.9.9:1/": true, "http://[::1]:6061/": true,
		"http://localhost.example/": false, "http://127.0.0.1.example/": false, "http://10.0.0.1/": false,
		"http://0.0.0.0/": false, "http://[::]/": false, "http://example.com/#@localhost/": false,
		"http://localhost@example.com/": false, "": false, "://": false, "http://2130706433/": false,
	} {
		if got := loopback(address); got != want {
			t.Errorf("loopback(%q) is %v", address, got)
		}
	}
}
