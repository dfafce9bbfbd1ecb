package api_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
)

// modelCallers are those who run programs; the last one has no token.
var modelCallers = []string{"ada", "bob", "eve", "anonymous"}

const anonymous = 3

// op is one operation of a program. It says what to do in terms that stay
// true when others before it are left out.
type op struct {
	kind  string // post, make, put, patch, json, delete, batch, get, list, repeat
	who   int
	slot  int    // which document, or which list
	body  string // of the write
	match string // what If-Match has: empty, current, stale or *
	key   string // the Idempotency-Key
	batch []op
}

// String is the operation on one line.
func (o op) String() string {
	text := fmt.Sprintf("%s %s %d %s", modelCallers[o.who], o.kind, o.slot, o.body)
	if o.match != "" {
		text += " if-match:" + o.match
	}
	if o.key != "" {
		text += " key:" + o.key
	}
	for _, each := range o.batch {
		text += " {" + each.String() + "}"
	}
	return text
}

func randomProgram(random *rand.Rand) []op {
	var program []op
	for range 2 * slots {
		// Something has to be there.
		program = append(program, op{kind: []string{"post", "make"}[random.IntN(2)], who: random.IntN(3), slot: random.IntN(slots), body: randomBody(random, false)})
	}
	for len(program) < programLength {
		program = append(program, randomOp(random))
	}
	return program
}

func randomOp(random *rand.Rand) op {
	switch n := random.IntN(20); {
	case n < 3:
		return op{kind: "list", who: random.IntN(4), slot: random.IntN(1000)}
	case n < 5:
		return op{kind: "get", who: random.IntN(4), slot: random.IntN(slots)}
	case n < 7:
		return op{kind: "repeat"}
	case n < 10:
		o := op{kind: "batch", who: whoWrites(random), key: randomKey(random)}
		for range 1 + random.IntN(3) {
			each := randomWrite(random)
			each.who, each.key = o.who, ""
			o.batch = append(o.batch, each)
		}
		return o
	}
	return randomWrite(random)
}

// whoWrites is seldom nobody.
func whoWrites(random *rand.Rand) int {
	if random.IntN(20) == 0 {
		return anonymous
	}
	return random.IntN(3)
}

func randomKey(random *rand.Rand) string {
	return []string{"", "", "k1", "k2"}[random.IntN(4)]
}

func randomWrite(random *rand.Rand) op {
	o := op{who: whoWrites(random), slot: random.IntN(slots), key: randomKey(random)}
	o.kind = []string{"post", "make", "put", "put", "patch", "patch", "json", "delete"}[random.IntN(8)]
	switch o.kind {
	case "post", "make":
		o.body = randomBody(random, false)
		return o
	case "put":
		o.body = randomBody(random, false)
	case "patch":
		o.body = randomBody(random, true)
	case "json":
		o.body = randomPatch(random)
	}
	o.match = []string{"", "", "", "current", "stale", "*"}[random.IntN(6)]
	return o
}

// randomBody is a document, seldom a wrong one, or a merge patch.
func randomBody(random *rand.Rand, patch bool) string {
	members := map[string]any{}
	if random.IntN(3) > 0 {
		members["n"] = []any{-1, 0, 1, 1.5, 10}[random.IntN(5)]
	}
	if random.IntN(3) == 0 {
		members["slug"] = []any{"a", "ab", "b", "bä", "c"}[random.IntN(5)]
	}
	if random.IntN(2) == 0 {
		members["editors"] = [][]string{{}, {"bob", "eve"}, {"ada", "eve"}, {"ada", "bob", "eve"}}[random.IntN(4)]
	}
	if random.IntN(30) == 0 {
		members["n"] = "no number"
	}
	if random.IntN(30) == 0 {
		members["forbidden"] = true
	}
	if patch && random.IntN(3) == 0 {
		members[[]string{"n", "slug", "editors"}[random.IntN(3)]] = nil
	}
	text, _ := json.Marshal(members) // nothing that has no JSON
	return string(text)
}

// randomPatch is a JSON patch of one or two operations.
func randomPatch(random *rand.Rand) string {
	var list []string
	for range 1 + random.IntN(2) {
		name := []string{"n", "slug"}[random.IntN(2)]
		value := map[string][]string{"n": {"0", "7", `"wrong"`}, "slug": {`"a"`, `"c"`, "5"}}[name][random.IntN(3)]
		switch verb := []string{"add", "replace", "remove", "test"}[random.IntN(4)]; verb {
		case "remove":
			list = append(list, fmt.Sprintf(`{"op":"remove","path":"/%s"}`, name))
		default:
			list = append(list, fmt.Sprintf(`{"op":"%s","path":"/%s","value":%s}`, verb, name, value))
		}
	}
	return "[" + strings.Join(list, ",") + "]"
}
