package jsonvalue

import (
	"testing"

	"github.com/go-json-experiment/json/jsontext"
)

const task = `{"title":"Buy milk and other things","done":false,"priority":3,"tags":["home","shopping","weekly"],` +
	`"due":"2026-11-23T22:11:27.123Z","project":{"id":"0192f7a4-1c2b-7d3e-8f4a-5b6c7d8e9f00","name":"Household","budget":125.50},` +
	`"notes":"Remember the \"good\" one","count":17,"owner":null,"rank":0.125,"more":[]}`

// BenchmarkParse compares our scanner with the decoder that it replaces, which
// knows fewer of the rules.
func BenchmarkParse(b *testing.B) {
	data := []byte(task)
	b.Run("scanner", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			if _, err := Parse(data, Limits{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("jsontext", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			if _, err := parseByJSONText(data); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("jsontext, check only", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			if !jsontext.Value(data).IsValid() {
				b.Fatal("not valid")
			}
		}
	})
}

func BenchmarkAppend(b *testing.B) {
	v := parse(b, task)
	b.ReportAllocs()
	b.SetBytes(int64(v.Size()))
	dst := make([]byte, 0, v.Size())
	for b.Loop() {
		dst = v.Append(dst[:0])
	}
}

func BenchmarkAny(b *testing.B) {
	v := parse(b, task)
	b.ReportAllocs()
	for b.Loop() {
		v.Any()
	}
}

func BenchmarkMergePatch(b *testing.B) {
	v, patch := parse(b, task), parse(b, `{"done":true,"owner":"ada","project":{"budget":null}}`)
	b.ReportAllocs()
	for b.Loop() {
		MergePatch(v, patch)
	}
}

func BenchmarkPatch(b *testing.B) {
	v := parse(b, task)
	document := parse(b, `[{"op":"test","path":"/done","value":false},{"op":"replace","path":"/done","value":true},{"op":"add","path":"/tags/-","value":"new"}]`)
	b.ReportAllocs()
	for b.Loop() {
		patch, err := ParsePatch(document)
		if err == nil {
			_, err = patch.Apply(v, 1<<20)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkNumberKey(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		NumberKey("-1764.25")
	}
}

func BenchmarkCompareNumbers(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		CompareNumbers("17642500.0", "1.76425e7")
	}
}
