package schema_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/collection/schema"
	"github.com/postern-dev/postern/jsonvalue"
)

func value(t testing.TB, text string) jsonvalue.Value {
	t.Helper()
	v, err := jsonvalue.Parse([]byte(text), jsonvalue.Limits{Depth: 200})
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

func compile(t testing.TB, text string) *schema.Schema {
	t.Helper()
	s, problems := schema.Compile(value(t, text))
	if len(problems) > 0 {
		t.Fatalf("%s: %v", text, problems)
	}
	return s
}

// object is a schema of documents with these keywords beside the type.
func object(keywords string) string {
	return `{"type":"object",` + keywords + `}`
}

// member is a schema of documents whose member a has these keywords.
func member(keywords string) string { return object(`"properties":{"a":{` + keywords + `}}`) }

func say(violations []collection.Violation) string {
	var lines []string
	for _, v := range violations {
		lines = append(lines, v.Pointer+" "+v.Detail)
	}
	return strings.Join(lines, "\n")
}

// Each body has all its violations, at the members, in plain words, and never
// with what was sent.
func TestViolations(t *testing.T) {
	closed := `"additionalProperties":false`
	shape := object(`"properties":{"shape":{"oneOf":[
		{"type":"object","properties":{"kind":{"const":"circle"},"radius":{"type":"number"}},"required":["kind","radius"]},
		{"type":"object","properties":{"kind":{"const":"square"},"side":{"type":"number"}},"required":["kind","side"]}]}}`)
	for _, tt := range []struct{ schema, body, want string }{
		{member(`"type":"string"`), `{"a":1}`, "/a must be a string"},
		{member(`"type":["string","null"]`), `{"a":1}`, "/a must be a string or null"},
		{member(`"type":"integer"`), `{"a":1.5}`, "/a must be a whole number"},
		{member(`"type":"integer"`), `{"a":1.50e1}`, ""},
		{member(`"type":"integer"`), `{"a":9007199254740993}`, ""},
		{member(`"type":["integer","boolean","array","object"]`), `{"a":""}`, "/a must be a whole number or true or false or a list or an object"},
		{member(`"type":["integer","number"]`), `{"a":""}`, "/a must be a number"},
		{`{"type":"object"}`, `[1]`, " must be an object"},
		{member(`"const":"todo"`), `{"a":"x"}`, "/a must be todo"},
		{member(`"const":1`), `{"a":1.0}`, ""},
		{member(`"const":[1,{"b":null}]`), `{"a":[1,{"b":1}]}`, `/a must be [1,{"b":null}]`},
		{member(`"enum":["todo","doing","done"]`), `{"a":"x"}`, "/a must be one of todo, doing, done"},
		{member(`"enum":["a b","","null","1",1,null]`), `{"a":"x"}`, `/a must be one of "a b", "", "null", "1", 1, null`},
		{member(`"enum":["a","b"],"const":"b"`), `{"a":"a"}`, "/a must be b"},
		{member(`"enum":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21]`), `{"a":0}`, "/a must be one of the 21 declared values"},
		{member(`"minLength":1`), `{"a":""}`, "/a must not be empty"},
		{member(`"minLength":2`), `{"a":"é"}`, "/a is shorter than 2 characters"},
		{member(`"maxLength":1`), `{"a":"éé"}`, "/a is longer than 1 character"},
		{member(`"maxLength":80`), `{"a":"` + strings.Repeat("é", 80) + `"}`, ""},
		{member(`"pattern":"^[a-z]+$"`), `{"a":"A"}`, "/a does not match the pattern ^[a-z]+$"},
		{member(`"pattern":"^\\u0041\\d\\s?$"`), `{"a":"A1\u2003"}`, ""},
		{member(`"minimum":0.1`), `{"a":0.09999999999999999999999}`, "/a is less than 0.1"},
		{member(`"maximum":9007199254740992`), `{"a":9007199254740993}`, "/a is greater than 9007199254740992"},
		{member(`"exclusiveMinimum":0`), `{"a":-0.0}`, "/a must be greater than 0"},
		{member(`"exclusiveMaximum":1e3`), `{"a":1000}`, "/a must be less than 1e3"},
		{member(`"minimum":5,"maximum":1`), `{"a":3}`, "/a is less than 5\n/a is greater than 1"},
		{member(`"multipleOf":0.01`), `{"a":19.99}`, ""},
		{member(`"multipleOf":0.01`), `{"a":19.999}`, "/a is no multiple of 0.01"},
		{member(`"multipleOf":3`), `{"a":3e20}`, ""},
		{member(`"multipleOf":7`), `{"a":100000000000000000000000000}`, "/a is no multiple of 7"},
		{member(`"multipleOf":7`), `{"a":0e5}`, ""},
		{member(`"format":"date-time"`), `{"a":"2026-13-01T00:00:00Z"}`, "/a is no date-time such as 2026-01-31T12:00:00Z"},
		{member(`"format":"date-time"`), `{"a":"2026-01-31t23:59:59.123456789+05:30"}`, ""},
		{member(`"format":"date-time"`), `{"a":"2016-12-31T23:59:60Z"}`, "/a is no date-time such as 2026-01-31T12:00:00Z"},
		{member(`"format":"date-time"`), `{"a":"2026-01-31T1:00:00Z"}`, "/a is no date-time such as 2026-01-31T12:00:00Z"},
		{member(`"format":"date-time"`), `{"a":"2026-01-31T+1:00:00Z"}`, "/a is no date-time such as 2026-01-31T12:00:00Z"},
		{member(`"format":"date-time"`), `{"a":5}`, ""},
		{member(`"format":"date"`), `{"a":"2026-02-29"}`, "/a is no date such as 2026-01-31"},
		{member(`"format":"time"`), `{"a":"12:00:00"}`, "/a is no time with its offset such as 12:00:00Z"},
		{member(`"format":"email"`), `{"a":"ada"}`, "/a is no email address"},
		{member(`"format":"uri"`), `{"a":"/x"}`, "/a is no URI such as https://example.com/"},
		{member(`"format":"uuid"`), `{"a":"1"}`, "/a is no UUID such as 019a7f5e-7b1c-7000-8000-2f3c5b7d9e1a"},
		{member(`"format":"regex"`), `{"a":"(?=x)"}`, "/a is no regular expression"},
		{member(`"minItems":1`), `{"a":[]}`, "/a has fewer than 1 item"},
		{member(`"maxItems":2`), `{"a":[1,2,3]}`, "/a has more than 2 items"},
		{member(`"uniqueItems":true`), `{"a":[{"b":1,"c":2},2,{"c":2.0,"b":1e0}]}`, "/a has the same item at 0 and 2"},
		{member(`"uniqueItems":true`), `{"a":[1,"1",true,"true",null,"null",[1],["1"],{"1":1}]}`, ""},
		{member(`"items":{"type":"string"}`), `{"a":["x",1,"y",null]}`, "/a/1 must be a string\n/a/3 must be a string"},
		{member(`"prefixItems":[{"type":"string"}],"items":false`), `{"a":[1,2]}`, "/a/0 must be a string\n/a/1 is one item too many"},
		{member(`"contains":{"const":"me"}`), `{"a":[]}`, "/a has fewer than 1 item of the kind that it has to contain"},
		{member(`"contains":{"const":1},"minContains":0,"maxContains":1`), `{"a":[1,1]}`, "/a has more than 1 item of a kind that it contains"},
		{object(`"required":["title","b"]`), `{"b":1}`, "/title is required"},
		{object(`"required":["a/b~c"]`), `{}`, "/a~1b~0c is required"},
		{member(`"type":"object","required":["b"],` + closed), `{"a":{"c":1}}`, "/a/c is not declared by the schema\n/a/b is required"},
		{object(`"properties":{"a":{}},` + closed), `{"a":1,"b":2,"c":3}`, "/b is not declared by the schema\n/c is not declared by the schema"},
		{object(`"properties":{"a":false}`), `{"a":1}`, "/a is not allowed by the schema"},
		{object(`"patternProperties":{"^x-":{"type":"string"}},` + closed), `{"x-a":1,"y":1}`, "/x-a must be a string\n/y is not declared by the schema"},
		{object(`"additionalProperties":{"type":"string"}`), `{"z":1}`, "/z must be a string"},
		{object(`"minProperties":1`), `{}`, " has fewer than 1 member"},
		{object(`"maxProperties":1`), `{"a":1,"b":1}`, " has more than 1 member"},
		{object(`"propertyNames":{"maxLength":3,"pattern":"^[a-z]*$"}`), `{"abcd":1,"B":1}`, "/abcd has a name that is longer than 3 characters\n/B has a name that does not match the pattern ^[a-z]*$"},
		{object(`"dependentRequired":{"from":["to"]}`), `{"from":1}`, "/to is required where from is there"},
		{object(`"dependentSchemas":{"from":{"required":["to"]}}`), `{"from":1}`, "/to is required"},
		{member(`"not":{"const":1}`), `{"a":1}`, "/a is of a form that the schema excludes"},
		{object(`"if":{"properties":{"a":{"const":1}}},"then":{"required":["b"]},"else":{"required":["c"]}`), `{"a":1}`, "/b is required"},
		{object(`"if":{"properties":{"a":{"const":1}}},"then":{"required":["b"]},"else":{"required":["c"]}`), `{"a":2}`, "/c is required"},
		{object(`"allOf":[{"required":["a"]},{"required":["a","b"]}]`), `{}`, "/a is required\n/b is required"},
		{object(`"$ref":"#/$defs/x","$defs":{"x":{"required":["a"]}}`), `{}`, "/a is required"},
		{object(`"properties":{"a":{"$ref":"#n"}},"$defs":{"x y":{"$anchor":"n","type":"number"}}`), `{"a":""}`, "/a must be a number"},
		{object(`"properties":{"a":{"$ref":"#/$defs/x%20y"}},"$defs":{"x y":{"type":"number"}}`), `{"a":""}`, "/a must be a number"},
		{object(`"properties":{"next":{"$ref":"#"},"n":{"type":"integer"}}`), `{"next":{"next":{"n":"x"}}}`, "/next/next/n must be a whole number"},
		{object(`"$id":"https://example.com/note","$schema":"https://json-schema.org/draft/2020-12/schema","required":["a"]`), `{}`, "/a is required"},

		{member(`"anyOf":[{"type":"string"},{"type":"null"}]`), `{"a":1}`, "/a must be a string or null"},
		{member(`"anyOf":[{"type":"string","maxLength":3},{"type":"null"}]`), `{"a":"long"}`, "/a is longer than 3 characters"},
		{member(`"anyOf":[{"minimum":5},{"multipleOf":2}]`), `{"a":3}`, "/a fits none of the forms that the schema allows"},
		{member(`"oneOf":[{"minimum":5},{"multipleOf":2}]`), `{"a":6}`, "/a fits more than one of the forms of which the schema wants exactly one"},
		{member(`"oneOf":[{"const":"a","title":"A"},{"const":"b"}]`), `{"a":"c"}`, "/a must be one of a, b"},
		{shape, `{"shape":{"kind":"square"}}`, "/shape/side is required"},
		{shape, `{"shape":{"kind":"line"}}`, "/shape/kind must be one of circle, square"},
		{shape, `{"shape":{"kind":"circle","radius":"1"}}`, "/shape/radius must be a number"},
		{shape, `{"shape":7}`, "/shape must be an object"},
		{shape, `{"shape":{}}`, "/shape fits none of the forms that the schema allows"},

		{object(`"allOf":[{"properties":{"a":{}}}],"properties":{"b":{}},"unevaluatedProperties":false`), `{"a":1,"b":1,"c":1}`, "/c is not declared by the schema"},
		{object(`"anyOf":[{"properties":{"a":{"const":1}}},{"properties":{"b":{"const":1}}}],"unevaluatedProperties":false`), `{"a":1,"b":2}`, "/b is not declared by the schema"},
		{object(`"if":{"properties":{"a":{"const":1}},"required":["a"]},"then":{"properties":{"b":{}}},"unevaluatedProperties":false`), `{"a":1,"b":2}`, ""},
		{object(`"if":{"properties":{"a":{"const":1}},"required":["a"]},"then":{"properties":{"b":{}}},"unevaluatedProperties":false`), `{"b":2}`, "/b is not declared by the schema"},
		{object(`"$ref":"#/$defs/x","$defs":{"x":{"properties":{"a":{}}}},"unevaluatedProperties":{"type":"string"}`), `{"a":1,"b":2}`, "/b must be a string"},
		{member(`"prefixItems":[{}],"contains":{"const":2},"unevaluatedItems":false`), `{"a":[1,2,3]}`, "/a/2 is one item too many"},
	} {
		if got := say(compile(t, tt.schema).Validate(value(t, tt.body))); got != tt.want {
			t.Errorf("%s\n%s\ngot:  %q\nwant: %q", tt.schema, tt.body, got, tt.want)
		}
	}
}

func TestNoMoreThan50Violations(t *testing.T) {
	s := compile(t, member(`"items":{"type":"string"}`))
	got := s.Validate(value(t, `{"a":[`+strings.TrimSuffix(strings.Repeat("1,", 1000), ",")+`]}`))
	if len(got) != 50 || got[49].Pointer != "/a/49" {
		t.Errorf("%d violations", len(got))
	}
}

// An expression of expressions, as many schemas have it: a body that makes
// every alternative fail at its innermost end doubles the work with each level.
func TestWorkIsBounded(t *testing.T) {
	s := compile(t, object(`"properties":{"e":{"$ref":"#/$defs/e"}},"$defs":{"e":{"oneOf":[
		{"type":"object","properties":{"and":{"$ref":"#/$defs/e"}}},
		{"type":"object","properties":{"and":{"$ref":"#/$defs/e"}},"required":["or"]},
		{"const":1}]}}`))
	body := strings.Repeat(`{"and":`, 60) + `2` + strings.Repeat("}", 60)
	got := s.Validate(value(t, `{"e":`+body+`}`))
	if len(got) != 1 || !strings.Contains(got[0].Detail, "takes too long") {
		t.Errorf("got %v", got)
	}
}

func TestBadSchemas(t *testing.T) {
	for _, tt := range []struct{ schema, path, want string }{
		{`true`, "", "is no object"},
		{`{}`, "", "does not say that documents are objects"},
		{`{"type":"array"}`, "", "does not say that documents are objects"},
		{`{"type":["object","null"]}`, "", "does not say that documents are objects"},
		{`{"$ref":"#/$defs/x","$defs":{"x":{}}}`, "", "does not say that documents are objects"},
		{`{"type":"object","$schema":"http://json-schema.org/draft-07/schema#"}`, "$schema", `is "http://json-schema.org/draft-07/schema#", but schemas are read as JSON Schema 2020-12`},
		{member(`"$schema":"https://json-schema.org/draft/2020-12/schema"`), "properties/a/$schema", "belongs at the root"},
		{member(`"$id":"x"`), "properties/a/$id", "belongs at the root"},
		{object(`"requird":["a"]`), "requird", "is no keyword of JSON Schema 2020-12; did you mean required?"},
		{member(`"type":"strin"`), "properties/a/type", "is strin, not one of null, boolean, integer, number, string, array, object; did you mean string?"},
		{member(`"type":["string",null]`), "properties/a/type", "is null without quotes"},
		{member(`"type":["string","string"]`), "properties/a/type", "is not as JSON Schema has it"},
		{member(`"type":3`), "properties/a/type", "is 3, not one of"},
		{member(`"minLength":-1`), "properties/a/minLength", "is not as JSON Schema has it"},
		{member(`"minLength":"1"`), "properties/a/minLength", "is of type string, but must be an integer"},
		{member(`"nullable":true`), "properties/a/nullable", "is of OpenAPI 3.0"},
		{member(`"dependencies":{}`), "properties/a/dependencies", "older draft"},
		{member(`"items":[{}]`), "properties/a/items", "is of type array, but must be a boolean or object"},
		{member(`"additionalItems":false`), "properties/a/additionalItems", "older draft"},
		{member(`"$dynamicRef":"#x"`), "properties/a/$dynamicRef", "is not supported"},
		{member(`"format":"datetime"`), "properties/a/format", `is "datetime", not a format that is checked here; did you mean date-time?`},
		{member(`"format":3`), "properties/a/format", "must be a string"},
		{member(`"$ref":"https://example.com/x.json"`), "properties/a/$ref", "which is elsewhere"},
		{member(`"$ref":"other.json#/x"`), "properties/a/$ref", "which is elsewhere"},
		{member(`"$ref":"file:///etc/passwd"`), "properties/a/$ref", "which is elsewhere"},
		{member(`"$ref":"#/$defs/x"`), "properties/a/$ref", "where there is no schema"},
		{member(`"$ref":"#/properties"`), "properties/a/$ref", "where there is no schema"},
		{member(`"$ref":"#anchor"`), "properties/a/$ref", "where there is no schema"},
		{member(`"$ref":"#/properties/a"`), "properties/a", "refers to itself without end"},
		{object(`"allOf":[{"$ref":"#"}]`), "", "refers to itself without end"},
		{object(`"$defs":{"a":{"anyOf":[{"$ref":"#/$defs/b"}]},"b":{"not":{"$ref":"#/$defs/a"}}}`), "$defs/a", "refers to itself without end"},
		{object(`"properties":{"a":{"$anchor":"x"},"b":{"$anchor":"x"}}`), "properties/b/$anchor", "as another $anchor is"},
		{member(`"pattern":"a(?=b)"`), "properties/a/pattern", "has a lookahead (?=...)"},
		{member(`"pattern":"(?<!a)b"`), "properties/a/pattern", "has a negative lookbehind (?<!...)"},
		{member(`"pattern":"(a)\\1"`), "properties/a/pattern", `has the back reference "\\1"`},
		{member(`"pattern":"(?<x>a)\\k<x>"`), "properties/a/pattern", `has the back reference "\\k"`},
		{member(`"pattern":"("`), "properties/a/pattern", "is no regular expression: missing closing )"},
		{member(`"pattern":"\\A"`), "properties/a/pattern", `has the escape "\\A", which ECMA-262 does not have`},
		{member(`"pattern":"(?i)a"`), "properties/a/pattern", `which is no group of ECMA-262`},
		{member(`"pattern":"(?P<x>a)"`), "properties/a/pattern", `which is no group of ECMA-262`},
		{member(`"pattern":"\\pL"`), "properties/a/pattern", `without braces`},
		{member(`"pattern":"a\\"`), "properties/a/pattern", `ends in a backslash`},
		{member(`"pattern":"a{1001}"`), "properties/a/pattern", `invalid repeat count`},
		{member(`"pattern":"(a{100}){9}.{1000}(\\w{90}){9}[xyz]{1000}\\d{900}.{999}(b{99}){9}"`), "properties/a/pattern", `grows too large`},
		{member(`"pattern":"` + strings.Repeat("a", 1001) + `"`), "properties/a/pattern", `more than 1000 characters`},
		{object(`"patternProperties":{"(?!x)":{}}`), "patternProperties/(?!x)", "has a negative lookahead"},
		{object(`"properties":{"id":{}}`), "properties/id", "is filled by the server"},
		{object(`"required":["owner"]`), "required", "has owner, which is filled by the server"},
		{object(`"allOf":[{"$ref":"#/$defs/x"}],"$defs":{"x":{"properties":{"can":{}}}}`), "$defs/x/properties/can", "is filled by the server"},
		{object(`"x-y":1,"properties":{"a":` + strings.Repeat(`{"items":`, 70) + `{}` + strings.Repeat("}", 70) + `}`), "", "nested more than 64 deep"},
		{object(`"description":"` + strings.Repeat("x", 300_000) + `"`), "", "larger than 256 KiB"},
		{object(`"anyOf":[` + strings.TrimSuffix(strings.Repeat("{},", 2100), ",") + `]`), "", "more than 2,000 subschemas"},
		{object(`"properties":[]`), "properties", "is of type array, but must be an object"},
		{object(`"required":"a"`), "required", "is of type string, but must be an array"},
		{object(`"enum":{}`), "enum", "is of type object, but must be an array"},
	} {
		_, problems := schema.Compile(value(t, tt.schema))
		found := false
		for _, p := range problems {
			found = found || strings.Join(p.Path, "/") == tt.path && strings.Contains(p.Detail, tt.want)
		}
		if !found || len(problems) > 1 {
			t.Errorf("%.300s\ngot:  %.500q\nwant: %s %q", tt.schema, problems, tt.path, tt.want)
		}
	}
}

func TestAllProblemsAtOnce(t *testing.T) {
	_, problems := schema.Compile(value(t, `{"type":"objekt","requierd":[],"properties":{"a":{"format":"datum","pattern":"(","maxLength":"x"},"b":{"$ref":"y"}}}`))
	if len(problems) != 6 {
		t.Errorf("%d problems: %q", len(problems), problems)
	}
}

func TestTypes(t *testing.T) {
	s := compile(t, `{"type":"object","additionalProperties":false,"allOf":[{"$ref":"#/$defs/more"}],
		"$defs":{"more":{"properties":{"title":{"maxLength":3}}},"when":{"type":"string","format":"date-time"},
			"node":{"type":"object","properties":{"name":{"type":"string"},"child":{"$ref":"#/$defs/node"}}}},
		"properties":{"title":{"type":"string"},"n":{"type":"number"},"i":{"type":["integer","null"]},"b":{"type":"boolean"},
			"at":{"$ref":"#/$defs/when"},"day":{"type":["string","null"],"format":"date"},"maybe":{"anyOf":[{"$ref":"#/$defs/when"},{"type":"null"}]},
			"list":{"type":"array","items":{"type":"string"}},"numbers":{"type":"array","items":{"type":"integer"}},
			"deep":{"type":"object","properties":{"x":{"type":"boolean"}}},"strict":{"type":"object","unevaluatedProperties":false,"allOf":[{"properties":{"y":{"const":"v"}}}]},
			"kind":{"enum":["a","b",null]},"mixed":{"enum":["a",1]},"whole":{"enum":[1,2.0]},"either":{"oneOf":[{"type":"string"},{"type":"integer"}]},
			"node":{"$ref":"#/$defs/node"},"no":false,"any":{}, "numeric":{"type":["integer","number"]},"texts":{"anyOf":[{"type":"string"},{"type":"array","items":{"type":"string"}}]}}}`)
	for path, want := range map[string]string{
		"title": "1 true", "n": "2 true", "i": "3 true", "b": "4 true", "at": "5 true", "day": "6 true", "maybe": "5 true", "list": "7 true", "deep": "8 true",
		"deep.x": "4 true", "deep.z": "0 true", "strict.y": "1 true", "strict.z": "0 false", "kind": "1 true", "mixed": "0 true", "whole": "3 true", "either": "0 true",
		"node.child.child.name": "1 true", "node.child.other": "0 true", "no": "0 false", "other": "0 false", "any": "0 true", "any.thing": "0 true",
		"title.x": "0 false", "list.0": "0 false", "numeric": "2 true", "texts": "0 true",
	} {
		got, known := s.Type(collection.ParsePath(path))
		if fmt.Sprint(int(got), known) != want {
			t.Errorf("%s is %v %v, want %s", path, got, known, want)
		}
	}
	for path, want := range map[string]bool{"title": true, "list": true, "texts": true, "numbers": false, "n": false, "any": false, "other": false, "i": false, "either": false, "kind": true} {
		if got := s.NamesPeople(collection.ParsePath(path)); got != want {
			t.Errorf("%s names people: %v", path, got)
		}
	}
	want := "any at b day deep deep.x either i kind list maybe mixed n node node.child node.child.child node.child.child.child node.child.child.child.child node.child.child.child.child.child node.child.child.child.child.name node.child.child.child.name node.child.child.name node.child.name node.name numbers numeric strict strict.y texts title whole"
	if got := strings.Join(s.Paths(), " "); got != want {
		t.Errorf("paths are %s", got)
	}
}

func TestSourceIsAsDeclared(t *testing.T) {
	text := `{"$id":"https://example.com/x","type":"object","properties":{"b":{"maximum":1.50},"a":true},"x-ui":[1]}`
	if got := string(compile(t, text).Source()); got != text {
		t.Error(got)
	}
	if got := string(schema.Any().Source()); got != `{"type":"object"}` {
		t.Error(got)
	}
}
