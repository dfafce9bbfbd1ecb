package api_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/postern-dev/postern/auth/authtest"
)

// TestWhoFollowsWhat has every caller follow every collection, by streams and
// by polls, while documents are changed and removed by somebody who may do
// everything. Each is told of exactly the documents that the rule shows them.
func TestWhoFollowsWhat(t *testing.T) {
	t.Parallel()
	for _, where := range matrices {
		t.Run(where.name, func(t *testing.T) {
			m := newMatrix(t, where.at(t), where.by(t), grounds(t, false, where.few || testing.Short()))
			if m.guests[1].bound != nil {
				t.Run("bound tokens see what plain ones see", func(t *testing.T) { m.everywhere(t, m.boundSeesTheSame) })
			}
			since := m.positions(t)
			m.mustStop(t)
			open, strict := m.collections()
			m.server = m.again(open)
			told := m.change(t)
			m.mustStop(t)
			m.server = m.again(strict)
			m.everywhere(t, func(t *testing.T, g *ground, who guest, turn int) {
				at, reads := since[g.Name+who.name]
				switch {
				case !reads:
					m.deniedToFollow(t, g, who)
				case turn%2 == 0:
					m.polls(t, g, who, at, told[g.Name])
				default:
					m.streams(t, g, who, at, told[g.Name])
				}
			})
		})
	}
}

// positions are where each caller who may read begins to follow.
func (m *matrix) positions(t *testing.T) map[string]string {
	t.Helper()
	since := map[string]string{}
	for _, g := range m.grounds {
		for _, who := range m.guests {
			if g.read.ever(who) {
				a := m.must(t, ok, "GET", "/"+g.Name+"?limit=1", who.token, "")
				since[g.Name+who.name] = read[struct{ Page struct{ Changes string } }](t, a).Page.Changes
			}
		}
	}
	return since
}

// happened is what became of a document.
type happened struct {
	planted
	op string
}

// change changes each document, and removes some.
func (m *matrix) change(t *testing.T) map[string][]happened {
	t.Helper()
	all := map[string][]happened{}
	for _, g := range m.grounds {
		var requests []string
		for _, d := range g.planted {
			if strings.HasPrefix(d.id, "del-") && d.id > "del-4" {
				all[g.Name] = append(all[g.Name], happened{d, "remove"})
				requests = append(requests, fmt.Sprintf(`{"method":"DELETE","path":"/%s/%s"}`, g.Name, d.id))
				continue
			}
			all[g.Name] = append(all[g.Name], happened{d, "upsert"})
			requests = append(requests, fmt.Sprintf(`{"method":"PATCH","path":"/%s/%s","body":{"touched":true}}`, g.Name, d.id))
		}
		m.must(t, ok, "POST", "/batch", m.guests[1].token, `{"requests":[`+strings.Join(requests, ",")+`]}`)
	}
	return all
}

func (m *matrix) deniedToFollow(t *testing.T, g *ground, who guest) {
	path := "/" + g.Name + "/changes"
	if a := m.ask(t, "GET", path+"?wait=0", who.token, ""); a.Status != g.read.denied(who) {
		g.wrong(t, who, "poll", "%d, want %d: %s", a.Status, g.read.denied(who), a.Body)
	}
	if _, status := m.tryFollow(t, path, who.token); status != g.read.denied(who) {
		g.wrong(t, who, "stream", "%d, want %d", status, g.read.denied(who))
	}
}

// visible are the changes that the rule shows, as op and id, in order of ids.
func (g *ground) visible(who guest, all []happened) []string {
	list := []string{}
	for _, h := range all {
		if g.read.lets(who, h.planted) {
			list = append(list, h.op+" "+h.id)
		}
	}
	slices.Sort(list)
	return list
}

