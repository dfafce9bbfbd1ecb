package schema

import (
	"errors"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"github.com/postern-dev/postern/jsonvalue"
)

// nothingElse is the library's way to the outside: none.
type nothingElse struct{}

// Load is never reached by a schema that passed the survey.
func (nothingElse) Load(string) (any, error) {
	return nil, errors.New("references lead to places in the same schema only")
}

func newLibrary() *jsonschema.Compiler {
	library := jsonschema.NewCompiler()
	library.DefaultDraft(jsonschema.Draft2020)
	library.AssertFormat()
	library.UseLoader(nothingElse{})
	library.UseRegexpEngine(func(text string) (jsonschema.Regexp, error) { return compilePattern(text) })
	return library
}

// judge lets the library hold the schema against the standard's own schema.
func (c *compiler) judge() {
	_, err := compileWithLibrary(c.source)
	if err == nil {
		return
	}
	var invalid *jsonschema.SchemaValidationError
	var reasons *jsonschema.ValidationError
	if errors.As(err, &invalid) && errors.As(invalid.Err, &reasons) {
		c.reasons(reasons)
	}
	if len(c.problems) == 0 {
		c.wrong(nil, "is not taken: "+err.Error(), "")
	}
}

// compileWithLibrary leaves $id out: it names the whole schema, which nothing
// refers to.
func compileWithLibrary(source jsonvalue.Value) (*jsonschema.Schema, error) {
	const name = "postern:schema"
	library := newLibrary()
	if err := library.AddResource(name, source.Without("$id", "$schema").Any()); err != nil {
		return nil, err
	}
	return library.Compile(name)
}

// reasons reports the innermost reasons, one for each place.
func (c *compiler) reasons(e *jsonschema.ValidationError) {
	if len(e.Causes) > 0 {
		for _, cause := range e.Causes {
			c.reasons(cause)
		}
		return
	}
	path := e.InstanceLocation
	if !slices.ContainsFunc(c.problems, func(p Problem) bool { return startsWith(p.Path, path) || startsWith(path, p.Path) }) {
		c.wrong(path, sentence(e.ErrorKind), "")
	}
}

func startsWith(path, start []string) bool {
	return len(path) >= len(start) && slices.Equal(path[:len(start)], start)
}

func sentence(k jsonschema.ErrorKind) string {
	if t, ok := k.(*kind.Type); ok {
		return "is of type " + t.Got + ", but must be " + article(strings.Join(t.Want, " or "))
	}
	return "is not as JSON Schema has it: " + k.LocalizedString(message.NewPrinter(language.English))
}

func article(noun string) string {
	if strings.ContainsRune("aeiou", rune(noun[0])) {
		return "an " + noun
	}
	return "a " + noun
}
