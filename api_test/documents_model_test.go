package api_test

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/postern-dev/postern/collection"
)

// By hand, many programs: go test ./api_test -run TestDocumentsAreLikeTheModel
// -model.programs 5000 -model.seed 42
var (
	modelPrograms = flag.Int("model.programs", 20, "random programs that documents are held against a model with")
	modelSeed     = flag.Uint64("model.seed", 1, "where their randomness begins")
)

// programLength is how many operations a program has.
const programLength = 100

// things is the collection of the model: its documents belong to those who
// make them and are shared among those whom they name.
func things(t testing.TB) []*collection.Collection {
	shared := collection.Rule{Kind: collection.Any, Of: []collection.Rule{owner, {Kind: collection.Member, Path: collection.Path{"editors"}}}}
	return []*collection.Collection{{
		Name: "things", ID: collection.AnyID, Owned: true, Read: shared, Create: owner, Update: shared, Delete: owner,
		Schema: mustSchema(t, `{"type":"object","additionalProperties":false,"properties":{"n":{"type":"number"},
			"slug":{"type":"string"},"editors":{"type":"array","items":{"type":"string"}}}}`),
		Indexes: []collection.Index{by("n"), by("slug,-n")},
		Unique:  []collection.Unique{{PerOwner: true, Paths: []collection.Path{{"slug"}}}},
	}}
}

// TestDocumentsAreLikeTheModel runs random programs of several callers and
// holds every answer against a model in memory.
func TestDocumentsAreLikeTheModel(t *testing.T) {
	t.Parallel()
	for _, db := range databases[:2] {
		t.Run(db.name, func(t *testing.T) {
			s := startCollections(t, things(t), db.at(t), noRateLimit)
			r := &runner{server: s, t: t, statuses: map[int]int{}}
			for _, name := range modelCallers[:3] {
				r.tokens = append(r.tokens, signIn(s.Issuer, name))
			}
			r.tokens = append(r.tokens, "")
			for i := range *modelPrograms {
				seed := *modelSeed + uint64(i)
				program := randomProgram(rand.New(rand.NewPCG(seed, 0)))
				if wrong := r.run(program); wrong != "" {
					program, wrong = r.shrink(program, wrong)
					t.Fatalf("seed %d, in %d operations:\n%s\n%s", seed, len(program), describe(program), wrong)
				}
			}
			t.Logf("seeds from %d to %d: %d calls, %v, %d replays", *modelSeed, *modelSeed+uint64(*modelPrograms)-1, r.calls, r.statuses, r.replays)
			for _, status := range []int{200, 201, 204, 401, 403, 404, 409, 412, 422} {
				if *modelPrograms >= 20 && (r.statuses[status] == 0 || r.replays == 0) {
					t.Errorf("the programs never came to a %d, or to a replay", status)
				}
			}
		})
	}
}

// runner runs programs on a server, each of them from nothing.
type runner struct {
	*server
	t      *testing.T
	tokens []string
	runs   int
	// calls, statuses and replays tell how much of the house was visited.
	calls, replays int
	statuses       map[int]int
}

func (r *runner) call(who int, method, path, body string, fields ...string) answer {
	a := r.ask(r.t, method, path, r.tokens[who], body, fields...)
	r.calls++
	r.statuses[a.Status]++
	if a.Header.Get("Idempotency-Replayed") == "true" {
		r.replays++
	}
	return a
}

// run says what was first not as in the model; empty where all was.
func (r *runner) run(program []op) string {
	r.runs++
	for who := range modelCallers[:3] {
		if a := r.call(who, "DELETE", "/me/data", ""); a.Status != 200 {
			return "cleaning up: " + a.Body
		}
	}
	m := &model{things: map[string]*thing{}, kept: map[string]keptAnswer{}}
	var last *sent
	for i, o := range program {
		wrong := ""
		switch {
		case o.kind == "list":
			wrong = r.list(m, o)
		case o.kind == "get":
			wrong = r.get(m, o)
		case o.kind == "repeat" && last == nil:
		case o.kind == "repeat":
			wrong = r.write(m, *last)
		default:
			request := m.request(o, r.runs)
			last = &request
			wrong = r.write(m, request)
		}
		if wrong != "" {
			return fmt.Sprintf("operation %d, %s: %s", i, o, wrong)
		}
	}
	return ""
}

