package declare

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/postern-dev/postern/collection"
)

// Gap is a condition of a rule that no test shows at work in one of its two
// ways.
type Gap struct {
	Collection string
	Operation  collection.Operation
	// Condition is a part of the rule that is neither any nor all.
	Condition collection.Rule
	// Granted is true where no test is let in while the condition is met, false
	// where none is refused while it is not.
	Granted bool
}

// String is the gap as a sentence.
func (g Gap) String() string {
	text := g.Collection + ": no test shows that " + string(g.Operation) + " is "
	if g.Granted {
		return text + "allowed where " + g.Condition.String() + " holds"
	}
	return text + "refused where " + g.Condition.String() + " does not hold"
}

// Coverage tells which conditions of the collections' rules no test covers. It
// goes by what the tests say, without running them: a test covers a condition
// where its caller, its given documents and its body show that it is met and
// success is expected, or that it is not and 401, 403 or 404 is. Conditions on
// documents are not judged for lists, which hold many. Operations that are
// open to nobody need no test.
func Coverage(tests []Test, collections []*collection.Collection) []Gap {
	var gaps []Gap
	for _, c := range collections {
		for _, o := range collection.Operations() {
			for _, leaf := range leavesOf(c.Rule(o)) {
				granted, refused := covered(tests, c, o, leaf)
				if !granted {
					gaps = append(gaps, Gap{c.Name, o, leaf, true})
				}
				if !refused && leaf.Kind != collection.Public {
					gaps = append(gaps, Gap{c.Name, o, leaf, false})
				}
			}
		}
	}
	return gaps
}

func leavesOf(r collection.Rule) []collection.Rule {
	switch r.Kind {
	case collection.Nobody:
		return nil
	case collection.Any, collection.All:
		var all []collection.Rule
		for _, rule := range r.Of {
			all = append(all, leavesOf(rule)...)
		}
		return all
	}
	return []collection.Rule{r}
}

func covered(tests []Test, c *collection.Collection, o collection.Operation, leaf collection.Rule) (granted, refused bool) {
	for _, t := range tests {
		operation, id, ok := t.operation(c.Name)
		if !ok || operation != o {
			continue
		}
		met, known := t.meets(c, operation, id, leaf)
		switch {
		case !known:
		case met && t.Status < 400:
			granted = true
		case !met && slices.Contains([]int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound}, t.Status):
			refused = true
		}
	}
	return granted, refused
}

// operation is what the test's request does to which document; id is empty
// for a list and for a new document.
func (t Test) operation(name string) (o collection.Operation, id string, ok bool) {
	path, _, _ := strings.Cut(t.Target, "?")
	if path == "/"+name {
		switch t.Method {
		case http.MethodGet, http.MethodHead:
			return collection.Read, "", true
		case http.MethodPost:
			return collection.Create, "", true
		}
		return "", "", false
	}
	id, below := strings.CutPrefix(path, "/"+name+"/")
	if !below || id == "" || strings.Contains(id, "/") {
		return "", "", false
	}
	switch t.Method {
	case http.MethodGet, http.MethodHead:
		return collection.Read, id, true
	case http.MethodPut, http.MethodPatch:
		return collection.Update, id, true
	case http.MethodDelete:
		return collection.Delete, id, true
	}
	return "", "", false
}

// meets tells whether the condition holds in the test, where that can be told.
func (t Test) meets(c *collection.Collection, o collection.Operation, id string, leaf collection.Rule) (met, known bool) {
	var caller collection.Caller
	if t.As != nil {
		caller = collection.Caller{
			Owner:  collection.Owner{Issuer: "as", Subject: t.As.Subject},
			Scopes: t.As.Scopes, Permissions: t.As.Permissions,
		}
		caller.ACR = t.As.ACR
		if t.As.Login != nil {
			caller.AuthTime = time.Now().Add(-*t.As.Login)
		}
		if t.As.Proof {
			caller.Proof = &collection.Proof{}
		}
	}
	condition := leaf.For(caller)
	if leaf.Kind != collection.OwnerOnly && leaf.Kind != collection.Member || condition.IsNever() {
		return condition.IsAlways(), true
	}
	document, known := t.document(c, o, id, caller.Owner)
	return known && condition.Allows(document), known
}

// document is the one that the test is about.
func (t Test) document(c *collection.Collection, o collection.Operation, id string, caller collection.Owner) (*collection.Document, bool) {
	if o == collection.Create {
		if t.Body == nil {
			return nil, false
		}
		return &collection.Document{Owner: caller, Body: *t.Body}, true
	}
	for _, g := range t.Given {
		if g.Collection == c.Name && id != "" && g.ID == id {
			owner := collection.Owner{}
			if g.Owner != "" {
				owner = collection.Owner{Issuer: caller.Issuer, Subject: g.Owner}
			}
			return &collection.Document{ID: id, Owner: owner, Body: g.Body}, true
		}
	}
	return nil, false
}
