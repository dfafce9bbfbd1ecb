package api_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/jsonvalue"
)

// awkward are values that some program on the way has spoiled before, in JSON.
func awkward() []struct{ name, value string } {
	return []struct{ name, value string }{
		{"2^53 and one", `9007199254740993`},
		{"its negative", `-9007199254740993`},
		{"2^64", `18446744073709551616`},
		{"40 digits", `1234567890123456789012345678901234567890`},
		{"30 digits behind the point", `0.123456789012345678901234567891`},
		{"a tenth", `0.1`},
		{"a hundred", `100`},
		{"a hundred with an exponent", `1e2`},
		{"a hundred in capitals", `1E+2`},
		{"a hundred with a fraction", `100.00`},
		{"zero below zero", `-0`},
		{"zero below zero with a fraction", `-0.0`},
		{"beyond float64", `1e400`},
		{"below float64", `1e-400`},
		{"1,000 digits", strings.Repeat("7", 1000)},
		{"an emoji", `"😀"`},
		{"a family of emojis", `"👨‍👩‍👧‍👦"`},
		{"an emoji as a pair", `"\ud83d\ude00"`},
		{"a letter with a combining mark", `"e\u0301"`},
		{"the same in one", `"\u00e9"`},
		{"line separators", `"a\u2028b\u2029c"`},
		{"what is no character", `"\uffff\ufffe\ufdd0"`},
		{"the last code point", "\"\U0010ffff\""},
		{"the replacement character", "\"\uFFFD\""},
		{"control characters", `"\u0001\u001f\u007f\u0085"`},
		{"escapes", `"\"\\\/\b\f\n\r\t"`},
		{"a byte order mark within", `"\ufeff"`},
		{"right to left", `"שלום \u202e abc"`},
		{"markup", `"<script>&amp;</script>"`},
		{"SQL", `"'; DROP TABLE notes; --"`},
		{"a percent sign and a question mark", `"100% $1 ? :a %s"`},
		{"blanks at the ends", `"  a\u00a0 "`},
		{"an empty string", `""`},
		{"40,000 umlauts", `"` + strings.Repeat("ü", 40_000) + `"`},
		{"an empty object", `{}`},
		{"an empty list", `[]`},
		{"lists in lists", `[[],[[]],{"a":[]}]`},
		{"an empty name", `{"":1}`},
		{"names of JavaScript", `{"__proto__":{"a":1},"constructor":2,"toString":3,"prototype":null}`},
		{"names in their order", `{"b":1,"a":2,"10":3,"9":4}`},
		{"names that look alike", `{"\u00e9":1,"e\u0301":2,"É":3}`},
		{"names with dots and slashes", `{"a.b":1,"a/b":2,"a~b":3,"$ref":4,"a[b]":5}`},
		{"names of ours, within", `{"id":1,"version":2,"owner":3,"createdAt":4,"can":5}`},
		{"a name of 10,000", `{"` + strings.Repeat("n", 10_000) + `":1}`},
		{"nothing", `null`},
		{"true and false", `[true,false]`},
		{"62 deep", strings.Repeat("[", 62) + strings.Repeat("]", 62)},
		{"10,000 items", `[` + strings.Repeat("0,", 9999) + `0]`},
	}
}

// anything has no schema but that of an object.
func anything(t *testing.T) *collection.Collection {
	return &collection.Collection{Name: "things", ID: collection.AnyID, Owned: true, Schema: mustSchema(t, `{"type":"object"}`),
		Read: owner, Create: owner, Update: owner, Delete: owner}
}

// TestValuesSurvive writes each value in every way there is and reads it in
// every way.
func TestValuesSurvive(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, changes ...change) {
		s := startCollections(t, []*collection.Collection{anything(t)}, append(changes, noRateLimit)...)
		w := &world{server: s, tokens: map[string]string{"ada": s.Issuer.Token(map[string]any{"sub": "ada"})}}
		for i, tt := range awkward() {
			t.Run(tt.name, func(t *testing.T) { w.mustSurvive(t, "key-"+strconv.Itoa(i), tt.value) })
		}
	})
}

func (w *world) mustSurvive(t *testing.T, key, value string) {
	t.Helper()
	a := w.knock(t, "ada", to("POST", "things", `{"v":`+value+`}`).with("Idempotency-Key", key))
	var made struct{ ID string }
	decode(t, a.Body, &made)
	path := "things/" + made.ID
	read := call{Path: "/api/v1/" + path}
	mustHave(t, "the answer", a, http.StatusCreated, value)
	a = w.knock(t, "ada", to("POST", "things", `{"v":`+value+`}`).with("Idempotency-Key", key))
	mustHave(t, "the answer again", a, http.StatusCreated, value)
	mustHave(t, "GET", w.knock(t, "ada", read), http.StatusOK, value)
	mustHave(t, "PUT", w.knock(t, "ada", to("PUT", path, `{"v":[`+value+`,`+value+`]}`)), http.StatusOK, `[`+value+`,`+value+`]`)
	copied := to("PATCH", path, `[{"op":"copy","from":"/v/0","path":"/w"},{"op":"replace","path":"/v","value":`+value+`}]`)
	copied.Header.Set("Content-Type", jsonPatch)
	mustHave(t, "JSON patch", w.knock(t, "ada", copied), http.StatusOK, value)
	mustHave(t, "merge patch", w.knock(t, "ada", to("PATCH", path, `{"w":1}`)), http.StatusOK, value)
	mustHave(t, "GET", w.knock(t, "ada", read), http.StatusOK, value)
	a = w.knock(t, "ada", call{Path: "/api/v1/things?filter[id]=" + made.ID})
	a.Body = strings.TrimPrefix(a.Body[:strings.LastIndex(a.Body, `],"page":`)], `{"items":[`)
	mustHave(t, "the list", a, http.StatusOK, value)
	if a := w.knock(t, "ada", call{Method: "DELETE", Path: read.Path}); a.Status != http.StatusNoContent {
		t.Errorf("DELETE got %d", a.Status)
	}
	w.knock(t, "ada", call{Method: "DELETE", Path: "/api/v1/me/data"})
}

// mustHave fails unless the document has the member v with this value, digit
// for digit and in its order.
func mustHave(t *testing.T, way string, a answer, status int, value string) {
	t.Helper()
	want, err := jsonvalue.Parse([]byte(value), jsonvalue.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := jsonvalue.Parse([]byte(a.Body), jsonvalue.Limits{Depth: 70})
	if a.Status != status || err != nil {
		t.Fatalf("%s: %d %.300s %v", way, a.Status, a.Body, err)
	}
	is, _ := got.Get("v")
	if text := string(is.Append(nil)); text != string(want.Append(nil)) {
		t.Errorf("%s: %.200s became %.200s", way, value, text)
	}
}
