package jsonvalue

import "strings"

// Bounds of a number: beyond them its value could cost more than its text.
const (
	maxNumber   = 1000
	maxExponent = 9999
)

// IsNumber says whether literal is a JSON number (RFC 8259, section 6) of at
// most 1,000 characters with an exponent within ±9,999. All functions here
// accept these and no others.
func IsNumber(literal string) bool {
	end, reason := scanNumber(literal, 0)
	return end == len(literal) && end > 0 && reason == ""
}

// scanNumber finds the end of the number at start. Where none begins the end
// is start. A reason says why a number is refused; end is then the place.
func scanNumber(s string, start int) (end int, reason string) {
	i := start
	if i < len(s) && s[i] == '-' {
		i++
	}
	whole := digits(s, i)
	switch {
	case whole == i && i == start:
		return start, ""
	case whole == i:
		return broken(s, i, "after the minus of a number")
	case s[i] == '0' && whole > i+1:
		return i, "has a number that starts with zero"
	}
	if i = whole; i < len(s) && s[i] == '.' {
		fraction := digits(s, i+1)
		if fraction == i+1 {
			return broken(s, fraction, "after the point of a number")
		}
		i = fraction
	}
	if i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		if i, reason = scanExponent(s, i+1); reason != "" {
			return i, reason
		}
	}
	if i-start > maxNumber {
		return start, "has a number of more than 1,000 characters"
	}
	return i, ""
}

func scanExponent(s string, i int) (end int, reason string) {
	if i < len(s) && (s[i] == '-' || s[i] == '+') {
		i++
	}
	end = digits(s, i)
	if end == i {
		return broken(s, i, "in the exponent of a number")
	}
	if _, small := exponentOf(s[i:end]); !small {
		return i, "has a number with an exponent beyond ±9,999"
	}
	return end, ""
}

// digits is where the digits end that stand at i.
func digits(s string, i int) int {
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	return i
}

func broken(s string, i int, where string) (end int, reason string) {
	if i == len(s) {
		return i, "ends in the middle of a value"
	}
	return i, "lacks a digit " + where
}

// exponentOf reads an exponent, with its sign, up to the bound.
func exponentOf(text string) (exponent int, small bool) {
	digits, negative := strings.CutPrefix(text, "-")
	for _, c := range []byte(strings.TrimPrefix(digits, "+")) {
		if exponent = exponent*10 + int(c-'0'); exponent > maxExponent {
			return 0, false
		}
	}
	if negative {
		exponent = -exponent
	}
	return exponent, true
}

// decimal is a number taken apart: ±0.DDD × 10^exponent, where DDD are the
// digits of whole and fraction in a row. Neither the first nor the last of
// them is zero, and zero has none.
type decimal struct {
	negative        bool
	whole, fraction string
	exponent        int
}

// decimalOf takes a literal apart. It panics if IsNumber says no.
func decimalOf(literal string) decimal {
	if !IsNumber(literal) {
		panic("jsonvalue: not a JSON number: " + shorten(literal))
	}
	var d decimal
	literal, d.negative = strings.CutPrefix(literal, "-")
	if i := strings.IndexAny(literal, "eE"); i >= 0 {
		d.exponent, _ = exponentOf(literal[i+1:])
		literal = literal[:i]
	}
	d.whole, d.fraction, _ = strings.Cut(literal, ".")
	d.fraction = strings.TrimRight(d.fraction, "0")
	if d.whole == "0" {
		significant := strings.TrimLeft(d.fraction, "0")
		d.exponent -= len(d.fraction) - len(significant)
		d.whole, d.fraction = "", significant
	}
	d.exponent += len(d.whole)
	if d.fraction == "" {
		d.whole = strings.TrimRight(d.whole, "0")
	}
	if d.sign() == 0 {
		return decimal{}
	}
	return d
}

func (d decimal) len() int { return len(d.whole) + len(d.fraction) }

func (d decimal) digit(i int) byte {
	if i < len(d.whole) {
		return d.whole[i]
	}
	return d.fraction[i-len(d.whole)]
}

func (d decimal) sign() int {
	switch {
	case d.len() == 0:
		return 0
	case d.negative:
		return -1
	}
	return 1
}
