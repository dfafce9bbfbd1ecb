package serve

import (
	"bytes"
	"context"
	"log/slog"
	"math"
	"testing"
	"time"
)

// general is the line that the standard library writes.
func general(t testing.TB, r slog.Record) string {
	t.Helper()
	var line bytes.Buffer
	if err := slog.NewJSONHandler(&line, nil).Handle(context.Background(), r); err != nil {
		t.Fatal(err)
	}
	return line.String()
}

func record(at time.Time, message string, attrs ...slog.Attr) slog.Record {
	r := slog.NewRecord(at, slog.LevelInfo, message, 0)
	r.AddAttrs(attrs...)
	return r
}

func TestAPlainLineIsTheGeneralOne(t *testing.T) {
	t.Parallel()
	now := time.Now()
	for _, tt := range []struct {
		name   string
		record slog.Record
		plain  bool
	}{
		{"of a request", record(now, "request", slog.String("route", "/api/v1/me"), slog.Int("status", 200), slog.Float64("ms", 0.173)), true},
		{"no attributes", record(now, "m"), true},
		{"another zone", record(now.In(time.FixedZone("x", 5400)), "m"), true},
		{"a whole second", record(now.Truncate(time.Second).UTC(), "m"), true},
		{"a level between", slog.NewRecord(now, slog.LevelWarn+1, "m", 0), true},
		{"fractions", record(now, "m", slog.Float64("a", 0), slog.Float64("b", -1.5), slog.Float64("c", 1e-6), slog.Float64("d", 1e20), slog.Float64("e", math.Copysign(0, -1))), true},
		{"with an exponent", record(now, "m", slog.Float64("a", 1e21)), false},
		{"with a small one", record(now, "m", slog.Float64("a", 9e-7)), false},
		{"no number", record(now, "m", slog.Float64("a", math.NaN())), false},
		{"without an end", record(now, "m", slog.Float64("a", math.Inf(1))), false},
		{"no time", record(time.Time{}, "m"), false},
		{"a year of five digits", record(time.Date(12026, 1, 1, 0, 0, 0, 0, time.UTC), "m"), false},
		{"a line break", record(now, "a\nb"), false},
		{"a quote", record(now, "m", slog.String("a", `"`)), false},
		{"a backslash", record(now, "m", slog.String("a", `\`)), false},
		{"beyond ASCII", record(now, "m", slog.String("a", "ü")), false},
		{"a key to escape", record(now, "m", slog.String("a\x7f", "")), false},
		{"no key", record(now, "m", slog.String("", "a")), false},
		{"nothing", record(now, "m", slog.Attr{}), false},
		{"a group", record(now, "m", slog.Group("g", "a", 1)), false},
		{"an error", record(now, "m", slog.Any("error", context.Canceled)), false},
		{"a truth", record(now, "m", slog.Bool("a", true)), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			line, plain := appendPlain(nil, tt.record)
			if plain != tt.plain {
				t.Fatalf("plain is %t, want %t", plain, tt.plain)
			}
			if plain && string(line) != general(t, tt.record) {
				t.Errorf("got  %swant %s", line, general(t, tt.record))
			}
		})
	}
}

func FuzzPlainLine(f *testing.F) {
	f.Add(int64(1_700_000_000), int64(5), "request", "route", "/api/v1/me", 0.25, 200)
	f.Add(int64(-1), int64(0), "a\n", "", "\u2028", 1e21, -1)
	f.Fuzz(func(t *testing.T, seconds, nanos int64, message, key, text string, fraction float64, number int) {
		r := record(time.Unix(seconds%1e11, nanos).UTC(), message, slog.String(key, text), slog.Float64("f", fraction), slog.Int("n", number))
		if line, plain := appendPlain(nil, r); plain && string(line) != general(t, r) {
			t.Errorf("got  %swant %s", line, general(t, r))
		}
	})
}
