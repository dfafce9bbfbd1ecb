package api_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// slots are the documents that operations speak of: the first ones have ids of
// their own, the others are those that POST made.
const (
	slots    = 9
	ownNames = 5
)

// thing is a document of the model.
type thing struct {
	id, birth string
	owner     int
	version   int
	body      map[string]any
}

func (d *thing) tag() string { return fmt.Sprintf(`"%d-%s"`, d.version, d.birth) }

func (d *thing) editors() (names []string) {
	list, _ := d.body["editors"].([]any)
	for _, name := range list {
		names = append(names, fmt.Sprint(name))
	}
	return names
}

// names tells whether the caller may read and change it.
func (d *thing) names(who int) bool {
	return d.owner == who || slices.Contains(d.editors(), modelCallers[who])
}

// model is what the server should have in mind.
type model struct {
	things map[string]*thing
	made   []string
	kept   map[string]keptAnswer
}

// keptAnswer is what an idempotency key brings back.
type keptAnswer struct {
	request, body string
	status        int
	effects       []effect
}

// effect is what one write led to; id is empty until the server made one.
type effect struct {
	kind string
	now  *thing // the document, the last one where it was deleted
}

// expected is what the model says of a request.
type expected struct {
	status   int
	replayed bool
	body     string // of a replay
	effects  []effect
	after    map[string]*thing
}

// sent is a request as it goes out, so that it can be repeated.
type sent struct {
	op                 op
	method, path, body string
	fields             []string
	parts              []sent // of a batch
}

func (m *model) id(slot int) string {
	if slot < ownNames || len(m.made) == 0 {
		return fmt.Sprint("own-", slot%ownNames)
	}
	return m.made[slot%len(m.made)]
}

// request fills in what depends on the state: ids and tags.
func (m *model) request(o op, run int) sent {
	r := sent{op: o, path: "/things/" + m.id(o.slot), body: o.body}
	add := func(name, value string) { r.fields = append(r.fields, name, value) }
	r.method = map[string]string{"post": "POST", "make": "PUT", "put": "PUT", "patch": "PATCH", "json": "PATCH", "delete": "DELETE", "batch": "POST"}[o.kind]
	d := m.things[m.id(o.slot)]
	switch {
	case o.kind == "post":
		r.path = "/things"
	case o.kind == "make":
		r.path = fmt.Sprint("/things/own-", o.slot%ownNames)
		add("If-None-Match", "*")
	case o.kind == "json":
		add("Content-Type", "application/json-patch+json")
	case o.kind == "batch":
		r.path, r.body = "/batch", m.batch(&r)
	}
	switch {
	case o.match == "*":
		add("If-Match", "*")
	case o.match == "current" && d != nil:
		add("If-Match", d.tag())
	case o.match != "":
		add("If-Match", `"0-none"`)
	}
	if o.key != "" && o.who != anonymous {
		add("Idempotency-Key", fmt.Sprint(run, o.key))
	}
	return r
}

func (m *model) batch(r *sent) string {
	type part struct {
		Method  string            `json:"method"`
		Path    string            `json:"path"`
		Headers map[string]string `json:"headers,omitempty"`
		Body    json.RawMessage   `json:"body,omitempty"`
	}
	var parts []part
	for _, o := range r.op.batch {
		one := m.request(o, 0)
		r.parts = append(r.parts, one)
		fields := map[string]string{}
		for i := 0; i < len(one.fields); i += 2 {
			fields[one.fields[i]] = one.fields[i+1]
		}
		parts = append(parts, part{one.method, one.path, fields, json.RawMessage(one.body)})
	}
	text, _ := json.Marshal(map[string]any{"requests": parts}) // nothing that has no JSON
	return string(text)
}

func (r sent) field(name string) string {
	if i := slices.Index(r.fields, name); i >= 0 {
		return r.fields[i+1]
	}
	return ""
}

// signature is all that has to be the same for a replay, and name the key with
// what it is bound to.
func (r sent) signature() string {
	return strings.Join([]string{r.field("Content-Type"), r.field("If-Match"), r.field("If-None-Match"), r.body}, "|")
}

func (r sent) name() string {
	return fmt.Sprint(r.op.who, r.method, r.path, r.field("Idempotency-Key"))
}

// answer works out what has to come, and what the state is then.
func (m *model) answer(r sent) expected {
	if r.op.who == anonymous {
		return expected{status: 401}
	}
	if kept, ok := m.kept[r.name()]; ok && r.field("Idempotency-Key") != "" {
		return m.replay(r, kept)
	}
	want := expected{after: maps.Clone(m.things)}
	parts := r.parts
	if r.op.kind != "batch" {
		parts = []sent{r}
	}
	for _, part := range parts {
		status, o := judge(want.after, part)
		if status >= 300 {
			return expected{status: status}
		}
		want.effects, want.status = append(want.effects, o), status
	}
	if r.op.kind == "batch" {
		want.status = 200
	}
	return want
}

