package collection_test

import (
	"testing"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/jsonvalue"
)

const issuer = "https://tenant.example/"

var (
	nobody = collection.Caller{}
	ada    = collection.Caller{Owner: collection.Owner{Issuer: issuer, Subject: "ada"}}
	bob    = collection.Caller{Owner: collection.Owner{Issuer: issuer, Subject: "bob"},
		Scopes: []string{"write:notes"}, Permissions: []string{"admin"}}
	twin = collection.Caller{Owner: collection.Owner{Issuer: "https://other.example/", Subject: "ada"}}
)

func document(t testing.TB, owner collection.Owner, body string) *collection.Document {
	t.Helper()
	v, err := jsonvalue.Parse([]byte(body), jsonvalue.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return &collection.Document{ID: "1", Owner: owner, Version: 1, Birth: "aaaa", Body: v}
}

func rule(kind collection.RuleKind, of ...collection.Rule) collection.Rule {
	return collection.Rule{Kind: kind, Of: of}
}

func named(kind collection.RuleKind, name string) collection.Rule {
	return collection.Rule{Kind: kind, Name: name}
}

// TestWhoMay asks each rule about one document of ada's that names bob.
func TestWhoMay(t *testing.T) {
	d := document(t, ada.Owner, `{"editors":["bob",7,"bob"],"one":"bob","not":{"a":"bob"}}`)
	member := func(path ...string) collection.Rule {
		return collection.Rule{Kind: collection.Member, Path: path}
	}
	owner := rule(collection.OwnerOnly)
	scope, permission := named(collection.Scope, "write:notes"), named(collection.Permission, "admin")
	for _, tt := range []struct {
		rule                   collection.Rule
		nobody, ada, bob, twin bool
	}{
		{collection.Rule{}, false, false, false, false},
		{rule(collection.Public), true, true, true, true},
		{rule(collection.Authenticated), false, true, true, true},
		{owner, false, true, false, false},
		{member("editors"), false, false, true, false},
		{member("one"), false, false, true, false},
		{member("not"), false, false, false, false},
		{member("not", "a"), false, false, true, false},
		{member("missing"), false, false, false, false},
		{scope, false, false, true, false},
		{permission, false, false, true, false},
		{named(collection.Scope, "admin"), false, false, false, false},
		{named(collection.Permission, "write:notes"), false, false, false, false},
		{rule(collection.Any, owner, scope), false, true, true, false},
		{rule(collection.All, owner, scope), false, false, false, false},
		{rule(collection.All, member("editors"), scope), false, false, true, false},
		{rule(collection.All, rule(collection.Any, owner, member("one")), rule(collection.Authenticated)), false, true, true, false},
		{rule(collection.Any, rule(collection.Public), owner), true, true, true, true},
		{rule(collection.All, owner, collection.Rule{}), false, false, false, false},
		{rule(collection.Any), false, false, false, false},
		{rule(collection.All), false, false, false, false},
	} {
		for who, want := range map[*collection.Caller]bool{&nobody: tt.nobody, &ada: tt.ada, &bob: tt.bob, &twin: tt.twin} {
			if got := tt.rule.For(*who).Allows(d); got != want {
				t.Errorf("%s for %s of %s: %v, want %v", tt.rule, who.Subject, who.Issuer, got, want)
			}
		}
	}
}

// TestADocumentOfNobodyIsNobodysOwn keeps the zero owner from matching the
// zero caller.
func TestADocumentOfNobodyIsNobodysOwn(t *testing.T) {
	d := document(t, collection.Owner{}, `{"editors":[""]}`)
	for _, r := range []collection.Rule{rule(collection.OwnerOnly), {Kind: collection.Member, Path: collection.Path{"editors"}}} {
		if r.For(nobody).Allows(d) {
			t.Errorf("%s lets nobody in", r)
		}
	}
	if collection.OwnedBy(collection.Owner{}).Allows(d) {
		t.Error("a condition on nobody is met")
	}
}

func TestWhichRulesBindTheOwner(t *testing.T) {
	owner, public := rule(collection.OwnerOnly), rule(collection.Public)
	for _, tt := range []struct {
		rule  collection.Rule
		binds bool
	}{
		{owner, true}, {public, false}, {collection.Rule{}, false},
		{rule(collection.All, public, owner), true},
		{rule(collection.Any, public, owner), false},
		{rule(collection.Any, owner, rule(collection.All, owner, public)), true},
		{rule(collection.Any), false},
	} {
		if got := tt.rule.BindsOwner(); got != tt.binds {
			t.Errorf("%s binds the owner: %v", tt.rule, got)
		}
	}
}

func TestWhatIsMissing(t *testing.T) {
	r := rule(collection.All, rule(collection.OwnerOnly), named(collection.Scope, "a"),
		rule(collection.Any, named(collection.Permission, "admin"), named(collection.Scope, "write:notes")))
	var names []string
	for _, m := range r.Missing(ada) {
		names = append(names, m.String())
	}
	if len(names) != 3 || names[0] != "{scope: a}" || names[1] != "{permission: admin}" || names[2] != "{scope: write:notes}" {
		t.Errorf("ada lacks %v", names)
	}
	if missing := r.Missing(bob); len(missing) != 1 {
		t.Errorf("bob lacks %v", missing)
	}
}
