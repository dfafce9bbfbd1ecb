package jsonvalue

import (
	"cmp"
	"math/big"
	"strings"
	"testing"
)

// numbersInOrder grow from one to the next.
var numbersInOrder = []string{
	"-" + strings.Repeat("9", 994) + "e9999", "-1e9999", "-123e20", "-1e22", "-1e17", "-1e16", "-9e15", "-1000", "-123", "-12.5",
	"-12", "-10", "-9.99", "-1.5", "-1", "-0.5", "-0.1", "-0.09", "-1e-8", "-9e-9", "-1e-9999", "-0." + strings.Repeat("0", 900) + "1e-9999",
	"0",
	"0." + strings.Repeat("0", 900) + "1e-9999", "1e-9999", "1.5e-20", "9e-9", "1e-8", "0.00999", "0.01", "0.1", "0.10000000000000000000001",
	"0.5", "1", "1.0000000000000000000000000000000000000001", "1.5", "2", "9", "9.9", "10", "11", "99", "100", "101",
	"4294967296", "9007199254740992", "9007199254740993", "9999999999999999", "1e16", "10000000000000001", "1.5e17", "123e20", "1e9999",
	strings.Repeat("9", 994) + "e9999",
}

func TestNumbersStandInOrder(t *testing.T) {
	for i, a := range numbersInOrder {
		for j, b := range numbersInOrder {
			checkNumbers(t, a, b, cmp.Compare(i, j))
		}
	}
}

func TestEqualNumbers(t *testing.T) {
	for _, equal := range [][]string{
		{"0", "-0", "0.0", "0e0", "-0.00E+9999", "0e-9999", "0.000"},
		{"1", "1.0", "1e0", "10e-1", "0.1e1", "0.01E+2", "1.000", "100e-2", "1e-0"},
		{"-1", "-1.0", "-10e-1"},
		{"120", "12e1", "1.2e2", "1.20e2", "0.12E3", "1200e-1"},
		{"1e9998", "10e9997", "0.1e9999"},
		{strings.Repeat("10", 400), strings.Repeat("10", 400) + ".0", strings.Repeat("10", 399) + "1e1"},
	} {
		for _, a := range equal {
			for _, b := range equal {
				checkNumbers(t, a, b, 0)
			}
		}
	}
}

func TestKeysOfEverydayNumbersAreShort(t *testing.T) {
	for literal, want := range map[string]string{
		"0": "_", "1": "j1", "-1": "Q8~", "3.25": "j325", "1764.25e3": "p176425", "-0.001": "T8~",
		"1e-8": "b1", "9e-9": "a199929", "9e15": "y9", "1e16": "z200171", "-1e16": "A799828~",
	} {
		if got := NumberKey(literal); got != want {
			t.Errorf("%s has the key %q, want %q", literal, got, want)
		}
	}
}

func TestIsNumber(t *testing.T) {
	for _, s := range []string{"0", "-0", "1", "-1.5e+3", "0.0E-0", strings.Repeat("9", 1000)} {
		if _, isRat := new(big.Rat).SetString(s); !IsNumber(s) || !isRat {
			t.Errorf("%s is no number", s)
		}
	}
	for _, s := range []string{"", " 1", "1 ", "+1", "01", "1.", "-", "e", "1e", "0x1", "1,5", "NaN", "1e10000", strings.Repeat("9", 1001), "١"} {
		if IsNumber(s) {
			t.Errorf("%s is a number", s)
		}
	}
}

func TestEqual(t *testing.T) {
	for _, tt := range []struct {
		a, b  string
		equal bool
	}{
		{"null", "null", true}, {"null", "false", false}, {"null", "0", false}, {"null", `""`, false}, {"null", "{}", false},
		{"true", "true", true}, {"true", "false", false}, {"true", `"true"`, false}, {"false", `""`, false},
		{"1", "1.0", true}, {"1", `"1"`, false}, {"1e1", "10", true}, {"1", "2", false}, {"0.1", "0.10000000000000000001", false},
		{`"a"`, `"\u0061"`, true}, {`"a"`, `"A"`, false}, {`"ä"`, `"a\u0308"`, false},
		{"[]", "[]", true}, {"[]", "{}", false}, {"[]", "[null]", false}, {"[1,2]", "[1.0,2e0]", true}, {"[1,2]", "[2,1]", false},
		{"{}", "{}", true}, {`{"a":1}`, `{"a":1.0}`, true}, {`{"a":1}`, `{"b":1}`, false}, {`{"a":1}`, `{"a":2}`, false},
		{`{"a":1}`, `{"a":1,"b":2}`, false}, {`{"a":1,"b":2}`, `{"a":1}`, false},
		{`{"a":1,"b":[2],"c":{"d":3,"e":4}}`, `{"c":{"e":4,"d":3},"b":[2],"a":1}`, true},
		{`{"a":1,"b":2}`, `{"b":1,"a":2}`, false}, {`{"a":null}`, `{"b":null}`, false},
	} {
		if Equal(parse(t, tt.a), parse(t, tt.b)) != tt.equal || Equal(parse(t, tt.b), parse(t, tt.a)) != tt.equal {
			t.Errorf("%s and %s: want %t", tt.a, tt.b, tt.equal)
		}
	}
}
