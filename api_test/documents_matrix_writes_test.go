package api_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// changed is the status of a change to a document, in the order of checks that
// is promised: right to the collection, visibility, right to the operation.
func (g *ground) changed(who guest, rule allow, d *planted) int {
	switch {
	case !rule.ever(who) && !g.read.ever(who):
		return rule.denied(who)
	case d == nil || !g.read.lets(who, *d) && !rule.lets(who, *d):
		return 404
	case !rule.lets(who, *d):
		return rule.denied(who)
	}
	return 200
}

func (m *matrix) writes(t *testing.T, g *ground, who guest, turn int) {
	m.creates(t, g, who)
	for i, d := range g.distinct() {
		m.update(t, g, who, turn+i, &d)
	}
	m.update(t, g, who, turn, &planted{id: "doc-x"})
	m.removes(t, g, who, turn)
}

func (m *matrix) creates(t *testing.T, g *ground, who guest) {
	for i, d := range []planted{
		{secret: "s-new", rank: 1},
		{secret: "s-new", rank: 2, editors: []string{who.subject, "ada"}, slug: "taken"},
	} {
		d.owner = who.person
		want := 201
		switch {
		case !g.create.ever(who), !g.create.lets(who, d):
			want = g.create.denied(who)
		case slices.ContainsFunc(g.planted, func(e planted) bool { return e.owner == who.person && e.slug == "taken" && d.slug == "taken" }):
			want = 409 // only among the owner's own: those of others are not seen
		}
		a := m.ask(t, "POST", "/"+g.Name, who.token, d.body())
		if a.Status != want {
			g.wrong(t, who, fmt.Sprint("create ", i), "%d, want %d: %s", a.Status, want, a.Body)
		}
		if a.Status == 201 {
			d.id = read[shownItem](t, a).ID
			g.planted = append(g.planted, d)
		}
	}
	want := 409
	if taken := (planted{owner: who.person}); !g.create.ever(who) || !g.create.lets(who, taken) {
		want = g.create.denied(who)
	}
	a := m.ask(t, "PUT", "/"+g.Name+"/doc-b", who.token, `{"secret":"mine"}`, "If-None-Match", "*")
	bare := a.Problem.Code == "id_unavailable" && a.Problem.Errors == nil && !strings.Contains(a.Body, "current") && a.Header.Get("ETag") == ""
	if a.Status != want || want == 409 && !bare {
		g.wrong(t, who, "put with a taken id", "%d, want %d: %s", a.Status, want, a.Body)
	}
}

// update changes a document in one of several ways; d is one that is not there
// where it has no secret.
func (m *matrix) update(t *testing.T, g *ground, who guest, way int, d *planted) {
	there := d
	if d.secret == "" {
		there = nil
	}
	want := g.changed(who, g.update, there)
	path, put, patch := "/"+g.Name+"/"+d.id, d.body(), `{"touched":true}`
	var a answer
	switch way % 5 {
	case 0:
		a = m.ask(t, "PUT", path, who.token, put)
	case 1:
		a = m.ask(t, "PATCH", path, who.token, patch)
	case 2:
		a = m.ask(t, "PATCH", path, who.token, `[{"op":"add","path":"/touched","value":true}]`, "Content-Type", "application/json-patch+json")
	case 3:
		a = m.inOneBatch(t, who, "PUT", path, put)
	case 4:
		a = m.inOneBatch(t, who, "PATCH", path, patch)
	}
	// Who may write and not read is told that it is done, and no more.
	if want == 200 && !g.read.lets(who, *d) {
		if want = 204; way%5 == 2 {
			want = 403 // a JSON patch can ask what stands there
		}
		if strings.Contains(a.Body, d.secret) {
			g.wrong(t, who, "update "+d.id, "shows the document: %s", a.Body)
		}
	}
	if a.Status != want {
		g.wrong(t, who, fmt.Sprint("update ", way%5, " of ", d.id), "%d, want %d: %s", a.Status, want, a.Body)
	}
}

// inOneBatch sends a request in a batch, and returns the answer to it.
func (m *matrix) inOneBatch(t *testing.T, who guest, method, path, body string) answer {
	if body != "" {
		body = `,"body":` + body
	}
	a := m.ask(t, "POST", "/batch", who.token, fmt.Sprintf(`{"requests":[{"method":"%s","path":"%s"%s}]}`, method, path, body))
	if a.Status == 200 {
		a.Status = read[struct{ Responses []struct{ Status int } }](t, a).Responses[0].Status
	}
	return a
}

// removes deletes a document of each kind.
func (m *matrix) removes(t *testing.T, g *ground, who guest, turn int) {
	// One of the documents that are there for it, a different one each time.
	i := slices.IndexFunc(g.planted, func(d planted) bool { return d.secret == "s-del" })
	d := g.planted[i]
	want := g.changed(who, g.remove, &d)
	if want == 200 {
		want = 204
		g.planted = slices.Delete(g.planted, i, i+1)
	}
	path := "/" + g.Name + "/" + d.id
	var a answer
	if turn%2 == 0 {
		a = m.ask(t, "DELETE", path, who.token, "")
	} else {
		a = m.inOneBatch(t, who, "DELETE", path, "")
	}
	if a.Status != want {
		g.wrong(t, who, "delete", "%d, want %d: %s", a.Status, want, a.Body)
	}
	if a := m.ask(t, "DELETE", "/"+g.Name+"/doc-x", who.token, ""); a.Status != g.changed(who, g.remove, nil) {
		g.wrong(t, who, "delete of nothing", "%d: %s", a.Status, a.Body)
	}
}
