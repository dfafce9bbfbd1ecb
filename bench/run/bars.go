package main

import (
	"fmt"
	"iter"
	"maps"
	"slices"
)

// bar is what was asked, and what was measured.
type bar struct {
	what     string
	asked    float64
	least    bool // at least asked, and not at most
	measured float64
	unit     string
}

func atMost(what string, asked, measured float64, unit string) bar {
	return bar{what, asked, false, measured, unit}
}

func atLeast(what string, asked, measured float64, unit string) bar {
	return bar{what, asked, true, measured, unit}
}

func (b bar) reached() bool {
	if b.least {
		return b.measured >= b.asked
	}
	return b.measured <= b.asked
}

// barTable has all of them, those that were not reached included.
func barTable(bars []bar) string {
	t := newTable("bar", "asked", "measured", "")
	for _, b := range bars {
		word := "at most"
		if b.least {
			word = "at least"
		}
		t.line(b.what, word+" "+short(b.asked)+b.unit, short(b.measured)+b.unit, verdict(b))
	}
	return t.String()
}

// verdict says whether all were reached.
func verdict(bars ...bar) string {
	for _, b := range bars {
		if !b.reached() {
			return "not reached"
		}
	}
	return "reached"
}

// short writes a number with about three digits.
func short(n float64) string {
	switch {
	case n >= 1000:
		return thousands(int64(n + 0.5))
	case n >= 100, n == float64(int64(n)):
		return fmt.Sprintf("%.0f", n)
	case n >= 10:
		return fmt.Sprintf("%.1f", n)
	}
	return fmt.Sprintf("%.2f", n)
}

func thousands(n int64) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%s,%03d", thousands(n/1000), n%1000)
}

// sorted goes through a map in the order of its keys.
func sorted[V any](m map[string]V) iter.Seq2[string, V] {
	return func(yield func(string, V) bool) {
		for _, key := range slices.Sorted(maps.Keys(m)) {
			if !yield(key, m[key]) {
				return
			}
		}
	}
}
