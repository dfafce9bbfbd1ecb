package collection_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/postern-dev/postern/collection"
)

func TestATimeIsAppendedAsItIsFormatted(t *testing.T) {
	t.Parallel()
	times := []time.Time{{}, time.Unix(0, 0), time.UnixMilli(-1), time.Date(9999, 12, 31, 23, 59, 59, 999_999_999, time.UTC),
		time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC), time.Now(),
		time.Date(2026, 11, 29, 1, 2, 3, 4_000_000, time.FixedZone("x", -5400))}
	for range 10_000 {
		times = append(times, time.UnixMilli(rand.Int64N(1<<48)-1<<46))
	}
	for _, at := range times {
		if got, want := string(collection.AppendTime(nil, at)), collection.FormatTime(at); got != want {
			t.Fatalf("got %s, want %s", got, want)
		}
	}
}
