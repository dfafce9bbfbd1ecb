package devtenant

import (
	"net/http"
	"time"
)

const (
	loginPath   = "/u/login"
	pendingLife = 10 * time.Minute
	mostPending = 500
)

// showLogin is GET /u/login: the page for one pending authorization.
func (t *Tenant) showLogin(w http.ResponseWriter, r *http.Request) error {
	in, err := readQuery(r)
	if err != nil {
		return err
	}
	id := in["state"]
	wanted, known := t.pending.get(id)
	if !known {
		return lostLogin()
	}
	// The page must not be framed: a click on it signs in.
	w.Header().Set("X-Frame-Options", "DENY")
	writePage(w, http.StatusOK, page{
		title: "Sign in",
		body:  loginBody(id, wanted, t.opts.Users),
	})
	return nil
}

// finishLogin is POST /u/login. The form is good once: it is bound to the
// pending authorization, and other sites cannot send it.
func (t *Tenant) finishLogin(w http.ResponseWriter, r *http.Request) error {
	if origin := r.Header.Get("Origin"); origin == "null" || t.sameOrigin.Check(r) != nil {
		return refusef(http.StatusForbidden, "access_denied", "Another site sends this form. Signing in begins in the app and goes on here.")
	}
	in, err := readParameters(r)
	if err != nil {
		return err
	}
	wanted, known := t.pending.take(in["state"])
	if !known {
		return lostLogin()
	}
	if in["cancel"] != "" {
		return t.sendBack(w, r, wanted.recipient, badAuthorization("access_denied", "User did not authorize the request"))
	}
	user, err := findUser(t.opts.Users, in["user"])
	if err != nil {
		return badRequest("%v", err)
	}
	return t.sendCode(w, r, wanted, t.beginSession(w, r, user, wanted.acr))
}

// lostLogin is for the back button, a reload and a page left open overnight.
func lostLogin() error {
	return badRequest("This login has been used already, or it is older than %d minutes. Go back to the app and sign in from there.", int(pendingLife.Minutes()))
}
