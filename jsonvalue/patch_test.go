package jsonvalue

import (
	"errors"
	"strings"
	"testing"
)

// patchCases hold: RFC 6902, appendix A, in its order, and then the rules that
// it leaves out. Those that must fail are in badPatches.
var patchCases = []struct{ name, target, patch, want string }{
	{"A.1", `{"foo":"bar"}`, `[{"op":"add","path":"/baz","value":"qux"}]`, `{"foo":"bar","baz":"qux"}`},
	{"A.2", `{"foo":["bar","baz"]}`, `[{"op":"add","path":"/foo/1","value":"qux"}]`, `{"foo":["bar","qux","baz"]}`},
	{"A.3", `{"baz":"qux","foo":"bar"}`, `[{"op":"remove","path":"/baz"}]`, `{"foo":"bar"}`},
	{"A.4", `{"foo":["bar","qux","baz"]}`, `[{"op":"remove","path":"/foo/1"}]`, `{"foo":["bar","baz"]}`},
	{"A.5", `{"baz":"qux","foo":"bar"}`, `[{"op":"replace","path":"/baz","value":"boo"}]`, `{"baz":"boo","foo":"bar"}`},
	{
		"A.6", `{"foo":{"bar":"baz","waldo":"fred"},"qux":{"corge":"grault"}}`, `[{"op":"move","from":"/foo/waldo","path":"/qux/thud"}]`,
		`{"foo":{"bar":"baz"},"qux":{"corge":"grault","thud":"fred"}}`,
	},
	{"A.7", `{"foo":["all","grass","cows","eat"]}`, `[{"op":"move","from":"/foo/1","path":"/foo/3"}]`, `{"foo":["all","cows","eat","grass"]}`},
	{
		"A.8", `{"baz":"qux","foo":["a",2,"c"]}`, `[{"op":"test","path":"/baz","value":"qux"},{"op":"test","path":"/foo/1","value":2}]`,
		`{"baz":"qux","foo":["a",2,"c"]}`,
	},
	{"A.10", `{"foo":"bar"}`, `[{"op":"add","path":"/child","value":{"grandchild":{}}}]`, `{"foo":"bar","child":{"grandchild":{}}}`},
	{"A.11", `{"foo":"bar"}`, `[{"op":"add","path":"/baz","value":"qux","xyz":123}]`, `{"foo":"bar","baz":"qux"}`},
	{"A.14", `{"/":9,"~1":10}`, `[{"op":"test","path":"/~01","value":10}]`, `{"/":9,"~1":10}`},
	{"A.16", `{"foo":["bar"]}`, `[{"op":"add","path":"/foo/-","value":["abc","def"]}]`, `{"foo":["bar",["abc","def"]]}`},

	{"no operation", `{"a":1.0}`, `[]`, `{"a":1.0}`},
	{"members in any order", `{}`, `[{"value":1,"path":"/a","op":"add"}]`, `{"a":1}`},
	{"add replaces", `{"a":1,"b":2}`, `[{"op":"add","path":"/a","value":3}]`, `{"a":3,"b":2}`},
	{"add null", `{}`, `[{"op":"add","path":"/a","value":null}]`, `{"a":null}`},
	{"add at the start", `[1]`, `[{"op":"add","path":"/0","value":0}]`, `[0,1]`},
	{"add at the end", `[1]`, `[{"op":"add","path":"/1","value":2}]`, `[1,2]`},
	{"add to an empty list", `{"a":[]}`, `[{"op":"add","path":"/a/0","value":1},{"op":"add","path":"/a/-","value":2}]`, `{"a":[1,2]}`},
	{"add the document", `{"a":1}`, `[{"op":"add","path":"","value":[1]}]`, `[1]`},
	{"replace the document", `{"a":1}`, `[{"op":"replace","path":"","value":null}]`, `null`},
	{"test the document", `{"a":1,"b":2}`, `[{"op":"test","path":"","value":{"b":2.0,"a":1}}]`, `{"a":1,"b":2}`},
	{"test null", `{"a":null}`, `[{"op":"test","path":"/a","value":null}]`, `{"a":null}`},
	{"remove the last item", `[1,{"a":[[]]}]`, `[{"op":"remove","path":"/1"}]`, `[1]`},
	{"remove all", `{"a":1}`, `[{"op":"remove","path":"/a"}]`, `{}`},
	{"deep", `[{"a":[0,{"b":[1,2]}]},3]`, `[{"op":"replace","path":"/0/a/1/b/1","value":9}]`, `[{"a":[0,{"b":[1,9]}]},3]`},
	{"the empty name", `{"":{"":1}}`, `[{"op":"replace","path":"//","value":2}]`, `{"":{"":2}}`},
	{"names like indexes", `{"0":1,"-":2,"01":3}`, `[{"op":"remove","path":"/-"},{"op":"remove","path":"/01"},{"op":"add","path":"/1","value":4}]`, `{"0":1,"1":4}`},
	{"escapes", `{"a/b":{"m~n":1,"~0":2}}`, `[{"op":"remove","path":"/a~1b/m~0n"},{"op":"remove","path":"/a~1b/~00"}]`, `{"a/b":{}}`},
	{"percent is no escape", `{"a%25":1}`, `[{"op":"remove","path":"/a%25"}]`, `{}`},
	{"move over another", `{"a":1,"b":2,"c":3}`, `[{"op":"move","from":"/c","path":"/a"}]`, `{"a":3,"b":2}`},
	{"move to the end", `[1,2,3]`, `[{"op":"move","from":"/0","path":"/-"}]`, `[2,3,1]`},
	{"move nowhere", `[1,2]`, `[{"op":"move","from":"/0","path":"/0"},{"op":"move","from":"","path":""}]`, `[1,2]`},
	{"move to the parent", `{"a":{"b":{"c":1}}}`, `[{"op":"move","from":"/a/b","path":"/a"}]`, `{"a":{"c":1}}`},
	{"move to the root", `{"a":{"b":1}}`, `[{"op":"move","from":"/a","path":""}]`, `{"b":1}`},
	{"move beside a like name", `{"a":1,"ab":{}}`, `[{"op":"move","from":"/a","path":"/ab/c"}]`, `{"ab":{"c":1}}`},
	{"copy", `{"a":[1.0],"b":0}`, `[{"op":"copy","from":"/a","path":"/b"},{"op":"add","path":"/a/-","value":2}]`, `{"a":[1.0,2],"b":[1.0]}`},
	{"copy into itself", `{"a":{"b":1}}`, `[{"op":"copy","from":"/a","path":"/a/c"}]`, `{"a":{"b":1,"c":{"b":1}}}`},
	{"copy the document", `{"a":1}`, `[{"op":"copy","from":"","path":"/b"}]`, `{"a":1,"b":{"a":1}}`},
	{"remove needs no value", `{"a":1}`, `[{"op":"remove","path":"/a","value":1,"from":7}]`, `{}`},
}

