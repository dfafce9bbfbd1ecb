package collection

import (
	"strings"
	"time"
)

// Operation is what a rule is declared for.
type Operation string

// The operations of a collection.
const (
	Read   Operation = "read"
	Create Operation = "create"
	Update Operation = "update"
	Delete Operation = "delete"
)

// Operations are all operations.
func Operations() []Operation { return []Operation{Read, Create, Update, Delete} }

// Rule returns the rule of the operation.
func (c *Collection) Rule(o Operation) Rule {
	switch o {
	case Read:
		return c.Read
	case Create:
		return c.Create
	case Update:
		return c.Update
	case Delete:
		return c.Delete
	}
	return Rule{}
}

// String is the rule as it is declared, on one line.
func (r Rule) String() string {
	switch r.Kind {
	case Public:
		return "public"
	case Authenticated:
		return "authenticated"
	case OwnerOnly:
		return "owner"
	case Member:
		return "{member: " + r.Path.String() + "}"
	case Scope:
		return "{scope: " + r.Name + "}"
	case Permission:
		return "{permission: " + r.Name + "}"
	case ACR:
		return "{acr: " + r.Name + "}"
	case LoginAge:
		return "{maxAge: " + r.Age.String() + "}"
	case Proven:
		return "proof"
	case Any:
		return "{any: " + listed(r.Of) + "}"
	case All:
		return "{all: " + listed(r.Of) + "}"
	}
	return "nobody"
}

func listed(rules []Rule) string {
	var texts []string
	for _, r := range rules {
		texts = append(texts, r.String())
	}
	return "[" + strings.Join(texts, ", ") + "]"
}

// Missing returns what the rule asks for of the token, scopes, permissions, a
// proof and another login, that the caller lacks and that could open it, in their order.
func (r Rule) Missing(caller Caller) []Rule {
	switch r.Kind {
	case Scope, Permission, Proven, ACR, LoginAge:
		if r.For(caller).IsNever() {
			return []Rule{r}
		}
	case Any, All:
		var missing []Rule
		for _, rule := range r.Of {
			missing = append(missing, rule.Missing(caller)...)
		}
		return missing
	}
	return nil
}

// Login returns what the rule asks of a login, be it met already or not; empty
// and 0 where it does not matter. Of rules of which any will do it is the first
// that the caller lacks something for.
func (r Rule) Login(caller Caller) (acr string, age time.Duration) {
	switch r.Kind {
	case ACR:
		return r.Name, 0
	case LoginAge:
		return "", r.Age
	case Any, All:
		for _, rule := range r.Of {
			if r.Kind == Any && len(rule.Missing(caller)) == 0 {
				continue
			}
			kind, most := rule.Login(caller)
			if acr == "" {
				acr = kind
			}
			if age == 0 || most > 0 && most < age {
				age = most
			}
			if r.Kind == Any && (acr != "" || age != 0) {
				return acr, age
			}
		}
	}
	return acr, age
}

// LoginEnds returns when the caller's login will be too old for a part of the
// rule for which it is not yet; zero where that never comes. What the rule lets
// the caller see may be less from then on.
func (r Rule) LoginEnds(caller Caller) (at time.Time) {
	if r.Kind == LoginAge && !r.For(caller).IsNever() {
		return caller.AuthTime.Add(r.Age)
	}
	for _, rule := range r.Of {
		if end := rule.LoginEnds(caller); !end.IsZero() && (at.IsZero() || end.Before(at)) {
			at = end
		}
	}
	return at
}