func (m *model) replay(r sent, kept keptAnswer) expected {
	if kept.request != r.signature() {
		return expected{status: 422}
	}
	for _, o := range kept.effects {
		if o.now.owner != r.op.who && (o.kind == "delete" || !o.now.names(r.op.who)) {
			return expected{status: 403}
		}
	}
	return expected{status: kept.status, replayed: true, body: kept.body}
}

func (m *model) keep(r sent, body string, want expected) {
	m.things = want.after
	if r.field("Idempotency-Key") != "" {
		m.kept[r.name()] = keptAnswer{r.signature(), body, want.status, want.effects}
	}
}

// learn takes what only the server knows, ids and births, and compares the
// rest.
func (m *model) learn(o effect, status int, tag, body string) string {
	if o.kind == "delete" {
		return ""
	}
	if status == 204 {
		if tag == o.now.tag() && body == "" {
			return ""
		}
		return "a change that is not shown has " + tag + " " + body
	}
	if o.now.birth == "" {
		_, birth, _ := strings.Cut(strings.Trim(tag, `"`), "-")
		o.now.birth = birth
	}
	if o.now.id == "" {
		var got struct{ ID string }
		decodeMembers(body, &got)
		delete(m.things, fmt.Sprintf("new %p", o.now))
		o.now.id = got.ID
		m.things[got.ID] = o.now
		m.made = append(m.made, got.ID)
	}
	if tag != o.now.tag() {
		return "the tag is " + tag + ", want " + o.now.tag()
	}
	return o.now.unlike(body)
}

func (m *model) learnBatch(t testing.TB, a answer, want expected) string {
	list := read[struct {
		Responses []struct {
			Status  int
			Headers map[string]string
			Body    json.RawMessage
		}
	}](t, a).Responses
	if len(list) != len(want.effects) {
		return "the batch answers " + a.Body
	}
	for i, o := range want.effects {
		if wrong := m.learn(o, list[i].Status, list[i].Headers["ETag"], string(list[i].Body)); wrong != "" {
			return wrong
		}
	}
	return ""
}

// decodeMembers leaves what is no JSON empty, which then differs.
func decodeMembers(body string, into any) { _ = json.Unmarshal([]byte(body), into) }

// modelQueries are filters, and what they mean. A member that has one value
// in all of a list is no part of its order: fixed names it.
var modelQueries = []struct {
	text  string
	fixed string
	meets func(map[string]any) bool
}{
	{"", "", func(map[string]any) bool { return true }},
	{"&filter[n]=1.0", "n", func(b map[string]any) bool { return b["n"] == 1.0 }},
	{"&filter[n][gte]=1&filter[n][lt]=10", "", func(b map[string]any) bool { n, ok := b["n"].(float64); return ok && n >= 1 && n < 10 }},
	{"&filter[n][ne]=0", "", func(b map[string]any) bool { return b["n"] != 0.0 }},
	{"&filter[slug][in]=b,ab", "", func(b map[string]any) bool { return b["slug"] == "b" || b["slug"] == "ab" }},
	{"&filter[slug][startsWith]=a", "", func(b map[string]any) bool { s, _ := b["slug"].(string); return strings.HasPrefix(s, "a") }},
	{"&filter[slug][exists]=false", "slug", func(b map[string]any) bool { return b["slug"] == nil }},
	{"&filter[n][nin]=0,1&filter[slug][exists]=true", "", func(b map[string]any) bool { return b["n"] != 0.0 && b["n"] != 1.0 && b["slug"] != nil }},
}

var modelOrders = []string{"id", "n", "-n", "slug,-n", "-slug,n", "version,-id"}

// list is what a list has to show, in its order.
func (m *model) list(who int, meets func(map[string]any) bool, order, fixed string) (ids []string) {
	var found []*thing
	for _, d := range m.things {
		if d.names(who) && meets(d.body) {
			found = append(found, d)
		}
	}
	slices.SortFunc(found, func(a, b *thing) int {
		sign := 1
		for _, key := range strings.Split(order, ",") {
			name, desc := strings.CutPrefix(key, "-")
			if name == fixed {
				continue
			}
			if sign = 1; desc {
				sign = -1
			}
			if c := a.compare(b, name); c != 0 {
				return sign * c
			}
		}
		return sign * cmp.Compare(a.id, b.id)
	})
	for _, d := range found {
		ids = append(ids, d.id)
	}
	return ids
}

func (d *thing) compare(other *thing, name string) int {
	switch name {
	case "id":
		return cmp.Compare(d.id, other.id)
	case "version":
		return cmp.Compare(d.version, other.version)
	}
	a, b := d.body[name], other.body[name]
	switch {
	case reflect.DeepEqual(a, b):
		return 0
	case a == nil:
		return -1
	case b == nil:
		return 1
	}
	if name == "n" {
		return cmp.Compare(a.(float64), b.(float64))
	}
	return cmp.Compare(a.(string), b.(string))
}