// apply parses and applies a patch.
func apply(t *testing.T, target, patch string, maxBytes int) (Value, error) {
	t.Helper()
	p, err := ParsePatch(parse(t, patch))
	if err != nil {
		return Value{}, err
	}
	return p.Apply(parse(t, target), maxBytes)
}

func TestPatch(t *testing.T) {
	for _, tt := range patchCases {
		t.Run(tt.name, func(t *testing.T) {
			got, err := apply(t, tt.target, tt.patch, 0)
			if err != nil || text(got) != tt.want {
				t.Errorf("got %s, %v\nwant %s", text(got), err, tt.want)
			}
			checkValue(t, got)
		})
	}
}

func TestBadPatchesAreRefused(t *testing.T) {
	const nothing, elsewhere = "points to nothing in the document", "is a test that does not hold: the value is another"
	for _, tt := range []struct{ name, target, patch, pointer, reason string }{
		{"A.9", `{"baz":"qux"}`, `[{"op":"test","path":"/baz","value":"bar"}]`, "/0", elsewhere},
		{"A.12", `{"foo":"bar"}`, `[{"op":"add","path":"/baz/bat","value":"qux"}]`, "/0/path", nothing},
		{"A.15", `{"/":9,"~1":10}`, `[{"op":"test","path":"/~01","value":"10"}]`, "/0", elsewhere},

		{"no list", `{}`, `{"op":"remove","path":"/a"}`, "", "is not a list of operations"},
		{"no object", `{}`, `[[]]`, "/0", "is not an object"},
		{"no op", `{}`, `[{"path":"/a","value":1}]`, "/0", `lacks the member "op"`},
		{"op is no string", `{}`, `[{"op":1,"path":"/a"}]`, "/0/op", "is not a string"},
		{"unknown op", `{}`, `[{"op":"Add","path":"/a","value":1}]`, "/0/op", `"Add" is none of add, remove, replace, move, copy and test`},
		{"no path", `{}`, `[{"op":"remove"}]`, "/0", `lacks the member "path"`},
		{"path is no string", `{}`, `[{"op":"remove","path":null}]`, "/0/path", "is not a string"},
		{"no slash", `{"a":1}`, `[{"op":"remove","path":"a"}]`, "/0/path", "is no JSON Pointer: it does not start with /"},
		{"URI fragment", `{"a":1}`, `[{"op":"remove","path":"#/a"}]`, "/0/path", "is no JSON Pointer: it does not start with /"},
		{"~ at the end", `{"~":1}`, `[{"op":"remove","path":"/~"}]`, "/0/path", "is no JSON Pointer: a ~ is followed by neither 0 nor 1"},
		{"~2", `{"~2":1}`, `[{"op":"remove","path":"/a~0~2"}]`, "/0/path", "is no JSON Pointer: a ~ is followed by neither 0 nor 1"},
		{"add without value", `{}`, `[{"op":"add","path":"/a"}]`, "/0", `lacks the member "value"`},
		{"replace without value", `{"a":1}`, `[{"op":"replace","path":"/a"}]`, "/0", `lacks the member "value"`},
		{"test without value", `{"a":null}`, `[{"op":"test","path":"/a"}]`, "/0", `lacks the member "value"`},
		{"move without from", `{}`, `[{"op":"move","path":"/a"}]`, "/0", `lacks the member "from"`},
		{"copy without from", `{}`, `[{"op":"copy","path":"/a","value":1}]`, "/0", `lacks the member "from"`},
		{"from is no string", `{}`, `[{"op":"copy","path":"/a","from":[]}]`, "/0/from", "is not a string"},
		{"from is no pointer", `{}`, `[{"op":"copy","path":"/a","from":"b"}]`, "/0/from", "is no JSON Pointer: it does not start with /"},
		{"all are read first", `{}`, `[{"op":"add","path":"/a","value":1},{"op":"x","path":""}]`, "/1/op", `"x" is none of add, remove, replace, move, copy and test`},

		{"remove what is not", `{"a":1}`, `[{"op":"remove","path":"/b"}]`, "/0/path", nothing},
		{"remove below what is not", `{"a":1}`, `[{"op":"remove","path":"/b/c"}]`, "/0/path", nothing},
		{"remove in a scalar", `{"a":"b"}`, `[{"op":"remove","path":"/a/0"}]`, "/0/path", nothing},
		{"remove the document", `{"a":1}`, `[{"op":"remove","path":""}]`, "/0/path", "is the whole document, which cannot be removed"},
		{"replace what is not", `{"a":1}`, `[{"op":"replace","path":"/b","value":1}]`, "/0/path", nothing},
		{"replace behind the end", `[1]`, `[{"op":"replace","path":"/1","value":1}]`, "/0/path", "goes beyond the end of a list"},
		{"add into a scalar", `{"a":null}`, `[{"op":"add","path":"/a/b","value":1}]`, "/0/path", nothing},
		{"add behind the end", `[1]`, `[{"op":"add","path":"/2","value":1}]`, "/0/path", "goes beyond the end of a list"},
		{"huge index", `[1]`, `[{"op":"add","path":"/18446744073709551616","value":1}]`, "/0/path", "goes beyond the end of a list"},
		{"leading zero", `[1,2]`, `[{"op":"remove","path":"/01"}]`, "/0/path", "has an index of a list with a leading zero"},
		{"leading zero in add", `[1,2]`, `[{"op":"add","path":"/00","value":1}]`, "/0/path", "has an index of a list with a leading zero"},
		{"negative index", `[1,2]`, `[{"op":"remove","path":"/-1"}]`, "/0/path", `uses "-1" as an index of a list`},
		{"plus", `[1,2]`, `[{"op":"remove","path":"/+1"}]`, "/0/path", `uses "+1" as an index of a list`},
		{"exponent", `[1,2]`, `[{"op":"remove","path":"/1e0"}]`, "/0/path", `uses "1e0" as an index of a list`},
		{"name in a list", `[{"a":1}]`, `[{"op":"remove","path":"/a"}]`, "/0/path", `uses "a" as an index of a list`},
		{"empty index", `[1]`, `[{"op":"remove","path":"/"}]`, "/0/path", `uses "" as an index of a list`},
		{"remove at -", `[1]`, `[{"op":"remove","path":"/-"}]`, "/0/path", "means the end of a list with -, where nothing stands"},
		{"through -", `[[]]`, `[{"op":"add","path":"/-/0","value":1}]`, "/0/path", "means the end of a list with -, where nothing stands"},
		{"move what is not", `{"a":1}`, `[{"op":"move","from":"/b","path":"/b"}]`, "/0/from", nothing},
		{"move from -", `[1]`, `[{"op":"move","from":"/-","path":"/0"}]`, "/0/from", "means the end of a list with -, where nothing stands"},
		{"move into its child", `{"a":{"b":{}}}`, `[{"op":"move","from":"/a","path":"/a/b/c"}]`, "/0/path", "lies within the value to move"},
		{"move the document", `{"a":{}}`, `[{"op":"move","from":"","path":"/a/b"}]`, "/0/path", "lies within the value to move"},
		{"move behind the new end", `[1,2]`, `[{"op":"move","from":"/0","path":"/2"}]`, "/0/path", "goes beyond the end of a list"},
		{"copy what is not", `{"a":1}`, `[{"op":"copy","from":"/b","path":"/c"}]`, "/0/from", nothing},
		{"copy to nowhere", `{"a":1}`, `[{"op":"copy","from":"/a","path":"/c/d"}]`, "/0/path", nothing},
		{"test what is not", `{"a":1}`, `[{"op":"test","path":"/b","value":null}]`, "/0/path", nothing},
		{"test 0 and false", `{"a":0}`, `[{"op":"test","path":"/a","value":false}]`, "/0", elsewhere},
		{"all or nothing", `{"a":1}`, `[{"op":"remove","path":"/a"},{"op":"add","path":"/b","value":1},{"op":"remove","path":"/a"}]`, "/2/path", nothing},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v, err := apply(t, tt.target, tt.patch, 0)
			var bad *PatchError
			if !errors.As(err, &bad) {
				t.Fatalf("got %s, %v", text(v), err)
			}
			isTest := strings.Contains(tt.patch, `"op":"test"`) && !strings.HasPrefix(tt.reason, "lacks")
			if bad.Pointer != tt.pointer || bad.Reason != tt.reason || bad.Test != isTest {
				t.Errorf("got  %s %s, test %t\nwant %s %s", bad.Pointer, bad.Reason, bad.Test, tt.pointer, tt.reason)
			}
			if text(v) != "null" {
				t.Errorf("got the value %s beside the error", text(v))
			}
		})
	}
}

