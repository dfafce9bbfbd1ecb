package schema_test

import (
	"testing"

	"github.com/postern-dev/postern/collection/schema"
	"github.com/postern-dev/postern/jsonvalue"
)

func parsed(t *testing.T, text string) jsonvalue.Value {
	t.Helper()
	v, err := jsonvalue.Parse([]byte(text), jsonvalue.Limits{})
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

func TestRelocate(t *testing.T) {
	const at = "#/components/schemas/Note"
	for _, tt := range []struct{ name, source, want string }{
		{"a pointer", `{"properties":{"a":{"$ref":"#/$defs/b"}},"$defs":{"b":{}}}`,
			`{"properties":{"a":{"$ref":"` + at + `/$defs/b"}},"$defs":{"b":{}}}`},
		{"the root", `{"properties":{"a":{"$ref":"#"}}}`, `{"properties":{"a":{"$ref":"` + at + `"}}}`},
		{"an anchor", `{"anyOf":[{"$ref":"#b"}],"$defs":{"x/y":{"$anchor":"b","type":"string"}}}`,
			`{"anyOf":[{"$ref":"` + at + `/$defs/x~1y"}],"$defs":{"x/y":{"type":"string"}}}`},
		{"an escaped pointer", `{"items":{"$ref":"#/$defs/a%20b"},"$defs":{"a b":true}}`,
			`{"items":{"$ref":"` + at + `/$defs/a%20b"},"$defs":{"a b":true}}`},
		{"what makes it a document", `{"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"x:y","type":"object"}`, `{"type":"object"}`},
		{"members and values with names of keywords", `{"properties":{"$ref":{"const":{"$ref":"#/a","$id":1}},"$anchor":true},"enum":[{"$ref":"#"}]}`,
			`{"properties":{"$ref":{"const":{"$ref":"#/a","$id":1}},"$anchor":true},"enum":[{"$ref":"#"}]}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := schema.Relocate(parsed(t, tt.source), at).Append(nil); string(got) != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// TestWiden holds the widened schema against the schema: both judge a body
// alike, without and with the further member.
func TestWiden(t *testing.T) {
	further := jsonvalue.Member{Name: "rank", Value: parsed(t, `{"type":"integer"}`)}
	for _, tt := range []struct{ name, source, good, bad string }{
		{"open", `{"type":"object","required":["a"]}`, `{"a":1}`, `{}`},
		{"closed", `{"type":"object","properties":{"a":{}},"additionalProperties":false}`, `{"a":1}`, `{"b":1}`},
		{"typed rest", `{"type":"object","additionalProperties":{"type":"string"}}`, `{"b":"x"}`, `{"b":1}`},
		{"unevaluated", `{"type":"object","allOf":[{"properties":{"a":{}}}],"unevaluatedProperties":false}`, `{"a":1}`, `{"b":1}`},
		{"closed in a part", `{"type":"object","anyOf":[{"properties":{"a":{}},"additionalProperties":false}]}`, `{"a":1}`, `{"b":1}`},
		{"closed by reference", `{"type":"object","$ref":"#/$defs/n","$defs":{"n":{"properties":{"a":{}},"additionalProperties":false}}}`, `{"a":1}`, `{"b":1}`},
		{"closed by not", `{"type":"object","not":{"properties":{"a":{}},"additionalProperties":false}}`, `{"b":1}`, `{"a":1}`},
		{"names", `{"type":"object","propertyNames":{"maxLength":1}}`, `{"b":1}`, `{"bb":1}`},
		{"patterns of others", `{"type":"object","patternProperties":{"^x":{"type":"string"}},"additionalProperties":false}`, `{"x1":"a"}`, `{"x1":1}`},
		{"one of two", `{"type":"object","oneOf":[{"properties":{"a":{}},"additionalProperties":false,"required":["a"]},{"required":["b"]}]}`, `{"b":1}`, `{"c":1}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			wide, ok := schema.Widen(parsed(t, tt.source), "#", further)
			if !ok {
				t.Fatal("it cannot be widened")
			}
			s, problems := schema.Compile(wide)
			if len(problems) > 0 {
				t.Fatalf("%s: %v", wide.Append(nil), problems)
			}
			for _, body := range []string{tt.good, tt.bad} {
				for _, further := range []string{"", `"rank":1`, `"rank":"x"`} {
					with := parsed(t, body)
					if further != "" {
						m := parsed(t, "{"+further+"}").Members()[0]
						with = with.With(m.Name, m.Value)
					}
					valid := len(s.Validate(with)) == 0
					if want := body == tt.good && further != `"rank":"x"`; valid != want {
						t.Errorf("%s is valid: %v, want %v, by %s", with.Append(nil), valid, want, wide.Append(nil))
					}
				}
			}
		})
	}
}

func TestWidenGivesUpWhereAllMembersAreCounted(t *testing.T) {
	further := jsonvalue.Member{Name: "rank", Value: jsonvalue.Bool(true)}
	for _, source := range []string{
		`{"type":"object","maxProperties":3}`, `{"type":"object","allOf":[{"minProperties":1}]}`, `{"type":"object","enum":[{"a":1}]}`,
		`{"type":"object","patternProperties":{"^r":{"type":"string"}}}`,
		`{"type":"object","$ref":"#/$defs/n","$defs":{"n":{"const":{}}}}`,
	} {
		if wide, ok := schema.Widen(parsed(t, source), "#", further); ok {
			t.Errorf("%s became %s", source, wide.Append(nil))
		}
	}
}
