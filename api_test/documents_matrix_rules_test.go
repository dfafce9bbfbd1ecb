package api_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/postern-dev/postern/auth/authtest"
	"github.com/postern-dev/postern/collection"
)

// allow is a rule as this test understands it: it knows nothing of conditions,
// and answers from what the words mean.
type allow struct {
	kind collection.RuleKind
	of   []allow
}

// person is a subject of an issuer; the zero person is nobody.
type person struct{ issuer, subject string }

// guest is somebody who calls.
type guest struct {
	person
	name, token       string
	scope, permission bool
	// bound is the same guest's token, bound to the holder's key.
	bound func(authtest.Holder) string
}

// planted is a document as the test knows it.
type planted struct {
	id      string
	owner   person
	editors []string
	secret  string
	rank    int // 0: the document has none
	slug    string
	tag     string // entity tag of its first version
}

// declared is the rule for the server.
func (a allow) declared() collection.Rule {
	rule := collection.Rule{Kind: a.kind}
	switch a.kind {
	case collection.Member:
		rule.Path = collection.Path{"editors"}
	case collection.Scope:
		rule.Name = "the:scope"
	case collection.Permission:
		rule.Name = "the:permission"
	}
	for _, part := range a.of {
		rule.Of = append(rule.Of, part.declared())
	}
	return rule
}

// lets tells whether the rule lets the guest at the document.
func (a allow) lets(who guest, d planted) bool {
	signedIn := who.person != person{}
	switch a.kind {
	case collection.Public:
		return true
	case collection.Authenticated:
		return signedIn
	case collection.OwnerOnly:
		return signedIn && d.owner == who.person
	case collection.Member:
		return signedIn && d.owner.issuer == who.issuer && slices.Contains(d.editors, who.subject)
	case collection.Scope:
		return who.scope
	case collection.Permission:
		return who.permission
	case collection.Any:
		return slices.ContainsFunc(a.of, func(part allow) bool { return part.lets(who, d) })
	case collection.All:
		return !slices.ContainsFunc(a.of, func(part allow) bool { return !part.lets(who, d) })
	}
	return false
}

// ever tells whether there could be a document at which the rule lets the
// guest. Nothing suits a guest better than one that is theirs and names
// them.
func (a allow) ever(who guest) bool {
	return a.lets(who, planted{owner: who.person, editors: []string{who.subject}})
}

// denied is the status for somebody whom the rule does not let do it.
func (a allow) denied(who guest) int {
	if who.token == "" && a.kind != collection.Nobody {
		return 401
	}
	return 403
}

// allows are rules of every kind, alone and combined.
func allows() []allow {
	one := func(kind collection.RuleKind) allow { return allow{kind: kind} }
	combined := func(kind collection.RuleKind, of ...allow) allow { return allow{kind, of} }
	nobody, public, authenticated := one(collection.Nobody), one(collection.Public), one(collection.Authenticated)
	owner, member, scope, permission := one(collection.OwnerOnly), one(collection.Member), one(collection.Scope), one(collection.Permission)
	list := []allow{nobody, public, authenticated, owner, member, scope, permission}
	for _, pair := range [][]allow{{owner, member}, {owner, scope}, {member, permission}, {scope, permission}} {
		list = append(list, combined(collection.Any, pair...), combined(collection.All, pair...))
	}
	return append(list,
		combined(collection.All, combined(collection.Any, owner, member), scope),
		combined(collection.Any, combined(collection.All, owner, scope), combined(collection.All, member, permission)),
		combined(collection.Any, nobody, combined(collection.All, authenticated, member)))
}

// ground is a collection of the matrix and what is in it.
type ground struct {
	*collection.Collection
	read, create, update, remove allow
	planted                      []planted
}

// some are the rules of the matrix where it is to be quick: nobody, an owner,
// and combinations of all that is asked of document and token.
func some(all []allow) []allow { return []allow{all[0], all[3], all[7], all[12], all[16]} }

// grounds are the collections of the matrix: every rule for reading, some that
// differ for each operation and, where writing is to be looked at, too, every
// rule for writing. Few of each do where it is to be quick.
func grounds(t testing.TB, writing, few bool) (list []*ground) {
	random := rand.New(rand.NewPCG(4, 2))
	all := allows()
	public, authenticated, owner := all[1], all[2], all[3]
	rules, mixed := all, 8
	if few {
		rules, mixed = some(all), 2
	}
	for _, rule := range rules {
		list = append(list, &ground{read: rule, create: authenticated, update: owner, remove: owner})
		if writing {
			list = append(list, &ground{read: public, create: rule, update: rule, remove: rule})
		}
	}
	pick := func() allow { return all[random.IntN(len(all))] }
	for range mixed {
		list = append(list, &ground{read: pick(), create: pick(), update: pick(), remove: pick()})
	}
	for i, g := range list {
		g.declare(t, i)
	}
	return list
}

func (g *ground) declare(t testing.TB, i int) {
	g.Collection = &collection.Collection{
		Name: "c" + string(rune('a'+i/10)) + string(rune('0'+i%10)), ID: collection.AnyID, Owned: true, ShowOwner: i%3 == 0,
		Schema: mustSchema(t, `{"type":"object","properties":{"secret":{"type":"string"},"rank":{"type":"integer"},
			"slug":{"type":"string"},"editors":{"type":"array","items":{"type":"string"}},"touched":{"type":"boolean"}}}`),
		Read: g.read.declared(), Create: g.create.declared(), Update: g.update.declared(), Delete: g.remove.declared(),
		Unique: []collection.Unique{{PerOwner: true, Paths: []collection.Path{{"slug"}}}},
	}
	if i%4 < 2 {
		g.Indexes = []collection.Index{{Keys: []collection.SortKey{{Path: collection.Path{"rank"}}}},
			{Keys: []collection.SortKey{{Path: collection.Path{"secret"}}}}}
	}
}

// open is the collection with everything allowed to everybody. Its rule
// already names the members that are asked for later: a shared database waits
// ten seconds for other servers before it fills in whom documents name.
func (g *ground) open() *collection.Collection {
	open := *g.Collection
	everybody := collection.Rule{Kind: collection.Any, Of: []collection.Rule{{Kind: collection.Public},
		{Kind: collection.Member, Path: collection.Path{"editors"}}}}
	open.Read, open.Create, open.Update, open.Delete = everybody, everybody, everybody, everybody
	return &open
}

// distinct are the documents of which there is one of a kind.
func (g *ground) distinct() []planted {
	return slices.DeleteFunc(slices.Clone(g.planted), func(d planted) bool { return d.secret != "s-"+d.id })
}
