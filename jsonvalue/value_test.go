package jsonvalue

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

// parse reads a text that must be right.
func parse(t testing.TB, text string) Value {
	t.Helper()
	v, err := Parse([]byte(text), Limits{})
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

// text is what Append writes.
func text(v Value) string { return string(v.Append(nil)) }

func TestAppendWritesWhatWasSent(t *testing.T) {
	for _, tt := range []struct{ name, sent, want string }{
		{"null", "null", "null"},
		{"booleans", "[true,false]", "[true,false]"},
		{"numbers as sent", "[1.0,-0,1E+2,0.10,123456789012345678901234567890]", "[1.0,-0,1E+2,0.10,123456789012345678901234567890]"},
		{"order of members", `{"b":1,"a":2,"":3}`, `{"b":1,"a":2,"":3}`},
		{"white space", " \t\r\n{ \"a\" : [ 1 , { } , [ ] ] } \n", `{"a":[1,{},[]]}`},
		{"needless escapes", `"\u0041\/\u00e4\u2028\ud83d\ude00"`, "\"A/\u00e4\u2028😀\""},
		{"all hexadecimal digits", `"\u0189\uabcd\uefAB\uCDEF"`, "\"\u0189\uabcd\uefab\ucdef\""},
		{"needed escapes", `"\"\\\b\f\n\r\t\u001F\u0001"`, `"\"\\\b\f\n\r\t\u001f\u0001"`},
		{"escapes in names", `{"\"\u006e\n":0}`, `{"\"n\n":0}`},
		{"no HTML", `"<&>"`, `"<&>"`},
		{"DEL and others", "\"\u007f\ufffd\uffff\"", "\"\u007f\ufffd\uffff\""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v := parse(t, tt.sent)
			got := string(v.Append([]byte("x")))
			if got != "x"+tt.want || v.Size() != len(tt.want) {
				t.Errorf("got %s of size %d\nwant %s of size %d", got[1:], v.Size(), tt.want, len(tt.want))
			}
		})
	}
}

