package jsonvalue

import (
	"bytes"
	"errors"
	"math/big"
	"strconv"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
)

func FuzzParse(f *testing.F) {
	for _, tt := range badTexts {
		f.Add([]byte(tt.text))
	}
	for _, s := range []string{task, `[1,-0,1.0e+2,"\u0041\ud83d\ude00\/",{"a":{"a":[[]]}}]`, " {\"\u00e4\" : null} "} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := Parse(data, Limits{})
		want, wantErr := parseByJSONText(data)
		if (err == nil) != (wantErr == nil) {
			t.Fatalf("got the error %v, want %v", err, wantErr)
		}
		if err != nil {
			checkSyntaxError(t, data, err)
			return
		}
		written := v.Append(nil)
		if !bytes.Equal(written, want.Append(nil)) || v.Size() != len(written) || v.Depth() != want.Depth() || v.Size() != want.Size() {
			t.Fatalf("got %s of %d bytes, depth %d\nwant %s", written, v.Size(), v.Depth(), want.Append(nil))
		}
		again, err := Parse(written, Limits{})
		if err != nil || !Equal(v, again) || !bytes.Equal(again.Append(nil), written) {
			t.Fatalf("%s comes back as %s, %v", written, again.Append(nil), err)
		}
		if compact := jsontext.Value(bytes.Clone(data)); compact.Compact() != nil || len(compact) < len(written) {
			t.Fatalf("got the longer text %s", written)
		}
	})
}

// checkSyntaxError holds an error against what SyntaxError promises.
func checkSyntaxError(t *testing.T, data []byte, err error) {
	t.Helper()
	var bad *SyntaxError
	if !errors.As(err, &bad) {
		t.Fatalf("got an error of type %T", err)
	}
	if bad.Offset < 0 || bad.Offset > int64(len(data)) || len(bad.Pointer) > maxPointer || bad.Reason == "" || len(bad.Reason) > 500 {
		t.Fatalf("got offset %d, pointer %q, reason %q", bad.Offset, bad.Pointer, bad.Reason)
	}
	if _, reason := parsePointer(bad.Pointer); reason != "" {
		t.Fatalf("the pointer %q %s", bad.Pointer, reason)
	}
}

func FuzzPatch(f *testing.F) {
	for _, tt := range patchCases {
		f.Add([]byte(tt.target), []byte(tt.patch))
	}
	for _, tt := range mergeCases {
		f.Add([]byte(tt.target), []byte(tt.patch))
	}
	f.Fuzz(func(t *testing.T, target, change []byte) {
		v, err := Parse(target, Limits{})
		if err != nil {
			return
		}
		c, err := Parse(change, Limits{})
		if err != nil {
			return
		}
		checkMerge(t, v, c)
		checkPatch(t, v, c)
		if text(v) != text(parse(t, string(target))) || text(c) != text(parse(t, string(change))) {
			t.Fatal("a change touched what it was given")
		}
	})
}

func checkMerge(t *testing.T, v, c Value) {
	t.Helper()
	merged := MergePatch(v, c)
	want := mergeSimply(v.Any(), c.Any())
	if got := checkValue(t, merged); !Equal(got, valueOf(want)) {
		t.Fatalf("merged: got %s, want %s", text(got), text(valueOf(want)))
	}
	if merged.Depth() > max(v.Depth(), c.Depth()) || merged.Size() > v.Size()+c.Size() {
		t.Fatalf("merged: %s is deeper or longer than its parts", text(merged))
	}
}

func checkPatch(t *testing.T, v, c Value) {
	t.Helper()
	const most = 2000
	patch, err := ParsePatch(c)
	if err != nil {
		checkPatchError(t, c, err)
		return
	}
	patched, err := patch.Apply(v, most)
	want, held := applySimply(v.Any(), c.Any(), most)
	if (err == nil) != held {
		t.Fatalf("patched: got the error %v, want success %t", err, held)
	}
	if err != nil {
		checkPatchError(t, c, err)
		return
	}
	if got := checkValue(t, patched); !Equal(got, valueOf(want)) {
		t.Fatalf("patched: got %s, want %s", text(got), text(valueOf(want)))
	}
}

// checkPatchError wants the error to point to a place within the patch, or to
// the member that is missing.
func checkPatchError(t *testing.T, patch Value, err error) {
	t.Helper()
	var bad *PatchError
	if !errors.As(err, &bad) || bad.Reason == "" {
		t.Fatalf("got %#v", err)
	}
	path, _ := parsePointer(bad.Pointer)
	for _, token := range path {
		i := patch.place(token)
		if patch.kind == Array {
			i, _ = strconv.Atoi(token)
		}
		if i < 0 {
			t.Fatalf("there is no %s", bad.Pointer)
		}
		patch = patch.part(i)
	}
}

// checkValue wants v to be what Parse would make of its text.
func checkValue(t *testing.T, v Value) Value {
	t.Helper()
	got, err := Parse(v.Append(nil), Limits{})
	if err != nil || got.Size() != v.Size() || got.Depth() != v.Depth() || text(got) != text(v) {
		t.Fatalf("%s of size %d and depth %d comes back as %s, %v", text(v), v.Size(), v.Depth(), text(got), err)
	}
	return got
}

func FuzzNumberKey(f *testing.F) {
	for _, a := range numbersInOrder {
		for _, b := range numbersInOrder {
			f.Add(a, b)
		}
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		for _, s := range []string{a, b} {
			_, err := Parse([]byte(s), Limits{})
			if isNumber := err == nil && strings.Trim(s, "-+.eE0123456789") == ""; isNumber != IsNumber(s) {
				t.Fatalf("%q: IsNumber is %t, Parse says %v", s, IsNumber(s), err)
			} else if !isNumber {
				return
			}
		}
		x, _ := new(big.Rat).SetString(a)
		y, _ := new(big.Rat).SetString(b)
		checkNumbers(t, a, b, x.Cmp(y))
	})
}

// checkNumbers holds a and b against how they compare.
func checkNumbers(t *testing.T, a, b string, want int) {
	t.Helper()
	if got := CompareNumbers(a, b); got != want {
		t.Fatalf("CompareNumbers(%s, %s) is %d, want %d", a, b, got, want)
	}
	if got := strings.Compare(NumberKey(a), NumberKey(b)); got != want {
		t.Fatalf("the keys of %s and %s, %q and %q, compare as %d, want %d", a, b, NumberKey(a), NumberKey(b), got, want)
	}
	if Equal(Number(a), Number(b)) != (want == 0) {
		t.Fatalf("Equal(%s, %s) is %t", a, b, want != 0)
	}
	for _, s := range []string{a, b} {
		if key := NumberKey(s); len(key) > len(s)+8 || strings.Trim(key, "_~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
			t.Fatalf("%s has the key %q", s, key)
		}
	}
}