func TestPatchErrorIsASentence(t *testing.T) {
	_, err := apply(t, `{}`, `[{"op":"remove","path":"/a"}]`, 0)
	if want := "JSON patch /0/path points to nothing in the document"; err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestPatchesAreBounded(t *testing.T) {
	deep := strings.Repeat("[", 62) + strings.Repeat("]", 62)
	wide := "[" + strings.Repeat("0,", 99_999) + "0]"
	row := "[" + strings.Repeat("0,", 999) + "0]"
	doubling := strings.Repeat(`,{"op":"copy","from":"","path":"/-"}`, 40)[1:]
	many := func(op string, n int) string { return "[" + strings.Repeat(","+op, n)[1:] + "]" }
	for _, tt := range []struct {
		name, target, patch string
		maxBytes            int
		pointer, reason     string
	}{
		{"as long as allowed", `[1]`, `[{"op":"add","path":"/-","value":2}]`, 5, "", ""},
		{"longer", `[1]`, `[{"op":"add","path":"/-","value":22}]`, 5, "/0", "makes the document larger than 5 bytes"},
		{"longer in between", `[1]`, `[{"op":"add","path":"/-","value":22},{"op":"remove","path":"/1"}]`, 5, "/0", "makes the document larger than 5 bytes"},
		{"as deep as allowed", `[[]]`, `[{"op":"add","path":"/0/-","value":` + deep + `}]`, 0, "", ""},
		{"deeper", `[[[]]]`, `[{"op":"add","path":"/0/0/-","value":` + deep + `}]`, 0, "/0", "makes the document more than 64 deep"},
		{"deeper in between", `[[[]]]`, `[{"op":"add","path":"/0/0/-","value":` + deep + `},{"op":"remove","path":"/0"}]`, 0, "/0", "makes the document more than 64 deep"},
		{"doubling", `["` + strings.Repeat("x", 1000) + `"]`, "[" + doubling + "]", 1 << 20, "/10", "makes the document larger than 1048576 bytes"},
		{"doubling without a bound", `["` + strings.Repeat("x", 1000) + `"]`, "[" + doubling + "]", 0, "/20", "makes the document larger than 1073741824 bytes"},
		{"much work, writing", wide, many(`{"op":"add","path":"/0","value":1}`, 1000), 0, "/39/path", "is one operation too many on lists and objects as large as these"},
		{"much work, reading", manyNames(50_000, 50_000), many(`{"op":"test","path":"/n49999","value":""}`, 1000), 0, "/79/path", "is one operation too many on lists and objects as large as these"},
		{"much work, moving", wide, many(`{"op":"move","from":"/0","path":"/-"}`, 1000), 0, "/20/from", "is one operation too many on lists and objects as large as these"},
		{"as much work as allowed", row, many(`{"op":"replace","path":"/9","value":1}`, 4000), 0, "", ""},
		{"one more", row, many(`{"op":"replace","path":"/9","value":1}`, 4001), 0, "/4000/path", "is one operation too many on lists and objects as large as these"},
		{"reading lists is cheap", wide, many(`{"op":"test","path":"/99999","value":0}`, 1000), 0, "", ""},
		{"work on small documents", `{"a":[1,2,3],"b":0}`, many(`{"op":"replace","path":"/a/1","value":0}`, 10_000), 0, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := apply(t, tt.target, tt.patch, tt.maxBytes)
			var bad *PatchError
			if errors.As(err, &bad) != (tt.reason != "") || bad != nil && (bad.Pointer != tt.pointer || bad.Reason != tt.reason) {
				t.Errorf("got %v, want %s %s", err, tt.pointer, tt.reason)
			}
		})
	}
}

func TestLen(t *testing.T) {
	patch, err := ParsePatch(parse(t, `[{"op":"remove","path":"/a"},{"op":"remove","path":"/b"}]`))
	if err != nil || patch.Len() != 2 || (Patch{}).Len() != 0 {
		t.Errorf("got %d, %v", patch.Len(), err)
	}
}

func TestPointer(t *testing.T) {
	for _, tt := range []struct {
		path []string
		want string
	}{
		{nil, ""}, {[]string{""}, "/"}, {[]string{"a", "0", ""}, "/a/0/"}, {[]string{"a/b", "m~n", "~1"}, "/a~1b/m~0n/~01"},
	} {
		if got := Pointer(tt.path...); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.path, got, tt.want)
		}
	}
}
