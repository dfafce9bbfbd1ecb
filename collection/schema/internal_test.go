package schema

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/postern-dev/postern/jsonvalue"
)

const note = `{"type":"object","additionalProperties":false,"required":["title"],"properties":{
	"title":{"type":"string","minLength":1,"maxLength":80},"done":{"type":"boolean"},
	"due":{"type":["string","null"],"format":"date"},"priority":{"type":"integer","minimum":1,"maximum":5},
	"state":{"enum":["todo","doing","done"]},"tags":{"type":"array","items":{"type":"string","maxLength":20},"uniqueItems":true}}}`

const milk = `{"title":"milk","done":false,"due":"2026-01-31","priority":3,"state":"todo","tags":["shop","home"]}`

func parsed(t testing.TB, text string) jsonvalue.Value {
	t.Helper()
	v, err := jsonvalue.Parse([]byte(text), jsonvalue.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func BenchmarkValidate(b *testing.B) {
	s, _ := Compile(parsed(b, note))
	library, err := compileWithLibrary(parsed(b, note))
	if err != nil {
		b.Fatal(err)
	}
	bad := strings.Replace(milk, `"milk"`, `""`, 1)
	for _, body := range []struct{ name, text string }{{"good", milk}, {"bad", bad}} {
		v := parsed(b, body.text)
		b.Run(body.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s.Validate(v)
			}
		})
		b.Run(body.name+"/library", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = library.Validate(v.Any())
			}
		})
	}
}

func BenchmarkCompile(b *testing.B) {
	v := parsed(b, note)
	for b.Loop() {
		Compile(v)
	}
}

// BenchmarkType is what a store asks at each write of an indexed member.
func BenchmarkType(b *testing.B) {
	s, _ := Compile(parsed(b, note))
	b.ReportAllocs()
	for b.Loop() {
		s.Type([]string{"due"})
	}
}

// The library gives up none of its alternatives: this is why bodies are not
// checked with it. See docs/decisions/0007-own-schema-evaluator.md.
func BenchmarkAlternatives(b *testing.B) {
	source := parsed(b, `{"type":"object","properties":{"e":{"$ref":"#/$defs/e"}},"$defs":{"e":{"oneOf":[
		{"properties":{"op":{"const":"and"},"of":{"items":{"$ref":"#/$defs/e"}}},"required":["op"]},
		{"properties":{"op":{"const":"or"},"of":{"items":{"$ref":"#/$defs/e"}}},"required":["op"]}]}}}`)
	s, problems := Compile(source)
	if len(problems) > 0 {
		b.Fatal(problems)
	}
	library, err := compileWithLibrary(source)
	if err != nil {
		b.Fatal(err)
	}
	for _, depth := range []int{4, 8, 12, 16, 24} {
		body := `{"e":` + strings.Repeat(`{"op":"and","of":[`, depth) + `7` + strings.Repeat(`]}`, depth) + `}`
		v := parsed(b, body)
		b.Run(fmt.Sprint(depth), func(b *testing.B) {
			for b.Loop() {
				s.Validate(v)
			}
		})
		if depth > 16 {
			continue
		}
		b.Run(fmt.Sprint(depth, "/library"), func(b *testing.B) {
			for b.Loop() {
				_ = library.Validate(v.Any())
			}
		})
	}
}

