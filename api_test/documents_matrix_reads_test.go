package api_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"
)

// shownItem is a document of a list.
type shownItem struct {
	ID    string
	Owner string
	Can   *struct{ Update, Delete bool }
}

type shownPage struct {
	Items []shownItem
	Page  struct {
		Next, Prev string
		Total      *struct {
			Value    int
			Relation string
		}
	}
}

// seen are the documents that the guest may read and that meet a filter, in
// the order of rank and id.
func (g *ground) seen(who guest, meets func(planted) bool) (list []planted) {
	for _, d := range g.planted {
		if g.read.lets(who, d) && meets(d) {
			list = append(list, d)
		}
	}
	slices.SortFunc(list, func(a, b planted) int { return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.id, b.id)) })
	return list
}

func idsOf(list []planted) []string {
	ids := []string{}
	for _, d := range list {
		ids = append(ids, d.id)
	}
	return ids
}

func every(planted) bool { return true }

// wrong reports what a guest got in a collection.
func (g *ground) wrong(t *testing.T, who guest, asked string, format string, args ...any) {
	t.Errorf("%s (read %s, create %s, update %s, delete %s): %s: %s: %s", g.Name, g.Read, g.Create, g.Update, g.Delete,
		who.name, asked, fmt.Sprintf(format, args...))
}

func (m *matrix) reads(t *testing.T, g *ground, who guest, turn int) {
	for _, d := range g.distinct() {
		want := 404
		switch {
		case !g.read.ever(who):
			want = g.read.denied(who)
		case g.read.lets(who, d):
			want = 200
		}
		if a := m.ask(t, "GET", "/"+g.Name+"/"+d.id, who.token, ""); a.Status != want {
			g.wrong(t, who, "get "+d.id, "%d, want %d: %s", a.Status, want, a.Body)
		}
	}
	m.lists(t, g, who, turn)
}

func (m *matrix) lists(t *testing.T, g *ground, who guest, turn int) {
	if !g.read.ever(who) {
		for _, query := range []string{"", "?filter[bogus]=1", "?count=exact"} {
			if a := m.ask(t, "GET", "/"+g.Name+query, who.token, ""); a.Status != g.read.denied(who) {
				g.wrong(t, who, "list "+query, "%d, want %d", a.Status, g.read.denied(who))
			}
		}
		return
	}
	m.walk(t, g, who, "sort=rank&limit=4&include=can&count=exact", g.seen(who, every))
	d := g.planted[turn%len(g.planted)]
	m.walk(t, g, who, "count=exact&sort=rank&filter[secret]="+d.secret, g.seen(who, func(e planted) bool { return e.secret == d.secret }))
	m.walk(t, g, who, "count=capped&sort=rank&filter[rank][gte]=2&limit=3", g.seen(who, func(e planted) bool { return e.rank >= 2 }))
	m.walk(t, g, who, "count=exact&sort=rank&filter[id][in]=doc-a,doc-e,doc-x", g.seen(who, func(e planted) bool { return e.id == "doc-a" || e.id == "doc-e" }))
	m.walk(t, g, who, "count=exact&sort=rank&filter[slug]=taken", g.seen(who, func(e planted) bool { return e.slug == "taken" }))
}

// walk follows a list to its end.
func (m *matrix) walk(t *testing.T, g *ground, who guest, query string, want []planted) {
	var got []shownItem
	for cursor := ""; ; {
		a := m.ask(t, "GET", "/"+g.Name+"?"+query+cursor, who.token, "")
		if a.Status != 200 {
			g.wrong(t, who, query, "%d: %s", a.Status, a.Body)
			return
		}
		page := read[shownPage](t, a)
		got = append(got, page.Items...)
		if total := page.Page.Total; total == nil || total.Value != len(want) || total.Relation != "eq" {
			g.wrong(t, who, query, "the total is not %d: %s", len(want), a.Body)
		}
		if page.Page.Next == "" {
			break
		}
		cursor = "&cursor=" + page.Page.Next
	}
	ids := []string{}
	for _, item := range got {
		ids = append(ids, item.ID)
	}
	if !slices.Equal(ids, idsOf(want)) {
		g.wrong(t, who, query, "got %v, want %v", ids, idsOf(want))
		return
	}
	for i, item := range got {
		m.members(t, g, who, item, want[i])
	}
}

// members checks what the server adds to a document for this guest.
func (m *matrix) members(t *testing.T, g *ground, who guest, item shownItem, d planted) {
	owner := ""
	if g.ShowOwner || d.owner == who.person {
		owner = d.owner.subject
	}
	if item.Owner != owner {
		g.wrong(t, who, d.id, "the owner shown is %q, want %q", item.Owner, owner)
	}
	if can := item.Can; can != nil && (can.Update != g.update.lets(who, d) || can.Delete != g.remove.lets(who, d)) {
		g.wrong(t, who, d.id, "can says %+v", *can)
	}
}

// exports: everybody gets what is theirs and may be read, and nothing else.
func (m *matrix) exports(t *testing.T) {
	for _, who := range m.guests {
		a := m.ask(t, "GET", "/me/export", who.token, "")
		if who.token == "" {
			if a.Status != 401 {
				t.Errorf("%s exports: %d", who.name, a.Status)
			}
			continue
		}
		lists := read[map[string][]shownItem](t, a)
		for _, g := range m.grounds {
			ids := []string{}
			for _, item := range lists[g.Name] {
				ids = append(ids, item.ID)
			}
			want := idsOf(g.seen(who, func(d planted) bool { return d.owner == who.person }))
			slices.Sort(want)
			if !slices.Equal(ids, want) {
				g.wrong(t, who, "export", "got %v, want %v", ids, want)
			}
		}
	}
}

// erases: everybody removes what is theirs and may be removed, and is told
// where something is left.
func (m *matrix) erases(t *testing.T) {
	for _, who := range m.guests[1:] {
		a := m.ask(t, "DELETE", "/me/data", who.token, "")
		said := read[struct {
			Deleted map[string]int
			Kept    []string
		}](t, a)
		for _, g := range m.grounds {
			removed, kept := 0, false
			g.planted = slices.DeleteFunc(g.planted, func(d planted) bool {
				gone := d.owner == who.person && g.remove.lets(who, d)
				if gone {
					removed++
				}
				kept = kept || d.owner == who.person && !gone
				return gone
			})
			if said.Deleted[g.Name] != removed || slices.Contains(said.Kept, g.Name) != kept {
				g.wrong(t, who, "erase", "%s, want %d removed, left %t", a.Body, removed, kept)
			}
		}
	}
	m.everywhere(t, m.lists)
}
