package jsonvalue

import (
	"errors"
	"strconv"
	"strings"
	"testing"
)

// badTexts are refused, each for another reason.
var badTexts = []struct {
	name, text string
	reason     string
	offset     int64
	pointer    string
}{
	{"nothing", "", "is empty", 0, ""},
	{"white space only", " \t\r\n", "is empty", 4, ""},
	{"byte order mark", "\ufeff{}", "starts with a byte order mark", 0, ""},
	{"byte order mark of UTF-16", "\xff\xfe{\x00}\x00", "is not valid UTF-8", 0, ""},
	{"not UTF-8", "[\"\ufffda\xff\"]", "is not valid UTF-8", 6, ""},
	{"half a character", "\"a\xc3", "is not valid UTF-8", 2, ""},
	{"overlong", "\"\xc0\xaf\"", "is not valid UTF-8", 1, ""},
	{"surrogate in UTF-8", "\"\xed\xa0\x80\"", "is not valid UTF-8", 1, ""},
	{"two values", "{} {}", "has something after its end", 3, ""},
	{"two numbers", "1 2", "has something after its end", 2, ""},
	{"comma after", "{},", "has something after its end", 2, ""},
	{"NUL after", "{}\x00", "has something after its end", 2, ""},
	{"form feed is no white space", "\f1", `has "\f" where a value belongs`, 0, ""},
	{"no-break space is none", "\u00a01", `has "` + "\u00a0" + `" where a value belongs`, 0, ""},
	{"not JSON", "hello", `has "h" where a value belongs`, 0, ""},
	{"HTML", "<p>", `has "<" where a value belongs`, 0, ""},
	{"single quotes", "['a']", `has "'" where a value belongs`, 1, "/0"},
	{"comment", "[1,/**/2]", `has "/" where a value belongs`, 3, "/1"},
	{"NaN", `{"a":NaN}`, `has "N" where a value belongs`, 5, "/a"},
	{"nan", `nan`, `has "a" where a value belongs`, 1, ""},
	{"nul", `nulL`, `has "L" where a value belongs`, 3, ""},
	{"nu", `nu`, "ends in the middle of a value", 2, ""},
	{"True", `True`, `has "T" where a value belongs`, 0, ""},
	{"trues", `trues`, "has something after its end", 4, ""},
	{"fals", `[fals]`, `has "]" where a value belongs`, 5, "/0"},

	{"open array", "[", "ends in the middle of a value", 1, "/0"},
	{"open array after item", "[1", "ends in the middle of a value", 2, ""},
	{"open array after comma", "[1,", "ends in the middle of a value", 3, "/1"},
	{"comma only", "[,]", `has "," where a value belongs`, 1, "/0"},
	{"comma at the end of an array", "[1,]", `has "]" where a value belongs`, 3, "/1"},
	{"two commas", "[1,,2]", `has "," where a value belongs`, 3, "/1"},
	{"no comma", "[1 2]", `has "2" where a comma or ] belongs`, 3, ""},
	{"wrong bracket", "[1}", `has "}" where a comma or ] belongs`, 2, ""},
	{"bracket only", "]", `has "]" where a value belongs`, 0, ""},
	{"open object", "{", "ends in the middle of a value", 1, ""},
	{"open object after name", `{"a"`, "ends in the middle of a value", 4, ""},
	{"open object after colon", `{"a":`, "ends in the middle of a value", 5, "/a"},
	{"open object after value", `{"a":1`, "ends in the middle of a value", 6, ""},
	{"open object after comma", `{"a":1,`, "ends in the middle of a value", 7, ""},
	{"comma at the end of an object", `{"a":1,}`, `has "}" where the name of a member belongs`, 7, ""},
	{"no name", `{1:2}`, `has "1" where the name of a member belongs`, 1, ""},
	{"name without quotes", `{a:2}`, `has "a" where the name of a member belongs`, 1, ""},
	{"no colon", `{"a" 1}`, `has "1" where a colon belongs`, 5, ""},
	{"no value", `{"a":}`, `has "}" where a value belongs`, 5, "/a"},
	{"no comma between members", `{"a":1 "b":2}`, `has "\"" where a comma or } belongs`, 7, ""},
	{"wrong brace", `{"a":1]`, `has "]" where a comma or } belongs`, 6, ""},

	{"a member twice", `{"a":1,"b":2,"a":1}`, `has the member "a" twice`, 13, ""},
	{"twice, escaped", `{"x":[{"\u0061":1,"a":2}]}`, `has the member "a" twice`, 18, "/x/0"},
	{"the empty name twice", `{"":1,"":2}`, `has the member "" twice`, 6, ""},
	{"twice among many", manyNames(20, 3), `has the member "n3" twice`, 171, ""},
	{"twice among many, late", manyNames(20, 18), `has the member "n18" twice`, 171, ""},
	{"long name twice", `{"` + strings.Repeat("ä", 99) + `":1,"` + strings.Repeat("ä", 99) + `":2}`,
		`has the member "` + strings.Repeat("ä", 40) + `…" twice`, 204, ""},

	{"open string", `"a`, "ends in the middle of a value", 2, ""},
	{"open name", `{"a`, "ends in the middle of a value", 3, ""},
	{"quote only", `"`, "ends in the middle of a value", 1, ""},
	{"open escape", `"\`, "ends in the middle of a value", 2, ""},
	{"open string after escape", `"\n`, "ends in the middle of a value", 3, ""},
	{"open escape in hex", `"\u00`, "ends in the middle of a value", 5, ""},
	{"line feed", "\"a\nb\"", "has a control character in a string that is not escaped", 2, ""},
	{"tab in a name", "{\"\t\":1}", "has a control character in a string that is not escaped", 2, ""},
	{"line feed after escape", "\"\\n\n\"", "has a control character in a string that is not escaped", 3, ""},
	{"NUL", "\"\x00\"", "has a control character in a string that is not escaped", 1, ""},
	{"last control character", "\"\x1f\"", "has a control character in a string that is not escaped", 1, ""},
	{"escaped NUL", `["a\u0000"]`, "has the character U+0000 in a string", 3, "/0"},
	{"escaped NUL in a name", `{"\u0000":1}`, "has the character U+0000 in a string", 2, ""},
	{"unknown escape", `"\x"`, `has "x" behind a backslash`, 2, ""},
	{"escaped quote", `"\'"`, `has "'" behind a backslash`, 2, ""},
	{"big U", `"\U0041"`, `has "U" behind a backslash`, 2, ""},
	{"not hex", `"\u00g0"`, `has "g" where one of four hexadecimal digits belongs`, 5, ""},
	{"not hex, capital", `"\u00G0"`, `has "G" where one of four hexadecimal digits belongs`, 5, ""},
	{"three digits", `"\u123"`, `has "\"" where one of four hexadecimal digits belongs`, 6, ""},
	{"high half at the end", `"\ud800"`, "has half a surrogate pair in a string", 1, ""},
	{"high half before text", `"\ud800a"`, "has half a surrogate pair in a string", 1, ""},
	{"high half before escape", `"\udbff\n"`, "has half a surrogate pair in a string", 1, ""},
	{"high half before a character", `"\ud800\u0041"`, "has half a surrogate pair in a string", 1, ""},
	{"high half before NUL", `"\ud800\u0000"`, "has half a surrogate pair in a string", 1, ""},
	{"high half twice", `"\ud800\ud800"`, "has half a surrogate pair in a string", 1, ""},
	{"low half", `"a\udc00"`, "has half a surrogate pair in a string", 2, ""},
	{"halves in the wrong order", `"\udc00\ud800"`, "has half a surrogate pair in a string", 1, ""},
	{"half in a name", `{"\udfff":1}`, "has half a surrogate pair in a string", 2, ""},
	{"broken second half", `"\ud800\ud8x0"`, `has "x" where one of four hexadecimal digits belongs`, 11, ""},
	{"open second half", `"\ud800\ud8`, "ends in the middle of a value", 11, ""},
	{"high half before an open escape", `"\ud800\`, "has half a surrogate pair in a string", 1, ""},

	{"minus only", "-", "ends in the middle of a value", 1, ""},
	{"minus and text", "-a", "lacks a digit after the minus of a number", 1, ""},
	{"two minus", "--1", "lacks a digit after the minus of a number", 1, ""},
	{"plus", "+1", `has "+" where a value belongs`, 0, ""},
	{"minus infinity", "-Infinity", "lacks a digit after the minus of a number", 1, ""},
	{"leading zero", "[01]", "has a number that starts with zero", 1, "/0"},
	{"negative leading zero", "-00", "has a number that starts with zero", 1, ""},
	{"hexadecimal", "0x1", "has something after its end", 1, ""},
	{"no whole part", ".5", `has "." where a value belongs`, 0, ""},
	{"no fraction", "1.", "ends in the middle of a value", 2, ""},
	{"no fraction before exponent", "1.e1", "lacks a digit after the point of a number", 2, ""},
	{"no exponent", "1e", "ends in the middle of a value", 2, ""},
	{"sign only in exponent", "[1E+]", "lacks a digit in the exponent of a number", 4, "/0"},
	{"two signs in exponent", "1e+-1", "lacks a digit in the exponent of a number", 3, ""},
	{"point in exponent", "1e1.5", "has something after its end", 3, ""},
	{"underscore", "1_000", "has something after its end", 1, ""},
	{"long number", "[" + strings.Repeat("1", 1001) + "]", "has a number of more than 1,000 characters", 1, "/0"},
	{"long fraction", "-0." + strings.Repeat("0", 998), "has a number of more than 1,000 characters", 0, ""},
	{"large exponent", "1e10000", "has a number with an exponent beyond ±9,999", 2, ""},
	{"large negative exponent", "0e-10000", "has a number with an exponent beyond ±9,999", 3, ""},
	{"huge exponent", "1e99999999999999999999999", "has a number with an exponent beyond ±9,999", 2, ""},

	{"too deep", strings.Repeat("[", 65) + strings.Repeat("]", 65), "is nested more than 64 deep", 64, strings.Repeat("/0", 64)},
	{"too deep and open", strings.Repeat(`{"":`, 100000), "is nested more than 64 deep", 256, strings.Repeat("/", 64)},
	{"pointer with escapes", `{"a/b~":{"ä":x}}`, `has "x" where a value belongs`, 14, "/a~1b~0/ä"},
	{"long pointer", `{"a":{"` + strings.Repeat("b", 300) + `":{"c":x}}}`, `has "x" where a value belongs`, 314, "/a"},
}

// manyNames is an object with the members n0, n1 and so on, and one again.
func manyNames(count, again int) string {
	var b strings.Builder
	for i := range count {
		b.WriteString(`"n` + strconv.Itoa(i) + `":"",`)
	}
	return "{" + b.String() + `"n` + strconv.Itoa(again) + `":""}`
}

func TestBadTextsAreRefused(t *testing.T) {
	for _, tt := range badTexts {
		t.Run(tt.name, func(t *testing.T) {
			v, err := Parse([]byte(tt.text), Limits{})
			var bad *SyntaxError
			if !errors.As(err, &bad) {
				t.Fatalf("got %s, %v", text(v), err)
			}
			if bad.Reason != tt.reason || bad.Offset != tt.offset || bad.Pointer != tt.pointer {
				t.Errorf("got  %q at %d, %q\nwant %q at %d, %q", bad.Reason, bad.Offset, bad.Pointer, tt.reason, tt.offset, tt.pointer)
			}
			if text(v) != "null" {
				t.Errorf("got the value %s beside the error", text(v))
			}
		})
	}
}

func TestLimits(t *testing.T) {
	deep := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	for _, tt := range []struct {
		name, text string
		limits     Limits
		reason     string // "" if it is accepted
	}{
		{"64 deep", deep(64), Limits{}, ""},
		{"wide is not deep", "[" + strings.Repeat("[],{},", 100) + "0]", Limits{Depth: 2}, ""},
		{"depth of one's own", deep(3), Limits{Depth: 3}, ""},
		{"over it", deep(4), Limits{Depth: 3}, "is nested more than 3 deep"},
		{"deeper than usual", deep(100), Limits{Depth: 100}, ""},
		{"bytes", "[1] ", Limits{Bytes: 4}, ""},
		{"over them", "[1]  ", Limits{Bytes: 4}, "is larger than 4 bytes"},
		{"values", `{"a":[1,2]}`, Limits{Values: 4}, ""},
		{"over them", `{"a":[1,2,{}]}`, Limits{Values: 4}, "has more than 4 values"},
		{"long number", strings.Repeat("1", 1000), Limits{}, ""},
		{"large exponents", "[1e9999,1E-9999,1e+0009999]", Limits{}, ""},
		{"many names", strings.Replace(manyNames(40, 3), `,"n3":""}`, "}", 1), Limits{}, ""},
		{"a name in many objects", `[{"a":{"a":1}},{"a":2}]`, Limits{}, ""},
		{"names that look alike", "{\"a\":1,\"A\":2,\"\u00e4\":3,\"a\u0308\":4}", Limits{}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Parse([]byte(tt.text), tt.limits)
			var bad *SyntaxError
			if errors.As(err, &bad) != (tt.reason != "") || bad != nil && bad.Reason != tt.reason {
				t.Errorf("got %v, want %q", err, tt.reason)
			}
		})
	}
}

func TestTheErrorIsASentence(t *testing.T) {
	_, err := Parse([]byte(`{"a":[tru]}`), Limits{})
	if want := `JSON /a/0 has "]" where a value belongs, at byte 9`; err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	_, err = Parse([]byte(`1 1`), Limits{})
	if want := `JSON has something after its end, at byte 2`; err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

// A value may live long after the buffer that its text was read into is used
// for another request.
func TestTheValueKeepsNothingOfTheData(t *testing.T) {
	data := []byte(`{"abc":"def","g":12}`)
	v, err := Parse(data, Limits{})
	clear(data)
	if err != nil || text(v) != `{"abc":"def","g":12}` {
		t.Errorf("got %s, %v", text(v), err)
	}
}
