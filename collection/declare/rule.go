package declare

import (
	"fmt"
	"strings"
	"time"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/mistake"
	"github.com/postern-dev/postern/yamltree"
)

// Bounds of one rule: how deep, how many words in all, and how many all-ofs a
// store may be given when it is worked out.
const (
	mostRuleDepth = 6
	mostLeaves    = 32
	mostTerms     = 32
)

const ruleForms = "public, authenticated, owner, proof, {member: ...}, {scope: ...}, {permission: ...}, {acr: ...}, {maxAge: ...}, {any: [...]} or {all: [...]}"

// rule reads the rule of one operation, or of write.
func (d *draft) rule(n yamltree.Node, operation string) collection.Rule {
	key, example := d.key(operation), operation+": owner"
	if n.Kind == yamltree.Text && n.Text == "nobody" {
		return collection.Rule{Line: n.Line}
	}
	before := len(d.found)
	rule := d.oneRule(n, key, example, 1)
	if len(d.found) > before {
		return rule
	}
	if leaves(rule) > mostLeaves {
		d.wrong(n.Line, key, fmt.Sprintf("has %d conditions; %d are the most", leaves(rule), mostLeaves), "")
	} else if t := terms(rule); t > mostTerms {
		d.wrong(n.Line, key, fmt.Sprintf("amounts to %d alternatives when any is multiplied out of all; %d are the most", t, mostTerms), "")
	}
	return rule
}

func (d *draft) oneRule(n yamltree.Node, key, example string, depth int) collection.Rule {
	switch {
	case depth > mostRuleDepth:
		d.wrong(n.Line, key, fmt.Sprintf("is nested more than %d deep", mostRuleDepth), "")
	case n.Kind == yamltree.Text:
		return d.word(n, key, example)
	case n.Kind == yamltree.Mapping && len(n.Members) == 1:
		return d.compound(n, key, example, depth)
	case n.Kind == yamltree.Mapping && len(n.Members) > 1:
		d.wrong(n.Line, key, "is a mapping with several keys; say whether one is enough or all are needed", operationOf(key)+": {all: [owner, {scope: write:notes}]}")
	case n.Kind == yamltree.List:
		d.wrong(n.Line, key, "is a list; say whether one of it is enough or all are needed", operationOf(key)+": {any: [owner, {permission: edit:all}]}")
	default:
		d.wrong(n.Line, key, fmt.Sprintf("is %s, but a rule is meant: %s", n.Kind, ruleForms), example)
	}
	return collection.Rule{Line: n.Line}
}

func operationOf(key string) string { return key[strings.LastIndexByte(key, '.')+1:] }

func (d *draft) word(n yamltree.Node, key, example string) collection.Rule {
	rule := collection.Rule{Line: n.Line}
	switch text := strings.TrimSpace(n.Text); text {
	case "public":
		rule.Kind = collection.Public
	case "authenticated":
		rule.Kind = collection.Authenticated
	case "owner":
		rule.Kind = collection.OwnerOnly
		if !d.Owned {
			d.wrong(n.Line, key, "is owner, but nobody owns documents of this collection", "owner: true")
		}
	case "proof":
		rule.Kind = collection.Proven
	case "nobody":
		d.wrong(n.Line, key, "has nobody beside others, which says nothing", "")
	case "member", "scope", "permission", "acr", "maxAge", "any", "all":
		d.wrong(n.Line, key, "is "+text+" alone", operationOf(key)+": "+forms()[text])
	default:
		known := mistake.Names("public", "authenticated", "owner", "proof", "nobody")
		d.wrong(n.Line, key, "is "+mistake.Quote(text)+", not one of "+ruleForms+mistake.DidYouMean(text, known), example)
	}
	return rule
}

// forms are right values of the rules that are mappings.
func forms() map[string]string {
	return map[string]string{
		"member": "{member: editors}", "scope": "{scope: read:notes}", "permission": "{permission: read:notes}",
		"acr": "{acr: phr}", "maxAge": "{maxAge: 5m}",
		"any": "{any: [owner, {permission: read:all}]}", "all": "{all: [owner, {scope: write:notes}]}",
	}
}

