package explain

import (
	"fmt"
	"slices"
	"strings"

	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/collection/documents"
)

// Access is whether the token opens one route, or one operation of a
// collection.
type Access struct {
	What  string `json:"what"`
	Needs string `json:"needs"`
	// May is all, some (it depends on the document) or none.
	May documents.Extent `json:"may"`
	// Missing are the scopes and permissions that the token lacks and that
	// would open more.
	Missing []string `json:"missing,omitempty"`
	Mend    string   `json:"mend,omitempty"`
}

func (d Deployment) access(id *auth.Identity) []Access {
	list := []Access{}
	for _, route := range d.Routes {
		list = append(list, route.access(id))
	}
	caller := collection.Caller{Owner: collection.Owner{Issuer: id.Issuer, Subject: id.Subject},
		Scopes: id.Scopes, Permissions: id.Permissions}
	caller.ACR, caller.AuthTime = id.ACR, id.AuthTime
	if id.Thumbprint != "" {
		caller.Proof = &collection.Proof{}
	}
	for _, c := range d.Collections {
		rights := documents.Rights(caller, c)
		for _, o := range collection.Operations() {
			a := Access{What: c.Name + ": " + string(o), Needs: c.Rule(o).String(), May: rights[o]}
			if a.May != documents.Each {
				a.lack(id, c.Rule(o).Missing(caller))
			}
			list = append(list, a)
		}
	}
	return list
}

func (r Route) access(id *auth.Identity) Access {
	a := Access{What: r.Method + " " + r.Path, Needs: r.Needs, May: documents.Each}
	refusal := r.Refusal(id)
	if refusal == nil {
		return a
	}
	a.May = documents.None
	switch refusal.Code {
	case auth.ScopeMissing:
		a.lack(id, []collection.Rule{{Kind: collection.Scope, Name: refusal.Scope}})
	case auth.AuthenticationInsufficient:
		rule := collection.Rule{Kind: collection.LoginAge, Age: refusal.MaxAge}
		if refusal.ACR != "" {
			rule = collection.Rule{Kind: collection.ACR, Name: refusal.ACR}
		}
		a.lack(id, []collection.Rule{rule})
	case auth.ProofRequired:
		a.lack(id, []collection.Rule{{Kind: collection.Proven}})
	case auth.PermissionMissing:
		a.lack(id, []collection.Rule{{Kind: collection.Permission, Name: refusal.Scope}})
	}
	return a
}

// lack notes what is missing and how to come by it.
func (a *Access) lack(id *auth.Identity, missing []collection.Rule) {
	var mends []string
	for _, rule := range missing {
		word, mend := "scope "+rule.Name, mendScope(id, rule.Name)
		switch rule.Kind {
		case collection.Permission:
			word, mend = "permission "+rule.Name, mendPermission(id, rule.Name)
		case collection.ACR, collection.LoginAge:
			word, mend = "a login as "+rule.String()+" asks", auth.ReasonOf(auth.AuthenticationInsufficient).Hint
		case collection.Proven:
			word, mend = "a proof", auth.ReasonOf(auth.ProofRequired).Hint
		}
		if !slices.Contains(a.Missing, word) {
			a.Missing, mends = append(a.Missing, word), append(mends, mend)
		}
	}
	a.Mend = strings.Join(mends, " ")
}

func mendScope(id *auth.Identity, name string) string {
	ask := fmt.Sprintf("authorizationParams: { scope: %q }", "openid profile email "+name)
	if id.HasPermission(name) {
		return "The user has " + name + " among the permissions, but the app did not ask for it as a scope: " + ask + "."
	}
	return "Ask for it when logging in: " + ask + ". With RBAC the tenant gives it only to users who have the permission " + name + "."
}

func mendPermission(id *auth.Identity, name string) string {
	const switches = `switch on RBAC and "Add Permissions in the Access Token" for the API in the tenant`
	switch {
	case id.HasScope(name):
		return "The token has " + name + " as a scope only: " + switches + "."
	case len(id.Permissions) == 0:
		return "The token has no permissions at all: " + switches + ", and assign " + name + " to the user or to one of their roles."
	}
	return "Assign " + name + " to the user or to one of their roles, then log in again."
}
