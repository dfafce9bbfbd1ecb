package schema

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/postern-dev/postern/jsonvalue"
)

// testdata/suite holds what the standard's own suite of tests says of the
// keywords that are supported (github.com/json-schema-org/JSON-Schema-Test-Suite,
// tests/draft2020-12, see LICENSE there).
func TestStandardSuite(t *testing.T) {
	files, err := filepath.Glob("testdata/suite/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal("no suite", err)
	}
	ran, refused := 0, 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, group := range parsed(t, string(data)).Items() {
			s := compileFragment(get(group, "schema"))
			if s == nil {
				refused++ // base URIs within the schema
				continue
			}
			for _, one := range get(group, "tests").Items() {
				ran++
				if got := s.Validate(get(one, "data")); (len(got) == 0) != get(one, "valid").Bool() {
					t.Errorf("%s, %s, %s: %v", file, get(group, "description").Text(), get(one, "description").Text(), got)
				}
			}
		}
	}
	if ran < 900 || refused > 25 {
		t.Errorf("only %d tests ran, %d schemas were refused", ran, refused)
	}
}

func get(v jsonvalue.Value, name string) jsonvalue.Value {
	member, _ := v.Get(name)
	return member
}

// compileFragment is Compile for schemas of other things than documents.
func compileFragment(source jsonvalue.Value) *Schema {
	c := &compiler{source: source, places: map[string]*place{}, anchors: map[string]*place{}}
	c.survey()
	c.judge()
	if len(c.problems) > 0 {
		return nil
	}
	root := c.build()
	if c.loops(); len(c.problems) > 0 {
		return nil
	}
	return &Schema{root: root}
}
