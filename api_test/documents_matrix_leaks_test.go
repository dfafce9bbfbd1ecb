package api_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// probe is a request by which somebody could try to learn of a document. ID
// and NAME stand for its id and its collection, TAG for its entity tag.
type probe struct {
	method, path, body string
	fields             []string
}

var probes = []probe{
	{"GET", "/NAME/ID", "", nil},
	{"HEAD", "/NAME/ID", "", nil},
	{"GET", "/NAME/ID?fields=secret&include=can", "", nil},
	{"GET", "/NAME/ID?bogus=1", "", nil},
	{"GET", "/NAME/ID", "", []string{"If-None-Match", "TAG"}},
	{"GET", "/NAME/ID", "", []string{"If-None-Match", "*"}},
	{"GET", "/NAME?filter[id]=ID&count=exact", "", nil},
	{"GET", "/NAME?filter[secret]=s-ID&count=exact&include=can", "", nil},
	{"GET", "/NAME?filter[secret][startsWith]=s-ID&count=capped&sort=-rank", "", nil},
	{"GET", "/NAME?filter[id][gte]=ID&filter[id][lte]=ID&sort=secret&count=exact", "", nil},
	{"PUT", "/NAME/ID", `{"secret":"x"}`, nil},
	{"PUT", "/NAME/ID", `{"rank":"no number"}`, nil},
	{"PUT", "/NAME/ID", `{"secret":`, nil},
	{"PUT", "/NAME/ID", `{"id":"ID","version":1,"owner":"ada"}`, nil},
	{"PUT", "/NAME/ID", `{"secret":"x"}`, []string{"If-Match", "TAG"}},
	{"PUT", "/NAME/ID", `{"secret":"x"}`, []string{"If-Match", `"9-zzzz"`}},
	{"PUT", "/NAME/ID", `{"secret":"x"}`, []string{"If-Match", "*"}},
	{"PUT", "/NAME/ID", `{"secret":"x"}`, []string{"If-None-Match", "TAG"}},
	{"PUT", "/NAME/ID", `{"slug":"taken"}`, nil},
	{"PATCH", "/NAME/ID", `{}`, nil},
	{"PATCH", "/NAME/ID", `{"rank":"no number"}`, nil},
	{"PATCH", "/NAME/ID", `{"secret":"x"}`, []string{"If-Match", "TAG"}},
	{"PATCH", "/NAME/ID", `[{"op":"test","path":"/secret","value":"s-ID"}]`, []string{"Content-Type", "application/json-patch+json"}},
	{"PATCH", "/NAME/ID", `[{"op":"remove","path":"/nothing"}]`, []string{"Content-Type", "application/json-patch+json"}},
	{"DELETE", "/NAME/ID", "", nil},
	{"DELETE", "/NAME/ID", "", []string{"If-Match", "TAG"}},
	{"DELETE", "/NAME/ID", "", []string{"If-Match", `"9-zzzz"`}},
	{"POST", "/batch", `{"requests":[{"method":"DELETE","path":"/NAME/ID"}]}`, nil},
	{"POST", "/batch", `{"requests":[{"method":"PUT","path":"/NAME/ID","body":{}},{"method":"DELETE","path":"/NAME/ID"}]}`, nil},
	{"POST", "/batch", `{"requests":[{"method":"PATCH","path":"/NAME/ID","body":{"rank":"no number"}}]}`, nil},
	{"POST", "/batch", `{"requests":[{"method":"DELETE","path":"/NAME/none"},{"method":"DELETE","path":"/NAME/ID"}]}`, nil},
	{"POST", "/NAME", `{"id":"ID"}`, nil},
	{"POST", "/NAME/ID", `{}`, nil},
}

// leaks compares all that is said of a document which the guest may not know
// of with what is said where there is none.
func (m *matrix) leaks(t *testing.T, g *ground, who guest, turn int) {
	hidden := slices.DeleteFunc(g.distinct(), func(d planted) bool {
		return g.read.lets(who, d) || g.update.lets(who, d) || g.remove.lets(who, d)
	})
	if len(hidden) == 0 {
		return
	}
	// A few each time: there are hundreds of pairs of a caller and a rule.
	for i := range 12 {
		p := probes[(turn*12+i)%len(probes)]
		d := hidden[(turn+i)%len(hidden)]
		there, absent := m.probe(t, p, g, who, d.id, d.tag), m.probe(t, p, g, who, "doc-x", d.tag)
		if there != absent {
			g.wrong(t, who, fmt.Sprintf("%s %s %s %v", p.method, p.path, p.body, p.fields), "where %s is:\n%s\nwhere nothing is:\n%s", d.id, there, absent)
		}
	}
}

var requestID = regexp.MustCompile(`"requestId":"[^"]*"`)

// probe returns the whole answer as one text, without what differs from
// request to request.
func (m *matrix) probe(t *testing.T, p probe, g *ground, who guest, id, tag string) string {
	fill := strings.NewReplacer("NAME", g.Name, "ID", id, "TAG", tag)
	var fields []string
	for _, field := range p.fields {
		fields = append(fields, fill.Replace(field))
	}
	a := m.ask(t, p.method, fill.Replace(p.path), who.token, fill.Replace(p.body), fields...)
	a.Header.Del("X-Request-Id")
	a.Header.Del("Date")
	var lines []string
	for name, values := range a.Header {
		lines = append(lines, name+": "+strings.Join(values, ", "))
	}
	slices.Sort(lines)
	body := withoutPosition(requestID.ReplaceAllString(strings.ReplaceAll(a.Body, id, "ID"), ""))
	return fmt.Sprint(a.Status, "\n", strings.Join(lines, "\n"), "\n", body)
}
