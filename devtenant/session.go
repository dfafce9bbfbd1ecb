package devtenant

import (
	"net/http"
	"slices"
	"sync"
	"time"
)

// How long a session lasts: as with Auth0 when nobody comes by.
const (
	sessionLife = 3 * 24 * time.Hour
	mostSession = 1000
)

// session is a browser in which somebody has signed in, so that the next app,
// and the same app in a hidden frame, need not ask again.
type session struct {
	id    string // the sid of ID tokens, not the cookie
	user  User
	began time.Time
	// acr is how the user signed in, as an app asked for it; empty where none
	// did.
	acr string
	// apps are the clients that were told who it is.
	apps *apps
}

// apps is a growing set of clients' ids. It may be used by many goroutines at
// once.
type apps struct {
	mu  sync.Mutex
	ids []string
}

func (a *apps) add(id string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !slices.Contains(a.ids, id) {
		a.ids = append(a.ids, id)
	}
}

func (a *apps) all() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]string{}, a.ids...)
}

// cookieName holds the port because cookies do not tell ports apart: two
// tenants on localhost would sign each other's users out.
func (t *Tenant) cookieName() string { return "postern_tenant_" + t.here.port }

func (t *Tenant) sessionOf(r *http.Request) (session, bool) {
	cookie, err := r.Cookie(t.cookieName())
	if err != nil {
		return session{}, false
	}
	return t.sessions.get(cookie.Value)
}

// beginSession signs user in under a name that this browser did not have
// before, so that nobody can have planted it.
func (t *Tenant) beginSession(w http.ResponseWriter, r *http.Request, user User, acr string) session {
	t.dropSession(r)
	key, s := random(tokenSize), session{random(familyIDSize), user, t.opts.Clock(), acr, &apps{}}
	t.sessions.put(key, s, sessionLife)
	http.SetCookie(w, t.cookie(key, 0))
	t.opts.Log.Info("development tenant signed a user in", "user", user.Name)
	return s
}

// endSession signs this browser out and tells the clients that want to know.
// Refresh tokens live on, as with Auth0.
func (t *Tenant) endSession(w http.ResponseWriter, r *http.Request) {
	who, signedIn := t.sessionOf(r)
	t.dropSession(r)
	http.SetCookie(w, t.cookie("", -1))
	if signedIn {
		t.tellOf(r.Context(), who.user, who.id, t.reachable(who.apps.all()))
	}
}

func (t *Tenant) dropSession(r *http.Request) {
	if cookie, err := r.Cookie(t.cookieName()); err == nil {
		t.sessions.drop(cookie.Value)
	}
}

// cookie is not Secure, since the tenant speaks http. Lax lets it through in a
// frame of another port of localhost, which is the same site.
func (t *Tenant) cookie(value string, maxAge int) *http.Cookie {
	return &http.Cookie{
		Name: t.cookieName(), Value: value, MaxAge: maxAge,
		Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
}
