package collection

import (
	"slices"
	"time"
)

// Caller is who asks. The zero Caller is somebody without a token.
type Caller struct {
	Owner
	Scopes      []string
	Permissions []string
	// ACR is how the caller signed in, AuthTime when; empty and zero where the
	// token does not say.
	ACR      string
	AuthTime time.Time
	// Proof is that of the key which the caller's token is bound to; nil where
	// it is bound to none.
	Proof *Proof
}

// Proof is a proof of possession, good for one request (RFC 9449).
type Proof struct {
	// Key is the key's thumbprint, ID the proof's own name under it.
	Key [32]byte
	ID  string
	// Until is when the proof stops counting.
	Until time.Time
}

// RuleKind is the kind of a [Rule].
type RuleKind int

// The kinds of rules.
const (
	// Nobody is the zero rule: what nobody declared, nobody may.
	Nobody RuleKind = iota
	// Public lets everybody in, with a token or without.
	Public
	// Authenticated lets everybody with a good token in.
	Authenticated
	// OwnerOnly lets the document's owner in.
	OwnerOnly
	// Member lets those in who are named by a member of the document.
	Member
	// Scope asks for a scope of the token (`scope` or `scp`).
	Scope
	// Permission asks for one of the token's `permissions`.
	Permission
	// Proven asks for a token that is bound to a key, and a proof of it.
	Proven
	// ACR asks for a login of that authentication context class (`acr`).
	ACR
	// LoginAge asks for a login that is no longer ago than that.
	LoginAge
	// Any is met when one of its rules is.
	Any
	// All is met when all of its rules are.
	All
)

// Rule says who may do something with a document. It sees the caller's token
// and that document, nothing else. The zero Rule opens nothing.
type Rule struct {
	Kind RuleKind
	// Name is the scope, the permission or the class.
	Name string
	// Age is how long ago the login may be, for LoginAge.
	Age time.Duration
	// Path leads to the member that names people: a string or a list of
	// strings, each a subject of the issuer of the document's owner.
	Path Path
	// Of are the rules of Any and All; never empty there.
	Of []Rule
	// Line is where the rule is declared; 0 where unknown.
	Line int
}

// For works out what the rule leaves open once the caller is known: a
// condition on the document alone.
func (r Rule) For(caller Caller) Condition {
	switch r.Kind {
	case Public:
		return Always()
	case Authenticated:
		return when(!caller.IsNobody())
	case OwnerOnly:
		if caller.IsNobody() {
			return Never()
		}
		return OwnedBy(caller.Owner)
	case Member:
		if caller.IsNobody() {
			return Never()
		}
		return Naming(r.Path, caller.Owner)
	case Scope:
		return when(slices.Contains(caller.Scopes, r.Name))
	case Permission:
		return when(slices.Contains(caller.Permissions, r.Name))
	case ACR:
		return when(caller.ACR == r.Name)
	case LoginAge:
		return when(!caller.AuthTime.IsZero() && time.Since(caller.AuthTime) <= r.Age)
	case Proven:
		return when(caller.Proof != nil)
	case Any:
		return AnyOf(r.each(caller)...)
	case All:
		if len(r.Of) == 0 {
			return Never()
		}
		return AllOf(r.each(caller)...)
	}
	return Never()
}

func (r Rule) each(caller Caller) []Condition {
	var conditions []Condition
	for _, rule := range r.Of {
		conditions = append(conditions, rule.For(caller))
	}
	return conditions
}

// BindsOwner tells whether nobody but the owner can ever meet the rule.
func (r Rule) BindsOwner() bool {
	switch r.Kind {
	case OwnerOnly:
		return true
	case All:
		return slices.ContainsFunc(r.Of, Rule.BindsOwner)
	case Any:
		return len(r.Of) > 0 && !slices.ContainsFunc(r.Of, func(o Rule) bool { return !o.BindsOwner() })
	}
	return false
}

// Mentions tells whether the kind occurs in the rule.
func (r Rule) Mentions(kind RuleKind) bool {
	return r.Kind == kind || slices.ContainsFunc(r.Of, func(o Rule) bool { return o.Mentions(kind) })
}

// MemberPaths returns the paths of the members that name people.
func (r Rule) MemberPaths() []Path {
	if r.Kind == Member {
		return []Path{r.Path}
	}
	var paths []Path
	for _, rule := range r.Of {
		paths = append(paths, rule.MemberPaths()...)
	}
	return paths
}