// FuzzVerdict holds the evaluator against the library: schemas and bodies of
// one tree of values, the same verdict on both.
func FuzzVerdict(f *testing.F) {
	for _, seed := range [][2]string{
		{note, milk},
		{`{"type":"object","patternProperties":{"^a":{"multipleOf":0.1}},"additionalProperties":{"not":{"type":"string"}}}`, `{"ab":0.3,"c":"x"}`},
		{`{"type":"object","allOf":[{"properties":{"a":{"prefixItems":[{}],"contains":{"const":1},"minContains":0,"unevaluatedItems":false}}}],"unevaluatedProperties":false}`, `{"a":[2,1,3],"b":1}`},
		{`{"type":"object","if":{"required":["a"]},"then":{"dependentRequired":{"a":["b"]}},"else":{"dependentSchemas":{"c":{"maxProperties":1}}}}`, `{"c":1,"d":2}`},
		{`{"type":"object","oneOf":[{"$ref":"#/$defs/x"},{"anyOf":[{"minProperties":2},{"propertyNames":{"maxLength":1}}]}],"$defs":{"x":{"enum":[{},{"a":1.0}]}}}`, `{"a":1e0}`},
		{`{"type":"object","properties":{"a":{"$ref":"#"},"b":{"uniqueItems":true,"items":{"exclusiveMaximum":1e2,"format":"uuid"}}}}`, `{"a":{"b":[1,1.0]}}`},
	} {
		f.Add([]byte(seed[0]), []byte(seed[1]))
	}
	f.Fuzz(func(t *testing.T, schema, body []byte) {
		source, err := jsonvalue.Parse(schema, jsonvalue.Limits{Bytes: 4000})
		if err != nil {
			return
		}
		s, problems := Compile(source)
		if s == nil {
			if len(problems) == 0 {
				t.Fatal("refused without a reason")
			}
			return
		}
		v, err := jsonvalue.Parse(body, jsonvalue.Limits{Bytes: 4000})
		if err != nil || v.Depth() > 12 {
			return
		}
		got := s.Validate(v)
		for _, p := range s.Paths() {
			s.Type(strings.Split(p, "."))
		}
		if len(got) == 1 && strings.Contains(got[0].Detail, "takes too long") || bytes.ContainsAny(schema, "eE") && huge(schema, body) {
			return
		}
		if want := oracle(t, source, v); want != (len(got) == 0) {
			t.Errorf("schema %s\nbody %s\nthe library says %v, we say %v", schema, body, want, got)
		}
	})
}

// distinct are n objects that differ in their last member.
func distinct(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `{"a":[1,2,{"b":3}],"c":%d},`, i)
	}
	return b.String()
}

// huge numbers cost the library too much.
func huge(texts ...[]byte) bool {
	for _, text := range texts {
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.UseNumber()
		for token, err := decoder.Token(); err == nil; token, err = decoder.Token() {
			if n, ok := token.(json.Number); ok {
				if e := decimalOf(string(n)).exponent; e > 400 || e < -400 {
					return true
				}
			}
		}
	}
	return false
}

func oracle(t *testing.T, source, body jsonvalue.Value) bool {
	t.Helper()
	library := newLibrary()
	for name, f := range formats() {
		library.RegisterFormat(&jsonschema.Format{Name: name, Validate: func(v any) error {
			if s, ok := v.(string); ok && !f.valid(s) {
				return errors.New("not of the format")
			}
			return nil
		}})
	}
	if err := library.AddResource("postern:oracle", source.Without("$id", "$schema").Any()); err != nil {
		t.Fatal(err)
	}
	compiled, err := library.Compile("postern:oracle")
	if err != nil {
		t.Fatal(err)
	}
	return compiled.Validate(body.Any()) == nil
}

// What is refused must be refused soon, and what is taken must be checked
// soon, at the bounds.
func TestNothingTakesLong(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	var members []string
	for i := range 1900 {
		members = append(members, fmt.Sprintf(`"m%d":{"type":"string","pattern":"^[a-z]{1,50}$"}`, i))
	}
	began := time.Now()
	s, problems := Compile(parsed(t, `{"type":"object","properties":{`+strings.Join(members, ",")+`}}`))
	if took := time.Since(began); len(problems) > 0 || took > 20*time.Second {
		t.Errorf("a schema of 1,900 members took %v: %v", took, problems)
	}
	var body []string
	for i := range 1900 {
		body = append(body, fmt.Sprintf(`"m%d":%q`, i, strings.Repeat("a", 100)))
	}
	began = time.Now()
	v := parsed(t, `{`+strings.Join(body, ",")+`}`)
	if got := s.Validate(v); len(got) != 50 || time.Since(began) > 10*time.Second {
		t.Errorf("%d violations took %v", len(got), time.Since(began))
	}
	for name, tt := range map[string][2]string{
		"numbers":  {`{"type":"object","properties":{"a":{"items":{"multipleOf":1e-9999}}}}`, `{"a":[` + strings.Repeat("1e9999,", 30_000) + `1]}`},
		"unique":   {`{"type":"object","properties":{"a":{"uniqueItems":true}}}`, `{"a":[` + distinct(8000) + `1]}`},
		"patterns": {`{"type":"object","properties":{"a":{"pattern":"(a|b|ab){300}c"}}}`, `{"a":"` + strings.Repeat("ab", 120_000) + `"}`},
	} {
		s, problems := Compile(parsed(t, tt[0]))
		if len(problems) > 0 {
			t.Fatal(name, problems)
		}
		v := parsed(t, tt[1])
		began := time.Now()
		s.Validate(v)
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("%s took %v", name, took)
		} else {
			t.Log(name, took)
		}
	}
}
