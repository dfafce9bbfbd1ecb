package api_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"testing"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/config"
)

// matrix is every rule, every caller, and a server.
type matrix struct {
	*server
	grounds []*ground
	guests  []guest
	// again starts a server with these collections on the same database.
	again func(of []*collection.Collection) *server
}

// matrices are where the matrix is tried: which documents a rule shows is for each
// database to say, and whose they are for each door. What may be done with one is
// the same code for all of them.
var matrices = []struct {
	name    string
	at      func(testing.TB) change
	by      func(*testing.T) company
	writing bool // with rules of each kind for writing
	few     bool // with some of the rules, as all are with -short
}{
	{"SQLite", onSQLite, byToken, true, false},
	{"PostgreSQL", onPostgreSQL(), byToken, false, false},
	{"SQLite, in sessions", onSQLite, inSessions, true, true},
}

// TestWhoMayDoWhat has every kind of caller do everything in collections with
// every kind of rule. What has to come of it is worked out from what the rules
// mean, by code that the server does not share.
func TestWhoMayDoWhat(t *testing.T) {
	t.Parallel()
	for _, where := range matrices {
		t.Run(where.name, func(t *testing.T) {
			m := newMatrix(t, where.at(t), where.by(t), grounds(t, where.writing, where.few || testing.Short()))
			for _, phase := range []struct {
				name string
				run  func(*testing.T, *ground, guest, int)
			}{
				{"reads", m.reads},
				{"nothing leaks", m.leaks},
				{"writes", m.writes},
				{"lists after writes", m.lists},
			} {
				t.Run(phase.name, func(t *testing.T) { m.everywhere(t, phase.run) })
			}
			t.Run("export", m.exports)
			t.Run("erase", m.erases)
		})
	}
}

// everywhere runs work for every collection and every caller; collections go
// side by side.
func (m *matrix) everywhere(t *testing.T, work func(*testing.T, *ground, guest, int)) {
	const lanes = 4
	together(lanes, func(lane int) {
		for i := lane; i < len(m.grounds); i += lanes {
			for j, who := range m.guests {
				work(t, m.grounds[i], who, i+j)
			}
		}
	})
}

// newMatrix plants documents while everybody may do everything, and starts
// again with the rules.
func newMatrix(t *testing.T, at change, who company, where []*ground) *matrix {
	quick := func(s *config.Settings) { s.Durability = "normal" }
	m := &matrix{grounds: where, guests: who.guests}
	enter := map[string]func(*http.Request){}
	m.again = func(of []*collection.Collection) *server {
		s := startAgain(t, who.issuer, of, who.known, at, quick)
		s.enter = enter
		return s
	}
	open, strict := m.collections()
	s := m.again(open)
	if who.arrive != nil {
		maps.Copy(enter, who.arrive(t, s))
	}
	for _, g := range m.grounds {
		for _, who := range m.guests {
			m.plant(t, s, g, who)
		}
	}
	s.mustStop(t)
	m.server = m.again(strict)
	return m
}

// collections are those of the matrix, with everything allowed and as they are.
func (m *matrix) collections() (open, strict []*collection.Collection) {
	for _, g := range m.grounds {
		open, strict = append(open, g.open()), append(strict, g.Collection)
	}
	return open, strict
}

// garden says which documents a guest has.
func garden(who guest) []planted {
	switch who.name {
	case "anonymous":
		return []planted{{id: "doc-n", secret: "s-doc-n", rank: 2, editors: []string{"bob"}}}
	case "owner":
		list := []planted{
			{id: "doc-a", secret: "s-doc-a", rank: 3, editors: []string{"bob", "ben"}, slug: "taken"},
			{id: "doc-b", secret: "s-doc-b", rank: 1},
		}
		for i := range 10 {
			list = append(list, planted{id: fmt.Sprint("del-", i), secret: "s-del", rank: i % 3, editors: []string{"bob"}})
		}
		return list
	case "owner with everything":
		return []planted{{id: "doc-c", secret: "s-doc-c", rank: 3}}
	case "stranger":
		return []planted{{id: "doc-e", secret: "s-doc-e", editors: []string{"ada", "bob"}}}
	case "owner's twin":
		return []planted{{id: "doc-t", secret: "s-doc-t", rank: 3, editors: []string{"bob"}}}
	}
	return nil
}

// body is the document as it is sent.
func (d planted) body() string {
	members := map[string]any{"secret": d.secret}
	if d.rank != 0 {
		members["rank"] = d.rank
	}
	if d.editors != nil {
		members["editors"] = d.editors
	}
	if d.slug != "" {
		members["slug"] = d.slug
	}
	text, _ := json.Marshal(members) // texts and numbers only
	return string(text)
}

func (m *matrix) plant(t *testing.T, s *server, g *ground, who guest) {
	t.Helper()
	requests, first := "", len(g.planted)
	for _, d := range garden(who) {
		d.owner = who.person
		g.planted = append(g.planted, d)
		requests += fmt.Sprintf(`,{"method":"PUT","path":"/%s/%s","headers":{"If-None-Match":"*"},"body":%s}`, g.Name, d.id, d.body())
	}
	if requests == "" {
		return
	}
	a := s.must(t, ok, "POST", "/batch", who.token, `{"requests":[`+requests[1:]+`]}`)
	for i, r := range read[struct {
		Responses []struct{ Headers struct{ ETag string } }
	}](t, a).Responses {
		g.planted[first+i].tag = r.Headers.ETag
	}
}
