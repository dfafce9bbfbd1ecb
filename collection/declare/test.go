package declare

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/jsonvalue"
	"github.com/postern-dev/postern/mistake"
	"github.com/postern-dev/postern/yamltree"
)

// Test is one request with the answer that the rules have to give.
type Test struct {
	// As is who asks; nil is somebody without a token.
	As *Person
	// Given are the documents that exist before.
	Given []Given
	// Method and Target are of the request line. Target is relative to the base
	// path of the API, with its query, as in /notes?limit=1.
	Method string
	Target string
	// Body is the JSON body; nil where there is none.
	Body *jsonvalue.Value
	// Status is the status that has to come, Code the problem's code; "" where
	// any will do.
	Status int
	Code   string
	// Line is where the test begins.
	Line int
}

// Person is who asks in a test.
type Person struct {
	Subject string
	// Issuer is empty where it does not matter.
	Issuer      string
	Scopes      []string
	Permissions []string
	// Proof: the token is bound to a key, and the request brings a proof of it.
	Proof bool
	// ACR is how who asks signed in; empty where the token does not say. Login
	// is how long ago that was; nil where the token does not say.
	ACR   string
	Login *time.Duration
}

// Given is a document that exists before a test.
type Given struct {
	Collection string
	// ID is empty where any will do.
	ID string
	// Owner is the subject that owns it, of the issuer of who asks; empty is
	// nobody.
	Owner string
	Body  jsonvalue.Value
	Line  int
}

const (
	mostTests   = 2000
	testExample = `{as: {sub: auth0|ada, scope: "write:notes"}, do: 'POST /notes {"title": "milk"}', expect: 201}`
)

func (r *reader) tests(n yamltree.Node, d Declarations) []Test {
	if n.Kind == yamltree.Nothing && n.Line == 0 {
		return nil
	}
	if !r.kind(n, yamltree.List, "tests", "a list of tests", "tests: ["+testExample+"]") {
		return nil
	}
	if len(n.Items) > mostTests {
		r.wrong(n.Line, "tests", fmt.Sprintf("has %d tests; %d are the most", len(n.Items), mostTests), "")
		return nil
	}
	var all []Test
	for i, item := range n.Items {
		all = append(all, r.test(item, "tests."+strconv.Itoa(i), d))
	}
	return all
}

func (r *reader) test(n yamltree.Node, key string, d Declarations) Test {
	t := Test{Line: n.Line}
	if !r.kind(n, yamltree.Mapping, key, "a test", "- "+testExample) {
		return t
	}
	r.unknownKeys(n, key, "a test", "as", "given", "do", "expect")
	if m, ok := n.Get("as"); ok {
		t.As = r.person(m.Value, key+".as")
	}
	if m, ok := n.Get("given"); ok {
		t.Given = r.given(m.Value, key+".given", d)
	}
	if m, ok := n.Get("do"); ok {
		r.request(&t, m.Value, key+".do", d)
	} else {
		r.wrong(n.Line, key, "has no do", "do: GET /notes")
	}
	if m, ok := n.Get("expect"); ok {
		r.expected(&t, m.Value, key+".expect")
	} else {
		r.wrong(n.Line, key, "has no expect", "expect: 403")
	}
	return t
}

func (r *reader) person(n yamltree.Node, key string) *Person {
	const example = `as: {sub: auth0|ada, scope: "read:notes write:notes"}`
	if !r.kind(n, yamltree.Mapping, key, "a mapping with sub and more; leave it out for nobody", example) {
		return nil
	}
	r.unknownKeys(n, key, "who asks", "sub", "iss", "scope", "permissions", "proof", "acr", "login")
	var p Person
	if m, ok := n.Get("sub"); ok {
		p.Subject, _ = r.text(m.Value, key+".sub", example)
	} else {
		r.wrong(n.Line, key, "has no sub", example)
	}
	if m, ok := n.Get("iss"); ok {
		p.Issuer, _ = r.text(m.Value, key+".iss", "iss: https://login.example.com/")
	}
	p.Scopes = r.words(n, "scope", key, `scope: "read:notes write:notes"`)
	p.Permissions = r.words(n, "permissions", key, "permissions: [read:notes]")
	if m, ok := n.Get("acr"); ok {
		p.ACR, _ = r.text(m.Value, key+".acr", "acr: phr")
	}
	if m, ok := n.Get("login"); ok {
		age := r.age(m.Value, key+".login", "login: 5m")
		p.Login = &age
	}
	if m, ok := n.Get("proof"); ok {
		p.Proof = r.flag(m.Value, key+".proof", "proof: true")
	}
	return &p
}