// shrink leaves operations out as long as the program still fails.
func (r *runner) shrink(program []op, wrong string) ([]op, string) {
	tries := 400
	for size := len(program) / 2; size > 0; size /= 2 {
		for i := 0; i+size <= len(program) && tries > 0; tries-- {
			less := slices.Delete(slices.Clone(program), i, i+size)
			if still := r.run(less); still != "" {
				program, wrong = less, still
				continue
			}
			i += size
		}
	}
	return program, wrong
}

// write sends a request and compares what it led to.
func (r *runner) write(m *model, request sent) string {
	a := r.call(request.op.who, request.method, request.path, request.body, request.fields...)
	want := m.answer(request)
	if a.Status != want.status || (a.Header.Get("Idempotency-Replayed") == "true") != want.replayed {
		return fmt.Sprintf("%d (replayed %q), want %d (%t): %s", a.Status, a.Header.Get("Idempotency-Replayed"), want.status, want.replayed, a.Body)
	}
	if want.replayed && a.Body != want.body {
		return fmt.Sprintf("replayed %s, and it was %s", a.Body, want.body)
	}
	if a.Status >= 300 || want.replayed {
		return ""
	}
	m.keep(request, a.Body, want)
	if request.op.kind == "batch" {
		return m.learnBatch(r.t, a, want)
	}
	return m.learn(want.effects[0], a.Status, a.Header.Get("ETag"), a.Body)
}

func (r *runner) get(m *model, o op) string {
	d := m.things[m.id(o.slot)]
	a := r.call(o.who, "GET", "/things/"+m.id(o.slot), "")
	switch {
	case o.who == anonymous:
		return unlike(a, 401)
	case d == nil || !d.names(o.who):
		return unlike(a, 404)
	case a.Status != 200 || a.Header.Get("ETag") != d.tag():
		return fmt.Sprintf("%d %s, want %s: %s", a.Status, a.Header.Get("ETag"), d.tag(), a.Body)
	}
	return d.unlike(a.Body)
}

func unlike(a answer, status int) string {
	if a.Status == status {
		return ""
	}
	return fmt.Sprintf("%d, want %d: %s", a.Status, status, a.Body)
}

// list walks a list and compares ids and the total.
func (r *runner) list(m *model, o op) string {
	query := modelQueries[o.slot%len(modelQueries)]
	order := modelOrders[o.slot/len(modelQueries)%len(modelOrders)]
	want := m.list(o.who, query.meets, order, query.fixed)
	var got []string
	for cursor := ""; ; {
		a := r.call(o.who, "GET", "/things?limit=3&count=exact&sort="+order+query.text+cursor, "")
		if o.who == anonymous {
			return unlike(a, 401)
		}
		if a.Status != 200 {
			return unlike(a, 200)
		}
		page := read[shownPage](r.t, a)
		for _, item := range page.Items {
			got = append(got, item.ID)
		}
		if page.Page.Total == nil || page.Page.Total.Value != len(want) {
			return fmt.Sprintf("the total is not %d: %s", len(want), a.Body)
		}
		if page.Page.Next == "" {
			break
		}
		cursor = "&cursor=" + page.Page.Next
	}
	if !slices.Equal(got, want) {
		return fmt.Sprintf("%s%s: %v, want %v", order, query.text, got, want)
	}
	return ""
}

// unlike compares an answer's document with that of the model.
func (d *thing) unlike(body string) string {
	got := map[string]any{}
	decodeMembers(body, &got)
	want := maps.Clone(d.body)
	want["id"], want["version"] = d.id, float64(d.version)
	for _, name := range []string{"createdAt", "updatedAt", "owner"} {
		delete(got, name)
	}
	if !reflect.DeepEqual(got, want) {
		return fmt.Sprintf("the document is %v, want %v", got, want)
	}
	return ""
}

func describe(program []op) string {
	var lines []string
	for _, o := range program {
		lines = append(lines, "  "+o.String())
	}
	return strings.Join(lines, "\n")
}
