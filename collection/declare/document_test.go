package declare_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/collection/declare"
	"github.com/postern-dev/postern/collection/schema"
)

var fence = regexp.MustCompile("(?ms)^```([a-z]+)([^\n]*)\n(.*?)^```$")

// blocks returns the code blocks of a language in docs/collections.md.
func blocks(t *testing.T, language string) []string {
	t.Helper()
	data, err := os.ReadFile("../../docs/collections.md")
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, block := range fence.FindAllStringSubmatch(string(data), -1) {
		if block[1] == language {
			all = append(all, block[3])
		}
	}
	return all
}

// What the document shows must be right.
func TestDeclarationsInTheDocument(t *testing.T) {
	all := blocks(t, "yaml")
	if len(all) < 7 {
		t.Fatalf("%d blocks", len(all))
	}
	for _, block := range all {
		d := mustRead(t, block)
		for _, one := range d.Tests {
			if one.Target == "" || one.Status == 0 {
				t.Errorf("%+v", one)
			}
		}
	}
	last := mustRead(t, all[len(all)-1])
	if gaps := declare.Coverage(last.Tests, last.Collections); len(gaps) == 0 {
		t.Error("the tests of the document leave nothing to say for coverage")
	}
}

// The mistakes that the document shows are those of its first declaration with
// the same slips.
func TestMistakesInTheDocument(t *testing.T) {
	first := blocks(t, "yaml")[0]
	slips := strings.NewReplacer("read: owner", "read: ovner", "indexes: [due,", "indexes: [deu,").Replace(first)
	_, mistakes := read(t, slips)
	if got := mistakes.Error() + "\n"; got != blocks(t, "text")[0] {
		t.Errorf("the mistakes are\n%s", got)
	}
}

func TestViolationsInTheDocument(t *testing.T) {
	notes := mustRead(t, blocks(t, "yaml")[0]).Collections[0]
	var shown []collection.Violation
	for _, v := range value(t, blocks(t, "json")[0]).Items() {
		pointer, _ := v.Get("pointer")
		detail, _ := v.Get("detail")
		shown = append(shown, collection.Violation{Pointer: pointer.Text(), Detail: detail.Text()})
	}
	got := notes.Schema.Validate(value(t, `{"due":"31.1.2026","colour":"red"}`))
	for _, v := range shown {
		found := false
		for _, w := range got {
			found = found || v == w
		}
		if !found || len(got) != len(shown) {
			t.Errorf("the document shows %v, we say %v", v, got)
		}
	}
}

// Every member of a declaration is in the document's table, and every rule.
func TestTheDocumentNamesEverything(t *testing.T) {
	data, err := os.ReadFile("../../docs/collections.md")
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	for _, name := range []string{"description", "schema", "owner", "showOwner", "read", "write", "create", "update", "delete",
		"indexes", "unique", "id", "quota", "seed", "public", "authenticated", "nobody", "as", "given", "do", "expect"} {
		if !strings.Contains(text, "`"+name+"`") {
			t.Errorf("%s is not in the document", name)
		}
	}
	for _, name := range []string{"date-time", "regex", "relative-json-pointer", "uuid", "email"} {
		if !strings.Contains(text, "`"+name+"`") || !schema.HasFormat(name, map[string]string{"date-time": "2026-01-31T12:00:00Z", "regex": "a",
			"relative-json-pointer": "1/a", "uuid": "019a7f5e-7b1c-7000-8000-2f3c5b7d9e1a", "email": "a@b.example"}[name]) {
			t.Errorf("the format %s", name)
		}
	}
}