func TestValuesTellWhatTheyAre(t *testing.T) {
	v := parse(t, `{"n":null,"t":true,"f":false,"i":-1.50,"s":"a\n","l":[1,2],"o":{"x":{}}}`)
	for _, tt := range []struct {
		name  string
		kind  Kind
		bool  bool
		text  string
		items int
		depth int
	}{
		{"n", Null, false, "", 0, 0},
		{"t", Boolean, true, "", 0, 0},
		{"f", Boolean, false, "", 0, 0},
		{"i", Numeral, false, "-1.50", 0, 0},
		{"s", Text, false, "a\n", 0, 0},
		{"l", Array, false, "", 2, 1},
		{"o", Object, false, "", 0, 2},
	} {
		m, found := v.Get(tt.name)
		if !found || m.Kind() != tt.kind || m.Bool() != tt.bool || m.Text() != tt.text || len(m.Items()) != tt.items || m.Depth() != tt.depth {
			t.Errorf("%s: found %t, is %s, Bool %t, Text %q, %d items, depth %d; want %+v", tt.name, found, m.Kind(), m.Bool(), m.Text(), len(m.Items()), m.Depth(), tt)
		}
	}
	if len(v.Members()) != 7 || v.Members()[3].Name != "i" {
		t.Errorf("got the members %v", v.Members())
	}
	for i, want := range []string{"null", "boolean", "number", "string", "array", "object"} {
		if got := Kind(i).String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestAnyIsWhatValidatorsExpect(t *testing.T) {
	got := parse(t, `{"n":null,"b":[true,false],"i":1.50,"s":"a","e":{},"l":[]}`).Any()
	want := map[string]any{
		"n": nil, "b": []any{true, false}, "i": json.Number("1.50"), "s": "a", "e": map[string]any{}, "l": []any{},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %#v\nwant %#v", got, want)
	}
}

func TestTheZeroValueIsNull(t *testing.T) {
	var v Value
	if text(v) != "null" || v.Size() != 4 || !Equal(v, NullValue()) || v.Any() != nil {
		t.Errorf("got %s of size %d", text(v), v.Size())
	}
}

func TestMadeValues(t *testing.T) {
	for _, tt := range []struct {
		name string
		v    Value
		want string
	}{
		{"scalars", ArrayOf(NullValue(), Bool(true), Bool(false), Number("1e2"), String("a\"")), `[null,true,false,1e2,"a\""]`},
		{"empty", ArrayOf(ArrayOf(), ObjectOf()), `[[],{}]`},
		{"bad UTF-8", ObjectOf(Member{"\xff", String("a\xff")}), "{\"\ufffd\":\"a\ufffd\"}"},
		{"a name twice", ObjectOf(Member{"a", Number("1")}, Member{"b", Number("2")}, Member{"a", Number("3")}), `{"a":3,"b":2}`},
		{"bad UTF-8 twice", ObjectOf(Member{"\xff", Number("1")}, Member{"\xfe", Number("2")}), "{\"\ufffd\":2}"},
		{"With, new", ObjectOf().With("a", Number("1")).With("b\xff", Number("2")), "{\"a\":1,\"b\ufffd\":2}"},
		{"With, bad UTF-8 twice", ObjectOf().With("\xff", Number("1")).With("\xff", Number("2")), "{\"\ufffd\":2}"},
		{"With, in place", parse(t, `{"a":1,"b":2}`).With("a", String("x")), `{"a":"x","b":2}`},
		{"Without", parse(t, `{"a":1,"b":[[]],"c":3}`).Without("c", "b", "x"), `{"a":1}`},
		{"Without all", parse(t, `{"a":1}`).Without("a"), `{}`},
		{"Without none", parse(t, `{"a":1}`).Without(), `{"a":1}`},
		{"Without in a list", parse(t, `["a"]`).Without("a"), `["a"]`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := text(tt.v); got != tt.want || tt.v.Size() != len(tt.want) || tt.v.Depth() != parse(t, tt.want).Depth() {
				t.Errorf("got %s, size %d, depth %d\nwant %s", got, tt.v.Size(), tt.v.Depth(), tt.want)
			}
		})
	}
}

func TestAtFollowsObjectsOnly(t *testing.T) {
	v := parse(t, `{"a":{"b":[{"c":1}],"":{"d":2}}}`)
	for _, tt := range []struct{ path, want string }{
		{"", text(v)},
		{"a//d", "2"},
		{"a/b", `[{"c":1}]`},
		{"a/b/0", ""},
		{"a/x", ""},
		{"a//d/e", ""},
	} {
		path := strings.Split(tt.path, "/")
		if tt.path == "" {
			path = nil
		}
		got, found := v.At(path)
		if found != (tt.want != "") || found && text(got) != tt.want {
			t.Errorf("%s: got %s, %t, want %s", tt.path, text(got), found, tt.want)
		}
	}
}

func TestChangesLeaveTheOldValue(t *testing.T) {
	const before = `{"a":1,"b":[1,2],"c":{"d":3}}`
	v := parse(t, before)
	v.With("a", Number("9"))
	v.Without("a")
	_ = append(v.Members(), Member{"e", Bool(true)})
	members := []Member{{"a", Bool(true)}}
	made := ObjectOf(members...)
	items := []Value{Bool(true)}
	list := ArrayOf(items...)
	members[0].Name, items[0] = "b", Bool(false)
	if text(v) != before || text(made) != `{"a":true}` || text(list) != `[true]` {
		t.Errorf("got %s, %s and %s", text(v), text(made), text(list))
	}
}

func TestMistakesOfTheProgramPanic(t *testing.T) {
	for name, call := range map[string]func(){
		"Number":         func() { Number("01") },
		"NumberKey":      func() { NumberKey("1 ") },
		"CompareNumbers": func() { CompareNumbers("1", "") },
		"With":           func() { NullValue().With("a", Value{}) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if said, _ := recover().(string); !strings.HasPrefix(said, "jsonvalue: ") {
					t.Errorf("got the panic %q", said)
				}
			}()
			call()
		})
	}
}
