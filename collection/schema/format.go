package schema

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/postern-dev/postern/jsonvalue"
)

// format is a format of strings.
type format struct {
	name  string
	valid func(string) bool
	say   string
}

func formatNames() []string { return slices.Sorted(maps.Keys(formats())) }

// formats are those of JSON Schema 2020-12, by name, but for the idn- ones and
// uri-template, which the library does not check well.
var formats = sync.OnceValue(func() map[string]*format {
	all := map[string]*format{}
	for name, say := range map[string]string{
		"date":                  "is no date such as 2026-01-31",
		"time":                  "is no time with its offset such as 12:00:00Z",
		"duration":              "is no duration such as P3DT12H",
		"email":                 "is no email address",
		"hostname":              "is no host name",
		"ipv4":                  "is no IPv4 address",
		"ipv6":                  "is no IPv6 address",
		"uri":                   "is no URI such as https://example.com/",
		"uri-reference":         "is no reference to a URI",
		"iri":                   "is no IRI such as https://example.com/",
		"iri-reference":         "is no reference to an IRI",
		"uuid":                  "is no UUID such as 019a7f5e-7b1c-7000-8000-2f3c5b7d9e1a",
		"json-pointer":          "is no JSON Pointer such as /title",
		"relative-json-pointer": "is no relative JSON Pointer such as 1/title",
	} {
		all[name] = &format{name, formatOfLibrary(name), say}
	}
	all["date-time"] = &format{"date-time", isDateTime, "is no date-time such as 2026-01-31T12:00:00Z"}
	all["regex"] = &format{"regex", isPattern, "is no regular expression"}
	return all
})

func formatOfLibrary(name string) func(string) bool {
	compiled, err := compileWithLibrary(jsonvalue.ObjectOf(jsonvalue.Member{Name: "format", Value: jsonvalue.String(name)}))
	if err != nil {
		panic("schema: the library does not know the format " + name) // a test calls this
	}
	return func(s string) bool {
		return compiled.Format.Validate(s) == nil && !stillWrong(name, s)
	}
}

// stillWrong is what the library takes and the standards do not.
func stillWrong(name, s string) bool {
	switch name {
	case "email":
		return strings.HasPrefix(s, "@")
	case "hostname":
		return strings.HasSuffix(s, ".")
	case "uri", "uri-reference":
		return strings.ContainsFunc(s, func(r rune) bool {
			return r <= ' ' || r > '~' || strings.ContainsRune("\"<>\\^`{|}", r)
		})
	}
	return false
}

// isDateTime leaves leap seconds out, unlike RFC 3339: neither browsers nor
// databases can order them. [time.Parse] alone takes hours of one digit, commas
// and offsets of a day.
func isDateTime(s string) bool {
	s = strings.ToUpper(s)
	if len(s) < len("2026-01-31T12:00:00Z") || s[13] != ':' || strings.Contains(s, ",") {
		return false
	}
	if end := s[len(s)-len("+05:30"):]; end[len(end)-1] != 'Z' && (end[1:3] > "23" || end[4:] > "59") {
		return false
	}
	_, err := time.Parse(time.RFC3339, s)
	return err == nil
}

func isPattern(s string) bool {
	_, err := compilePattern(s)
	return err == nil
}

// HasFormat tells whether a text is of a format that [Compile] knows.
func HasFormat(name, s string) bool {
	f := formats()[name]
	return f != nil && f.valid(s)
}
