package main

import (
	"bytes"
	"maps"
	"strings"
	"testing"
	"time"
)

// A drill that cannot fail proves nothing: here is everything that the ledger
// has to notice.
func TestTheLedgerNotices(t *testing.T) {
	a, b := place{"items", "a"}, place{"notes", "b"}
	know := func() map[place]*item {
		return map[place]*item{a: {id: "1", version: 2, n: 2}, b: {id: "2", version: 1, n: 1}}
	}
	is := func(version, n int) body { return body{Version: version, N: n} }
	pair := &operation{body: "a batch", after: map[place]*item{{"items", "c"}: {version: 1, n: 1}, {"notes", "c"}: {version: 1, n: 1}}}
	change := &operation{after: map[place]*item{a: {id: "1", version: 3, n: 3}}}
	remove := &operation{after: map[place]*item{a: nil}}
	for _, tt := range []struct {
		name    string
		pending *operation
		found   map[place]body
		says    string
	}{
		{"all is as it was", nil, map[place]body{a: is(2, 2), b: is(1, 1)}, ""},
		{"one is lost", nil, map[place]body{b: is(1, 1)}, "items a is"},
		{"one is older", nil, map[place]body{a: is(1, 1), b: is(1, 1)}, "items a is"},
		{"one is newer", nil, map[place]body{a: is(3, 3), b: is(1, 1)}, "items a is"},
		{"one is nobody's", nil, map[place]body{a: is(2, 2), b: is(1, 1), {"items", "x"}: is(1, 1)}, "items x is there, and nobody wrote it"},
		{"an unanswered change is stored", change, map[place]body{a: is(3, 3), b: is(1, 1)}, ""},
		{"an unanswered change is not stored", change, map[place]body{a: is(2, 2), b: is(1, 1)}, ""},
		{"an unanswered change counted twice", change, map[place]body{a: is(4, 3), b: is(1, 1)}, "items a is"},
		{"an unanswered deletion is stored", remove, map[place]body{b: is(1, 1)}, ""},
		{"an unanswered deletion is not stored", remove, map[place]body{a: is(2, 2), b: is(1, 1)}, ""},
		{"an unanswered batch is stored", pair, map[place]body{a: is(2, 2), b: is(1, 1), {"items", "c"}: is(1, 1), {"notes", "c"}: is(1, 1)}, ""},
		{"an unanswered batch is not stored", pair, map[place]body{a: is(2, 2), b: is(1, 1)}, ""},
		{"half of a batch is stored", pair, map[place]body{a: is(2, 2), b: is(1, 1), {"items", "c"}: is(1, 1)}, "half of a batch"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := &writer{known: know(), pending: tt.pending}
			err := w.compare(tt.found)
			if (err == nil) != (tt.says == "") || err != nil && !strings.Contains(err.Error(), tt.says) {
				t.Errorf("got %v, want %q", err, tt.says)
			}
		})
	}
}

// Where losses are allowed, they are counted, and nothing else is let pass.
func TestLossesAreCounted(t *testing.T) {
	a, b := place{"items", "a"}, place{"notes", "a"}
	is := func(version int) body { return body{Version: version, N: version} }
	for _, tt := range []struct {
		name  string
		found map[place]body
		lost  int
		says  string
	}{
		{"nothing", map[place]body{a: is(3), b: is(1)}, 0, ""},
		{"what nobody answered is there", map[place]body{a: is(4), b: is(1)}, 0, ""},
		{"two changes", map[place]body{a: is(1), b: is(1)}, 2, ""},
		{"all", nil, 4, ""},
		{"one is newer", map[place]body{a: is(5), b: is(1)}, 0, "version 4 was the last"},
		{"one is nobody's", map[place]body{a: is(3), b: is(1), {"items", "x"}: is(1)}, 0, "version 0 was the last"},
		{"half of a batch", map[place]body{b: is(1)}, 3, "half of a batch"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := &writer{
				known:   map[place]*item{a: {id: "1", version: 3, n: 3}, b: {id: "2", version: 1, n: 1}},
				pending: &operation{after: map[place]*item{a: {id: "1", version: 4, n: 4}}},
			}
			lost, err := w.missing(tt.found)
			if lost != tt.lost || (err == nil) != (tt.says == "") || err != nil && !strings.Contains(err.Error(), tt.says) {
				t.Errorf("%d lost, %v; want %d, %q", lost, err, tt.lost, tt.says)
			}
			w.adopt(tt.found)
			if w.pending != nil || w.compare(maps.Clone(tt.found)) != nil {
				t.Errorf("it goes on from %v with %v", w.known, w.pending)
			}
		})
	}
}

func TestHalfADocumentShows(t *testing.T) {
	whole := written("a", 1)
	half := whole
	half.Text = half.Text[:len(half.Text)/2]
	if whole.Sum != whole.sum() || half.Sum == half.sum() {
		t.Errorf("%s %s", whole.sum(), half.sum())
	}
}

func TestFlagsStandAnywhere(t *testing.T) {
	o, err := parse(strings.Fields("-short kill-sqlite -rounds 7 sigterm -for 3s"))
	if err != nil || !o.short || o.rounds != 7 || o.length != 3*time.Second || strings.Join(o.names, " ") != "kill-sqlite sigterm" {
		t.Errorf("got %+v, %v", o, err)
	}
	if _, err := choose([]string{"nothing"}, false); err == nil {
		t.Error("a drill that is not there is chosen")
	}
}

func TestEveryDrillSaysWhatItIs(t *testing.T) {
	var out bytes.Buffer
	if err := list(&out, drills()); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, d := range drills() {
		if seen[d.name] || d.breaks == "" || d.passes == "" || d.run == nil || d.long == (size{}) {
			t.Errorf("%s is incomplete, or there twice", d.name)
		}
		seen[d.name] = true
		if !strings.Contains(out.String(), d.name) {
			t.Errorf("%s is not listed", d.name)
		}
	}
}
