package config

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

const day = 24 * time.Hour

// parseDuration reads Go's syntax (90s, 1h30m) and days before it (7d, 1d12h).
func parseDuration(text string) (time.Duration, error) {
	days, rest, found := strings.Cut(text, "d")
	if !found {
		return parseClock(text, text)
	}
	n, err := strconv.ParseUint(days, 10, 16) // 16 bits of days cannot overflow
	if err != nil {
		return 0, notDuration(text)
	}
	if rest == "" {
		return time.Duration(n) * day, nil
	}
	d, err := parseClock(rest, text)
	if err == nil && (d < 0 || d >= day) {
		err = notDuration(text)
	}
	return time.Duration(n)*day + d, err
}

// parseClock reads the part of a duration that Go knows; whole is for the message.
func parseClock(text, whole string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err == nil {
		return d, nil
	}
	if _, number := strconv.ParseFloat(text, 64); number == nil {
		return 0, wrong("is %s without a unit (ms, s, m, h or d)", quote(whole))
	}
	return 0, notDuration(whole)
}

func notDuration(text string) error {
	return wrong("is %s, not a duration such as 500ms, 90s, 10m, 24h or 7d", quote(text))
}

// sayDuration is the shortest text that parseDuration reads as d.
func sayDuration(d time.Duration) string {
	if d > day && d%day == 0 {
		return fmt.Sprintf("%dd", d/day)
	}
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// parseNumber reads a whole number, digits only, so that 50.000 and 5e4 are
// not taken for something else.
func parseNumber(text string) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0, wrong("is %s, not a whole number", quote(text))
	}
	return n, nil
}

const (
	kib int64 = 1 << 10
	mib int64 = 1 << 20
)

// parseSize reads bytes: 65536, 512KiB or 1MiB.
func parseSize(text string) (int64, error) {
	digits := strings.TrimRight(text, "kKmMiIbB ")
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return 0, wrong("is %s, not a size such as 65536, 512KiB or 1MiB", quote(text))
	}
	unit, known := map[string]int64{"": 1, "KiB": kib, "MiB": mib}[text[len(digits):]]
	if !known {
		return 0, unknownUnit(text, digits)
	}
	if n > math.MaxInt64/unit || n < math.MinInt64/unit {
		return 0, wrong("is %s, too large a number", quote(text))
	}
	return n * unit, nil
}

// unknownUnit mends 1M, 1MB or "1 mib", whose thousand is anybody's guess.
func unknownUnit(text, digits string) error {
	f := wrong("is %s, whose unit is not KiB or MiB", quote(text))
	switch strings.ToLower(strings.TrimSpace(text[len(digits):])) {
	case "k", "kb", "kib":
		return f.insteadWrite(digits + "KiB")
	case "m", "mb", "mib":
		return f.insteadWrite(digits + "MiB")
	}
	return f
}

// saySize is the shortest text that parseSize reads as n.
func saySize(n int64) string {
	switch {
	case n >= mib && n%mib == 0:
		return fmt.Sprintf("%dMiB", n/mib)
	case n >= kib && n%kib == 0:
		return fmt.Sprintf("%dKiB", n/kib)
	}
	return strconv.FormatInt(n, 10)
}
