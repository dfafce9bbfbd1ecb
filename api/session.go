package api

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/middleware"
	"github.com/postern-dev/postern/problem"
	"github.com/postern-dev/postern/session"
	"github.com/postern-dev/postern/session/signin"
)

// Sessions are what browsers are signed in by. All fields are required.
type Sessions struct {
	Service *signin.Service
	// Secure tells that the cookie travels over https only. It is false on this
	// machine, in development, alone.
	Secure bool
	// SameSite is that of the session's cookie.
	SameSite http.SameSite
	// Origins are those whose pages may use a session, to the letter. The first
	// is where users return who do not say.
	Origins []string
}

func (s *Sessions) origins() []string {
	if s == nil {
		return nil
	}
	return s.Origins
}

// name is that of a cookie. Browsers take one that begins with __Host- from this
// very server alone, over https (RFC 6265bis, section 4.1.3.2).
func (s *Sessions) name(of string) string {
	if s.Secure {
		return "__Host-postern-" + of
	}
	return "postern-" + of
}

// cookies is how requests are let in by a session.
func (s *Sessions) cookies() *middleware.Sessions {
	return &middleware.Sessions{Cookie: s.name("session"), Origins: s.Origins,
		Token: func(ctx context.Context, id string, active bool) (string, error) {
			token, err := s.Service.Token(ctx, id, active)
			return token, s.refusal(err)
		},
		Renew: func(ctx context.Context, id, token string) (string, error) {
			token, err := s.Service.Renew(ctx, id, token)
			return token, s.refusal(err)
		},
	}
}

// set makes the browser keep a cookie until it is over, or forget it where value
// is empty.
func (s *Sessions) set(name, value string, life time.Duration, site http.SameSite) string {
	c := &http.Cookie{Name: s.name(name), Value: value, Path: "/", MaxAge: int(life.Seconds()), Secure: s.Secure, HttpOnly: true, SameSite: site}
	if value == "" {
		c.MaxAge = -1
	}
	return c.String()
}

var (
	sessionEnded = problem.Kind{Code: "session_ended", Status: http.StatusUnauthorized,
		Sentence: "The session has ended, or never was.",
		Hint:     "Ask `GET /auth/session`, which also makes the browser forget the cookie, and send the user to `/auth/login?return_to=` followed by the page's address."}
	sessionUnavailable = problem.Kind{Code: "session_unavailable", Status: http.StatusServiceUnavailable,
		Sentence: "The session cannot be used at the moment: the tenant or the database does not answer.",
		Hint:     "The user is still signed in. Try again after the seconds in Retry-After."}
	sessionsOff = problem.Kind{Code: "sessions_off", Status: http.StatusNotFound,
		Sentence: "This server has no sessions.",
		Hint:     "Set POSTERN_SESSION_CLIENT_ID and the secret of that client, or send an access token with each request."}
	returnRefused = problem.Kind{Code: "return_address_refused", Status: http.StatusBadRequest,
		Sentence: "Users cannot return to this address after the login.",
		Hint: "In `return_to` name a path, or a page of an origin that is in CLIENT_ORIGIN_URL, exactly, and of this server's site; " +
			"1,500 bytes at the most, with quotes, blanks and letters beyond ASCII in percent signs."}
	tenantUnavailable = problem.Kind{Code: "tenant_unavailable", Status: http.StatusServiceUnavailable,
		Sentence: "The tenant does not answer, so nobody can sign in at the moment.",
		Hint:     "Who is signed in stays so. Try again after the seconds in Retry-After."}
)

func sessionKinds() []problem.Kind {
	return append(middleware.SessionKinds(), sessionEnded, sessionUnavailable, sessionsOff, returnRefused, tenantUnavailable)
}

// refusal is the problem of a session that does not let a request in.
func (s *Sessions) refusal(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, session.ErrEnded):
		// The cookie stays: this answer may come after a new one was set.
		return sessionEnded.New("").Because(err).WithHeader("WWW-Authenticate", auth.Bearer.String()+` realm="postern"`)
	case errors.Is(err, session.ErrUnavailable):
		return sessionUnavailable.New("").Because(err).RetryAfter(signin.RetryAfter(err))
	}
	return err
}

