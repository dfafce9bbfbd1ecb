package schema

import (
	"math/big"
	"strconv"
	"strings"
)

// decimal is a number without rounding: digits × 10^exponent, with the digits
// as short as possible. Zero has no digits.
type decimal struct {
	digits   string
	exponent int
}

// decimalOf reads a number that jsonvalue has accepted; signs are dropped.
func decimalOf(literal string) decimal {
	literal = strings.TrimPrefix(literal, "-")
	exponent := 0
	if at := strings.IndexAny(literal, "eE"); at >= 0 {
		exponent, _ = strconv.Atoi(literal[at+1:]) // within ±9,999
		literal = literal[:at]
	}
	whole, part, _ := strings.Cut(literal, ".")
	digits := whole + part
	exponent -= len(part)
	short := strings.TrimRight(digits, "0")
	exponent += len(digits) - len(short)
	if short = strings.TrimLeft(short, "0"); short == "" {
		return decimal{}
	}
	return decimal{short, exponent}
}

// isMultiple tells whether a is b times an integer.
func isMultiple(a, b string) bool {
	x, y := decimalOf(a), decimalOf(b)
	if x.digits == "" {
		return true
	}
	shift := x.exponent - y.exponent
	left, right := whole(x.digits, max(shift, 0)), whole(y.digits, max(-shift, 0))
	return new(big.Int).Rem(left, right).Sign() == 0
}

func whole(digits string, zeros int) *big.Int {
	n, _ := new(big.Int).SetString(digits, 10)
	ten := big.NewInt(10)
	return n.Mul(n, ten.Exp(ten, big.NewInt(int64(zeros)), nil))
}
