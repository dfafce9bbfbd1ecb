package devtenant

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// offlineAccess is the scope that asks for a refresh token (OpenID Connect
// Core 1.0, section 11).
const offlineAccess = "offline_access"

// wish is a request for authorization that can be granted once it is known
// who the user is.
type wish struct {
	recipient
	scope, audience, nonce, challenge string
	// prompts is what the app wants shown; login and none are obeyed.
	prompts []string
	// maxAge is how old a session may be; nil means any age.
	maxAge    *time.Duration
	loginHint string
	// acr is the first of the ways to sign in that the app asks for.
	acr string
	// promisedTo is the thumbprint of the app's key.
	promisedTo string
}

// authorize is GET /authorize (RFC 6749, section 4.1.1; OpenID Connect Core
// 1.0, section 3.1.2.1): straight back to the app for whoever is signed in,
// else to the login page.
func (t *Tenant) authorize(w http.ResponseWriter, r *http.Request) error {
	in, err := readQuery(r)
	if err != nil {
		return err
	}
	to, err := t.recipient(in)
	if err != nil {
		return err // there is nobody yet to whom it may be told
	}
	wanted, err := t.wish(to, in)
	if err != nil {
		return t.sendBack(w, r, to, err)
	}
	who, signedIn := t.sessionOf(r)
	switch {
	case signedIn && !wanted.wantsLogin(who, t.opts.Clock()):
		return t.sendCode(w, r, wanted, who)
	case slices.Contains(wanted.prompts, "none"):
		return t.sendBack(w, r, to, badAuthorization("login_required", "Login required"))
	}
	id := random(tokenSize)
	t.pending.put(id, wanted, pendingLife)
	http.Redirect(w, r, loginPath+"?state="+id, http.StatusFound)
	return nil
}

// wish reads what may be answered to the app even if it is wrong. Parameters
// that nobody knows are ignored.
func (t *Tenant) wish(to recipient, in params) (wish, error) {
	ask := wish{
		recipient: to,
		scope:     in["scope"], audience: in["audience"], nonce: in["nonce"], challenge: in["code_challenge"],
		prompts: strings.Fields(in["prompt"]), loginHint: in["login_hint"],
		promisedTo: in["dpop_jkt"], acr: firstWord(in["acr_values"]),
	}
	if ask.audience == t.userinfoURL() {
		ask.audience = "" // how older SDKs say that they want no API
	}
	if to.mode != modeQuery && to.mode != modeWebMessage {
		return ask, badAuthorization("invalid_request", "Unsupported response mode: %s", to.mode)
	}
	kind, err := in.required("response_type")
	if err != nil {
		return ask, err
	}
	if kind != "code" {
		return ask, badAuthorization("unsupported_response_type", "Unsupported response type: %s", kind)
	}
	if err := checkChallenge(in); err != nil {
		return ask, err
	}
	if ask.audience != "" && ask.audience != t.opts.Audience {
		return ask, badAuthorization("access_denied", "Service not found: %s", ask.audience)
	}
	if slices.Contains(ask.prompts, "none") && len(ask.prompts) > 1 {
		return ask, badAuthorization("invalid_request", "prompt=none goes with no other prompt")
	}
	ask.maxAge, err = readMaxAge(in["max_age"])
	return ask, err
}

// readMaxAge bounds the seconds to what a duration can hold.
func readMaxAge(text string) (*time.Duration, error) {
	if text == "" {
		return nil, nil
	}
	seconds, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		return nil, badAuthorization("invalid_request", "max_age must be a number of seconds")
	}
	age := time.Duration(seconds) * time.Second
	return &age, nil
}

// firstWord is the value that an app wants most (OpenID Connect Core 1.0,
// section 3.1.2.1).
func firstWord(words string) string {
	first, _, _ := strings.Cut(strings.TrimSpace(words), " ")
	return first
}

// wantsLogin reports whether the session will not do.
func (a wish) wantsLogin(who session, now time.Time) bool {
	if a.acr != "" && a.acr != who.acr {
		return true
	}
	age := now.Sub(who.began)
	if slices.Contains(a.prompts, "login") || slices.Contains(a.prompts, "select_account") {
		return true
	}
	return a.maxAge != nil && age >= *a.maxAge
}

// grantedTo bounds what was asked for by what user may. Without an API there
// is only the user's identity to tell.
func (a wish) grantedTo(user User) []string {
	may := append(identityScopes(), offlineAccess)
	if !a.client.may(grantRefresh) {
		may = identityScopes()
	}
	if a.audience != "" {
		may = append(may, user.Permissions...)
	}
	if wanted := strings.Fields(a.scope); len(wanted) > 0 {
		return among(may, wanted)
	}
	return among(may, user.Permissions)
}

func badAuthorization(code, format string, args ...any) error {
	return refusef(http.StatusBadRequest, code, format, args...)
}

// sendCode grants the wish of an app to the user of a session.
func (t *Tenant) sendCode(w http.ResponseWriter, r *http.Request, a wish, who session) error {
	who.apps.add(a.client.ID)
	code := t.ledger.promise(pledge{
		grant: grant{
			client: a.client.ID, user: who.user, scope: a.grantedTo(who.user),
			audience: a.audience, sid: who.id, signedIn: who.began, acr: who.acr,
		},
		nonce: a.nonce, redirectURI: a.redirectURI, challenge: a.challenge, tellTime: a.maxAge != nil,
		promisedTo: a.promisedTo,
	})
	return t.respond(w, r, a.recipient, params{"code": code})
}
