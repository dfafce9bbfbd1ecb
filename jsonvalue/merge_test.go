package jsonvalue

import (
	"strconv"
	"strings"
	"testing"
	"time"
)

// mergeCases begin with RFC 7396, appendix A, in its order, and the example of
// section 3.
var mergeCases = []struct{ target, patch, want string }{
	{`{"a":"b"}`, `{"a":"c"}`, `{"a":"c"}`},
	{`{"a":"b"}`, `{"b":"c"}`, `{"a":"b","b":"c"}`},
	{`{"a":"b"}`, `{"a":null}`, `{}`},
	{`{"a":"b","b":"c"}`, `{"a":null}`, `{"b":"c"}`},
	{`{"a":["b"]}`, `{"a":"c"}`, `{"a":"c"}`},
	{`{"a":"c"}`, `{"a":["b"]}`, `{"a":["b"]}`},
	{`{"a":{"b":"c"}}`, `{"a":{"b":"d","c":null}}`, `{"a":{"b":"d"}}`},
	{`{"a":[{"b":"c"}]}`, `{"a":[1]}`, `{"a":[1]}`},
	{`["a","b"]`, `["c","d"]`, `["c","d"]`},
	{`{"a":"b"}`, `["c"]`, `["c"]`},
	{`{"a":"foo"}`, `null`, `null`},
	{`{"a":"foo"}`, `"bar"`, `"bar"`},
	{`{"e":null}`, `{"a":1}`, `{"e":null,"a":1}`},
	{`[1,2]`, `{"a":"b","c":null}`, `{"a":"b"}`},
	{`{}`, `{"a":{"bb":{"ccc":null}}}`, `{"a":{"bb":{}}}`},
	{
		`{"title":"Goodbye!","author":{"givenName":"John","familyName":"Doe"},"tags":["example","sample"],"content":"This will be unchanged"}`,
		`{"title":"Hello!","phoneNumber":"+01-123-456-7890","author":{"familyName":null},"tags":["example"]}`,
		`{"title":"Hello!","author":{"givenName":"John"},"tags":["example"],"content":"This will be unchanged","phoneNumber":"+01-123-456-7890"}`,
	},

	{`{"c":1,"a":2,"b":3}`, `{"z":0,"b":4,"y":0,"c":5}`, `{"c":5,"a":2,"b":4,"z":0,"y":0}`}, // the order stays
	{`{"a":1.0}`, `{}`, `{"a":1.0}`},
	{`{"a":1}`, `{"a":1.00}`, `{"a":1.00}`},
	{`{"a":1}`, `{"a":{"b":null,"c":[null,{"d":null}]}}`, `{"a":{"c":[null,{"d":null}]}}`}, // within lists null stays
	{`{"a":[1]}`, `{"a":{"b":2}}`, `{"a":{"b":2}}`},
	{`null`, `{"a":{}}`, `{"a":{}}`},
}

func TestMergePatch(t *testing.T) {
	for _, tt := range mergeCases {
		target, patch := parse(t, tt.target), parse(t, tt.patch)
		got := checkValue(t, MergePatch(target, patch))
		if text(got) != tt.want {
			t.Errorf("%s with %s: got %s, want %s", tt.target, tt.patch, text(got), tt.want)
		}
		if text(target) != tt.target || text(patch) != tt.patch {
			t.Errorf("now the target is %s and the patch %s", text(target), text(patch))
		}
	}
}

// Time grows with the number of members, not with its square: a square would
// take minutes here.
func TestLargeObjectsTakeNoLongerThanTheirText(t *testing.T) {
	const many = 200_000
	var there, back strings.Builder
	for i := range many {
		there.WriteString(`,"n` + strconv.Itoa(i) + `":1`)
		back.WriteString(`,"n` + strconv.Itoa(many-1-i) + `":1`)
	}
	start := time.Now()
	a, b := parse(t, "{"+there.String()[1:]+"}"), parse(t, "{"+back.String()[1:]+"}")
	if !Equal(a, b) {
		t.Error("the two differ")
	}
	if merged := MergePatch(a, b); len(merged.Members()) != many {
		t.Errorf("got %d members", len(merged.Members()))
	}
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("took %s", took)
	}
}