func (m *matrix) polls(t *testing.T, g *ground, who guest, at string, all []happened) {
	want, got, bodies := g.visible(who, all), []string{}, ""
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); {
		a := m.must(t, ok, "GET", "/"+g.Name+"/changes?wait=1&since="+at, who.token, "")
		page := read[struct {
			Items []told
			Page  struct {
				Changes string
				Reset   bool
			}
		}](t, a)
		if page.Page.Reset {
			g.wrong(t, who, "poll", "it is reset: %s", a.Body)
			return
		}
		at, bodies = page.Page.Changes, bodies+a.Body
		for _, item := range page.Items {
			got = append(got, item.Op+" "+item.ID)
		}
		if len(got) >= len(want) {
			break
		}
	}
	m.mustBeTold(t, g, who, "poll", got, want, bodies, all)
}

func (m *matrix) streams(t *testing.T, g *ground, who guest, at string, all []happened) {
	want, got, bodies := g.visible(who, all), []string{}, ""
	f := m.follow(t, "/"+g.Name+"/changes", who.token, "Last-Event-ID", at)
	defer f.stop()
	patience := time.After(30 * time.Second)
	for len(got) < len(want) {
		select {
		case e, open := <-f.events:
			if !open || e.Name == "reset" {
				g.wrong(t, who, "stream", "it ended with %q after %v", e.Name, got)
				return
			}
			bodies += e.Data
			if e.Name == "change" {
				var one told
				decode(t, e.Data, &one)
				got = append(got, one.Op+" "+one.ID)
			}
		case <-patience:
			g.wrong(t, who, "stream", "it is told %v, want %v", got, want)
			return
		}
	}
	m.mustBeTold(t, g, who, "stream", got, want, bodies, all)
}

func (m *matrix) mustBeTold(t *testing.T, g *ground, who guest, how string, got, want []string, bodies string, all []happened) {
	slices.Sort(got)
	if !slices.Equal(got, want) {
		g.wrong(t, who, how, "told %v, want %v", got, want)
	}
	for _, h := range all {
		if !g.read.lets(who, h.planted) && strings.Contains(bodies, `"`+h.id+`"`) {
			g.wrong(t, who, how, "%s is in %s", h.id, bodies)
		}
	}
}

// boundSeesTheSame asks for everything with a token that is bound to a key and
// a proof, and with the plain one. Without the proof the bound one is nothing.
func (m *matrix) boundSeesTheSame(t *testing.T, g *ground, who guest, turn int) {
	if who.token == "" || turn%3 > 0 {
		return
	}
	h := authtest.NewHolder("ES256")
	token := who.bound(h)
	d := g.planted[turn%len(g.planted)]
	for _, path := range []string{"/" + g.Name + "?sort=rank&include=can&count=exact", "/" + g.Name + "/" + d.id, "/" + g.Name + "/changes?wait=0", "/me/export"} {
		bare, _, _ := strings.Cut(path, "?")
		proof := h.Proof("GET", outside+"/api/v1"+bare, token, nil, nil)
		plain, bound := m.ask(t, "GET", path, who.token, ""), m.ask(t, "GET", path, "", "", "Authorization", "DPoP "+token, "DPoP", proof)
		same := func(a answer) string { return withoutPosition(requestID.ReplaceAllString(a.Body, "")) }
		if plain.Status != bound.Status || same(plain) != same(bound) {
			g.wrong(t, who, path, "plain %d %s\nbound %d %s", plain.Status, plain.Body, bound.Status, bound.Body)
		}
		for name, fields := range map[string][]string{
			"as a bearer token":   {"Authorization", "Bearer " + token},
			"without a proof":     {"Authorization", "DPoP " + token},
			"with a proof again":  {"Authorization", "DPoP " + token, "DPoP", proof},
			"with another's":      {"Authorization", "DPoP " + token, "DPoP", authtest.NewHolder("ES256").Proof("GET", outside+"/api/v1"+bare, token, nil, nil)},
			"plain, with a proof": {"Authorization", "DPoP " + who.token, "DPoP", h.Proof("GET", outside+"/api/v1"+bare, who.token, nil, nil)},
		} {
			if a := m.ask(t, "GET", path, "", "", fields...); a.Status != 401 || strings.Contains(a.Body, `"secret"`) {
				g.wrong(t, who, path+" "+name, "%d %s", a.Status, a.Body)
			}
		}
	}
}
