package middleware

import (
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/postern-dev/postern/auth"
)

// Right is what a caller needs to call a route. The zero Right is none at all
// and opens nothing, so a forgotten one closes a route.
type Right struct {
	kind   rightKind
	name   string
	proven bool
	acr    string
	maxAge time.Duration
}

type rightKind int

const (
	unset rightKind = iota
	public
	judged
	authenticated
	scope
	permission
)

// Public is a route that everybody may call. It ignores credentials.
func Public() Right { return Right{kind: public} }

// Judged is a route whose handler decides, by the token if there is one. A
// token that is not good is refused, never taken for none.
func Judged() Right { return Right{kind: judged} }

// Authenticated is a route for everybody with a good token.
func Authenticated() Right { return Right{kind: authenticated} }

// Scope is a route for tokens with this scope (`scope` or `scp`).
func Scope(name string) Right { return Right{kind: scope, name: name} }

// Permission is a route for tokens with this permission (`permissions`).
func Permission(name string) Right { return Right{kind: permission, name: name} }

// Proven is the right for tokens alone that are bound to a key of their sender
// (RFC 9449). It is for routes that ask for a token.
func (r Right) Proven() Right {
	r.proven = true
	return r
}

// SignedIn is the right for users alone who signed in as acr says, and no longer
// ago than maxAge (RFC 9470). Empty and zero are any. It is for routes that ask
// for a token.
func (r Right) SignedIn(acr string, maxAge time.Duration) Right {
	r.acr, r.maxAge = acr, maxAge
	return r
}

// stepsUp tells whether the right asks for more of the login.
func (r Right) stepsUp() bool { return r.acr != "" || r.maxAge != 0 }

// Valid tells whether the right says something.
func (r Right) Valid() bool {
	return r.kind > unset && (r.kind < scope || r.name != "") && (!r.proven && !r.stepsUp() || r.kind >= authenticated)
}

// IsPublic tells whether the route needs no token.
func (r Right) IsPublic() bool { return r.kind == public }

// IsJudged tells whether the route's handler decides.
func (r Right) IsJudged() bool { return r.kind == judged }

// Name is the scope or permission that is asked for; empty where none is.
func (r Right) Name() string { return r.name }

// String names the right as openapi.yaml does.
func (r Right) String() string {
	if r.proven {
		r.proven = false
		return r.String() + ", proof"
	}
	if r.stepsUp() {
		login := r
		login.acr, login.maxAge = "", 0
		return login.String() + ", login " + strings.TrimSpace(r.acr+" "+r.maxAge.String())
	}
	switch r.kind {
	case public:
		return "public"
	case judged:
		return "judged"
	case authenticated:
		return "authenticated"
	case scope:
		return "scope " + r.name
	case permission:
		return "permission " + r.name
	}
	return "none"
}

// Refusal returns why the identity does not have the right, or nil. Nobody is a
// nil identity.
func (r Right) Refusal(id *auth.Identity) *auth.Refusal {
	switch {
	case r.kind == public, r.kind == judged:
		return nil
	case id == nil:
		return &auth.Refusal{Code: auth.TokenMissing}
	case r.proven && id.Thumbprint == "":
		return id.RequireProof()
	case r.stepsUp() && id.RequireLogin(r.acr, r.maxAge) != nil:
		return id.RequireLogin(r.acr, r.maxAge)
	case r.kind == scope:
		return id.RequireScope(r.name)
	case r.kind == permission:
		return id.RequirePermission(r.name)
	}
	return nil
}

// Require lets a request pass only with the right. It stands behind
// [Authenticate]. It panics on a Right that says nothing.
func Require(right Right) gin.HandlerFunc {
	if !right.Valid() {
		panic("middleware: Require without a right")
	}
	return func(c *gin.Context) {
		if refusal := right.Refusal(Identity(c)); refusal != nil {
			Abort(c, refusal)
		}
	}
}
