package collection_test

import (
	"cmp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/jsonvalue"
)

// FuzzTimeOrder compares the keys of two texts of a date-time member with what
// package time says of them. Texts that are no times come behind all that are,
// in the order of their bytes where they are short.
func FuzzTimeOrder(f *testing.F) {
	for _, pair := range [][2]string{
		{"2026-11-29T12:00:00Z", "2026-11-29T13:00:00+01:00"}, {"2026-11-29t12:00:00.5z", "2026-11-29T12:00:00.50000Z"}, {"0000-01-01T00:00:00+23:59", "0000-01-01T00:00:00Z"},
		{"9999-12-31T23:59:59-23:59", "9999-12-31T23:59:59.999999999Z"}, {"2026-02-30T00:00:00Z", "2026-03-02T00:00:00Z"}, {"2026-11-29T12:00:60Z", ""}, {"d", "2026-11-29T12:00:00,5Z"},
		{"2026-11-29T12:00:00.0000000001Z", "2026-11-29T12:00:00Z"},
	} {
		f.Add(pair[0], pair[1])
	}
	read := func(text string) (time.Time, bool) {
		at, err := time.Parse(time.RFC3339Nano, strings.ToUpper(text))
		return at, err == nil
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		if !utf8.ValidString(a) || !utf8.ValidString(b) {
			t.Skip() // no document has that
		}
		keyA, keyB := collection.KeyOf(jsonvalue.String(a), collection.DateTime), collection.KeyOf(jsonvalue.String(b), collection.DateTime)
		timeA, isA := read(a)
		timeB, isB := read(b)
		got, want := cmp.Compare(keyA, keyB), 0
		switch {
		case isA && isB:
			want = timeA.Compare(timeB)
		case isA:
			want = -1
		case isB:
			want = 1
		case len(a) <= 400 && len(b) <= 400:
			want = strings.Compare(a, b)
		case a == b:
		default:
			return
		}
		if got != want {
			t.Errorf("%q and %q compare as %d, and should as %d", a, b, got, want)
		}
	})
}