// shownSession is what a page may know. Absent is what nobody knows.
type shownSession struct {
	Authenticated bool   `json:"authenticated"`
	Subject       string `json:"subject,omitempty"`
	Issuer        string `json:"issuer,omitempty"`
	Name          string `json:"name,omitempty"`
	Email         string `json:"email,omitempty"`
	Picture       string `json:"picture,omitempty"`
	SignedInAt    string `json:"signedInAt,omitempty"`
	ExpiresAt     string `json:"expiresAt,omitempty"`
	IdleAt        string `json:"idleAt,omitempty"`
}

// showSession tells a page who is signed in. Nobody is no error.
func (a *API) showSession(c *gin.Context) error {
	if a.Sessions == nil {
		return sessionsOff.New("")
	}
	id, err := a.Sessions.cookies().ID(c.Request)
	if err != nil {
		return err
	}
	if id == "" {
		c.JSON(http.StatusOK, shownSession{})
		return nil
	}
	info, err := a.Sessions.Service.Info(c.Request.Context(), id)
	switch {
	case errors.Is(err, session.ErrEnded):
		c.Header("Set-Cookie", a.Sessions.set("session", "", 0, a.Sessions.SameSite))
		c.JSON(http.StatusOK, shownSession{})
		return nil
	case err != nil:
		return a.Sessions.refusal(err)
	}
	c.JSON(http.StatusOK, shownSession{true, info.Subject, info.Issuer, info.Profile.Name, info.Profile.Email, info.Profile.Picture,
		collection.FormatTime(info.SignedIn), collection.FormatTime(info.Ends), collection.FormatTime(info.IdleUntil)})
	return nil
}

// logout ends the session, and says where the user signs out of the tenant.
func (a *API) logout(c *gin.Context) error {
	if a.Sessions == nil {
		return sessionsOff.New("")
	}
	address := a.Sessions.Origins[0] // tenants compare it to the letter
	if asked := c.Query("return_to"); asked != "" {
		var err error
		if address, err = a.Sessions.returnTo(asked); err != nil {
			return err
		}
	}
	id, err := a.Sessions.cookies().ID(c.Request)
	if err != nil {
		return err
	}
	if id != "" {
		if err := a.Sessions.Service.End(c.Request.Context(), id); err != nil {
			return a.Sessions.refusal(err)
		}
	}
	c.Header("Set-Cookie", a.Sessions.set("session", "", 0, a.Sessions.SameSite))
	c.JSON(http.StatusOK, struct {
		LogoutURL string `json:"logoutUrl,omitempty"`
	}{a.Sessions.Service.Farewell(c.Request.Context(), address)})
	return nil
}

// maxReturn bounds the address to return to, in bytes: it travels in a cookie, for
// which browsers have 4,096 bytes.
const maxReturn = 1500

// returnTo is the whole address to which a user may return: a path is one of the
// app's, and none is its first page. Anything that a browser could read as
// another site's address is refused.
func (s *Sessions) returnTo(text string) (string, error) {
	home := s.Origins[0]
	// No address has a quote as it is, and in a cookie it would take two bytes.
	odd := func(r rune) bool { return r <= ' ' || r == '\\' || r == '"' || r >= 0x7f }
	u, err := url.Parse(text)
	switch {
	case text == "":
		return home + "/", nil
	case len(text) > maxReturn, err != nil, strings.IndexFunc(text, odd) >= 0, u.User != nil, u.Opaque != "":
		return "", returnRefused.New("")
	case strings.HasPrefix(text, "/") && !strings.HasPrefix(text, "//"):
		return home + text, nil
	case slices.Contains(s.Origins, u.Scheme+"://"+u.Host) && strings.HasPrefix(text, u.Scheme+"://"+u.Host):
		return text, nil
	}
	return "", returnRefused.New("")
}