// words reads a list, or words with blanks between as a token's scope has them.
func (r *reader) words(n yamltree.Node, name, key, example string) []string {
	m, ok := n.Get(name)
	if !ok {
		return nil
	}
	if m.Value.Kind != yamltree.List {
		text, _ := r.text(m.Value, key+"."+name, example)
		return strings.Fields(text)
	}
	var all []string
	for _, item := range m.Value.Items {
		text, _ := r.text(item, key+"."+name, example)
		all = append(all, strings.Fields(text)...)
	}
	return all
}

// given reads documents by collection. Their id and owner stand beside their
// members.
func (r *reader) given(n yamltree.Node, key string, d Declarations) []Given {
	const example = "given: {notes: [{id: n1, owner: auth0|ada, title: milk}]}"
	if !r.kind(n, yamltree.Mapping, key, "a mapping of collections to documents", example) {
		return nil
	}
	var all []Given
	for _, m := range n.Members {
		key := key + "." + m.Key
		c := d.Collection(m.Key)
		if c == nil {
			r.wrong(m.Line, key, "is not a declared collection"+mistake.DidYouMean(m.Key, d.names()), "")
			continue
		}
		if !r.kind(m.Value, yamltree.List, key, "a list of documents", example) {
			continue
		}
		for i, item := range m.Value.Items {
			if r.kind(item, yamltree.Mapping, key, "a document", example) {
				all = append(all, r.givenDocument(item, c, key+"."+strconv.Itoa(i)))
			}
		}
	}
	return all
}

func (d Declarations) names() []mistake.Name {
	var all []mistake.Name
	for _, c := range d.Collections {
		all = append(all, mistake.Names(c.Name)...)
	}
	return all
}

func (r *reader) givenDocument(n yamltree.Node, c *collection.Collection, key string) Given {
	g := Given{Collection: c.Name, Line: n.Line}
	if m, ok := n.Get("id"); ok {
		g.ID, _ = r.text(m.Value, key+".id", "id: n1")
	}
	if m, ok := n.Get("owner"); ok {
		g.Owner, _ = r.text(m.Value, key+".owner", "owner: auth0|ada")
	}
	n.Members = slices.DeleteFunc(slices.Clone(n.Members), func(m yamltree.Member) bool { return m.Key == "id" || m.Key == "owner" })
	g.Body, _ = r.body(n, c.Schema, key)
	return g
}

// request reads METHOD /path?query and perhaps a JSON body.
func (r *reader) request(t *Test, n yamltree.Node, key string, d Declarations) {
	const example = `do: 'POST /notes {"title": "milk"}'`
	text, ok := r.text(n, key, example)
	if !ok {
		return
	}
	method, rest, _ := strings.Cut(text, " ")
	target, body, hasBody := strings.Cut(strings.TrimSpace(rest), " ")
	t.Method, t.Target = method, target
	if !slices.Contains([]string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}, method) {
		r.wrong(n.Line, key, "begins with "+mistake.Quote(method)+", not one of GET, HEAD, POST, PUT, PATCH, DELETE", example)
		return
	}
	r.target(target, n.Line, key, d)
	if !hasBody {
		return
	}
	v, err := jsonvalue.Parse([]byte(body), jsonvalue.Limits{})
	if err != nil {
		r.wrong(n.Line, key, "has a body that is no JSON: "+err.Error(), example)
		return
	}
	t.Body = &v
}

func (r *reader) target(target string, line int, key string, d Declarations) {
	const example = "do: GET /notes?limit=1"
	u, err := url.ParseRequestURI(target)
	if err != nil || !strings.HasPrefix(target, "/") || strings.HasPrefix(target, "//") {
		r.wrong(line, key, "has the path "+mistake.Quote(target)+", which does not begin with one /", example)
		return
	}
	name, _, _ := strings.Cut(u.Path[1:], "/")
	if d.Collection(name) == nil && !slices.Contains(ReservedNames(), name) {
		r.wrong(line, key, "is about "+mistake.Quote(name)+", which is not a declared collection"+mistake.DidYouMean(name, d.names()), "")
	}
}

// expected reads a status, alone or with the code of the problem.
func (r *reader) expected(t *Test, n yamltree.Node, key string) {
	const example = "expect: {status: 403, code: scope_missing}"
	status := n
	if n.Kind == yamltree.Mapping {
		r.unknownKeys(n, key, "what is expected", "status", "code")
		m, ok := n.Get("status")
		if !ok {
			r.wrong(n.Line, key, "has no status", example)
			return
		}
		status = m.Value
		if m, ok := n.Get("code"); ok {
			t.Code, _ = r.text(m.Value, key+".code", example)
		}
	}
	text, ok := r.text(status, key, "expect: 403")
	if !ok {
		return
	}
	code, err := strconv.Atoi(text)
	if err != nil || code < 200 || code > 599 {
		r.wrong(status.Line, key, "is "+mistake.Quote(text)+", not a status from 200 to 599", "expect: 403")
	}
	t.Status = code
}
