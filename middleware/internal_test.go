package middleware

import (
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestBucketsAreBounded(t *testing.T) {
	b, of, now := newBuckets(), newShare(1, 1), time.Now()
	const keys = 5 * maxBuckets / 2
	shard := &b.shards[0]
	for n := range keys {
		shard.bucket(of, strconv.Itoa(n), now)
	}
	if held := len(shard.young) + len(shard.old); held > 2*maxBuckets || held < maxBuckets {
		t.Errorf("%d buckets of a shard held after %d keys, want at most %d", held, keys, 2*maxBuckets)
	}
	for n := range 1000 {
		b.take(of, strconv.Itoa(n), now)
	}
	if held := len(b.shards[1].young); held < 10 || held > 300 {
		t.Errorf("%d of 1,000 keys came to one of %d shards", held, bucketShards)
	}
}

func TestABucketIsForgottenOnlyWhenItIsFull(t *testing.T) {
	const refill = 2 * time.Second
	for _, tt := range []struct {
		name  string
		after time.Duration
		ok    bool
	}{
		{"at once", 0, false},
		{"in half a second", 500 * time.Millisecond, false},
		{"when one is back", time.Second, true},
		{"much later", time.Hour, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b, of, now := newBuckets(), newShare(1, 1), time.Now()
			b.take(of, "somebody else", now)
			// Just before the generation turns.
			now = now.Add(refill - time.Millisecond)
			b.take(of, "ada", now)
			b.take(of, "ada", now)
			b.take(of, "somebody else", now.Add(2*time.Millisecond))
			_, ok, _ := b.take(of, "ada", now.Add(2*time.Millisecond).Add(tt.after))
			if ok != tt.ok {
				t.Errorf("a request after %v: allowed %v", tt.after, ok)
			}
		})
	}
}

func TestABucketIsNotFullTooEarly(t *testing.T) {
	b, of, now := newBuckets(), newShare(1, 1), time.Now()
	allowed := 0
	for range 1000 { // ten a second for 100 seconds
		if _, ok, _ := b.take(of, "ada", now); ok {
			allowed++
		}
		now = now.Add(100 * time.Millisecond)
	}
	if allowed < 100 || allowed > 102 {
		t.Errorf("%d allowed in 100 seconds at one a second with bursts of two", allowed)
	}
}

func TestARequestIdIsSane(t *testing.T) {
	for id, sane := range map[string]bool{
		"": false, "a": true, "A-z_0.9": true, strings.Repeat("a", 64): true, strings.Repeat("a", 65): false,
		"a b": false, "a\n": false, "a\x00": false, "ä": false, "a/b": false, `"`: false, "a@b": false, "[": false, "`": false, "{": false,
		"eyJhbGciOiJSUzI1NiJ9.e30": false,
	} {
		if saneRequestID(id) != sane {
			t.Errorf("%q: sane %v, want %v", id, !sane, sane)
		}
	}
}

func TestAScopeInAChallengeIsQuotable(t *testing.T) {
	for scope, want := range map[string]string{
		"read:notes":                       "read:notes",
		"read:notes write:notes":           "read:notes write:notes",
		"https://api.example.com/read.all": "https://api.example.com/read.all",
		`a", error="x`:                     "a, error=x",
		`a\"b`:                             "ab",
		"a\r\nSet-Cookie: x":               "aSet-Cookie: x",
		"a\x00\x1f\x7fb":                   "ab",
		"ä\u202e\U0001F600":                "",
		"!#$%&'()*+,-./:;<=>?@[]^_`{|}~":   "!#$%&'()*+,-./:;<=>?@[]^_`{|}~",
	} {
		if got := quotable(scope); got != want {
			t.Errorf("%q became %q, want %q", scope, got, want)
		}
	}
}
