package collection_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/postern-dev/postern/collection"
)

// TestConditionsSayWhatRulesMean compares each rule, worked out for a caller,
// with an evaluation that asks the rule directly.
func TestConditionsSayWhatRulesMean(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	callers := []collection.Caller{nobody, ada, bob, twin}
	for range 5000 {
		r := randomRule(random, 3)
		body := fmt.Sprintf(`{"a":["%s"],"b":"%s"}`, pick(random, "ada", "bob"), pick(random, "ada", "bob"))
		d := document(t, callers[random.IntN(len(callers))].Owner, body)
		for _, caller := range callers {
			condition := r.For(caller)
			got, want := condition.Allows(d), means(r, caller, d)
			if got != want {
				t.Fatalf("%s for %v of a document of %v with %s: %v, want %v", r, caller.Owner, d.Owner, body, got, want)
			}
			if condition.IsNever() && got || condition.IsAlways() && !got {
				t.Fatalf("%s for %v is never or always, and it is not", r, caller.Owner)
			}
			if want && r.BindsOwner() && d.Owner != caller.Owner {
				t.Fatalf("%s is said to bind the owner and lets %v in", r, caller.Owner)
			}
		}
	}
}

func pick(random *rand.Rand, words ...string) string { return words[random.IntN(len(words))] }

func randomRule(random *rand.Rand, depth int) collection.Rule {
	kind := collection.RuleKind(random.IntN(12))
	if depth == 0 && kind >= collection.Any {
		kind = collection.OwnerOnly
	}
	r := collection.Rule{Kind: kind, Name: pick(random, "write:notes", "admin"), Path: collection.Path{pick(random, "a", "b")}}
	if kind >= collection.Any {
		for range 1 + random.IntN(3) {
			r.Of = append(r.Of, randomRule(random, depth-1))
		}
	}
	return r
}

// means is what a rule says, read word by word.
func means(r collection.Rule, caller collection.Caller, d *collection.Document) bool {
	signedIn := caller.Subject != ""
	switch r.Kind {
	case collection.Public:
		return true
	case collection.Authenticated:
		return signedIn
	case collection.OwnerOnly:
		return signedIn && caller.Owner == d.Owner
	case collection.Member:
		member, _ := d.Body.Get(r.Path[0])
		text := string(member.Append(nil))
		return signedIn && caller.Issuer == d.Owner.Issuer && (text == `"`+caller.Subject+`"` || text == `["`+caller.Subject+`"]`)
	case collection.Scope:
		return len(caller.Scopes) > 0 && caller.Scopes[0] == r.Name
	case collection.Permission:
		return len(caller.Permissions) > 0 && caller.Permissions[0] == r.Name
	case collection.ACR:
		return caller.ACR == r.Name
	case collection.LoginAge:
		return !caller.AuthTime.IsZero() && caller.AuthTime.After(time.Now().Add(-r.Age))
	case collection.Proven:
		return caller.Proof != nil
	case collection.Any, collection.All:
		for _, part := range r.Of {
			if means(part, caller, d) == (r.Kind == collection.Any) {
				return r.Kind == collection.Any
			}
		}
		return r.Kind == collection.All
	}
	return false
}