func (d *draft) compound(n yamltree.Node, key, example string, depth int) collection.Rule {
	m := n.Members[0]
	rule := collection.Rule{Line: m.Line}
	form := operationOf(key) + ": " + forms()[m.Key]
	switch m.Key {
	case "member":
		rule.Kind = collection.Member
		rule.Path = d.people(m.Value, key, form)
	case "scope":
		rule.Kind = collection.Scope
		rule.Name = d.token(m.Value, key, form)
	case "permission":
		rule.Kind = collection.Permission
		rule.Name = d.token(m.Value, key, form)
	case "acr":
		rule.Kind = collection.ACR
		rule.Name = d.token(m.Value, key, form)
	case "maxAge":
		rule.Kind = collection.LoginAge
		rule.Age = d.age(m.Value, key, form)
	case "any":
		rule.Kind = collection.Any
		rule.Of = d.several(m.Value, key, form, depth)
	case "all":
		rule.Kind = collection.All
		rule.Of = d.several(m.Value, key, form, depth)
	default:
		known := mistake.Names("member", "scope", "permission", "acr", "maxAge", "any", "all")
		d.wrong(m.Line, key, "has the key "+mistake.Quote(m.Key)+", which a rule does not have"+mistake.DidYouMean(m.Key, known), example)
	}
	return rule
}

func (d *draft) several(n yamltree.Node, key, example string, depth int) []collection.Rule {
	if !d.kind(n, yamltree.List, key, "a list of rules", example) {
		return nil
	}
	if len(n.Items) == 0 {
		d.wrong(n.Line, key, "is an empty list of rules", example)
	}
	var rules []collection.Rule
	for _, item := range n.Items {
		rules = append(rules, d.oneRule(item, key, example, depth+1))
	}
	return rules
}

// token reads a scope or a permission: what RFC 6749, section 3.3 lets a scope
// be.
func (d *draft) token(n yamltree.Node, key, example string) string {
	text, ok := d.text(n, key, example)
	if !ok {
		return ""
	}
	switch {
	case strings.ContainsAny(text, " \t\n,"):
		d.wrong(n.Line, key, "has "+mistake.Quote(text)+" with a blank or a comma in it; name each alone within all or any", example)
	case strings.ContainsFunc(text, func(r rune) bool { return r < '!' || r > '~' || r == '"' || r == '\\' }):
		d.wrong(n.Line, key, "has "+mistake.Quote(text)+", which has characters that no scope has", example)
	case len(text) > 200:
		d.wrong(n.Line, key, "has a name of more than 200 characters", example)
	}
	return text
}

// age reads how long ago a login may be: whole seconds, from one second to a
// year, since tokens tell no more.
func (r *reader) age(n yamltree.Node, key, example string) time.Duration {
	text, ok := r.text(n, key, example)
	if !ok {
		return 0
	}
	age, err := time.ParseDuration(text)
	if err != nil || age < time.Second || age > 365*24*time.Hour || age%time.Second != 0 {
		r.wrong(n.Line, key, "is "+mistake.Quote(text)+", not a time such as 30s, 5m or 24h", example)
	}
	return age
}

// people reads the path of a member that names people.
func (d *draft) people(n yamltree.Node, key, example string) collection.Path {
	text, ok := d.text(n, key, example)
	if !ok {
		return nil
	}
	path := collection.ParsePath(text)
	if text == "owner" {
		d.wrong(n.Line, key, "names the member owner; the rule for it is the word owner", operationOf(key)+": owner")
		return path
	}
	if d.knownMember(path, n.Line, key) && !d.schema.NamesPeople(path) {
		d.wrong(n.Line, key, "names "+mistake.Quote(text)+", which the schema does not say to be a string or a list of strings",
			"{type: array, items: {type: string}}")
	}
	return path
}

func leaves(r collection.Rule) int {
	if r.Kind != collection.Any && r.Kind != collection.All {
		return 1
	}
	n := 0
	for _, rule := range r.Of {
		n += leaves(rule)
	}
	return n
}

// terms is how many all-ofs the rule amounts to, at most.
func terms(r collection.Rule) int {
	n := 1
	switch r.Kind {
	case collection.Any:
		n = 0
		for _, rule := range r.Of {
			n += terms(rule)
		}
	case collection.All:
		for _, rule := range r.Of {
			n = min(n*terms(rule), 1<<20)
		}
	}
	return n
}
