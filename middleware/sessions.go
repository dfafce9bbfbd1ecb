package middleware

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"
	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/problem"
)

// Sessions are those of browsers, which bring a cookie and no token (RFC 10017).
type Sessions struct {
	// Cookie is the cookie's name.
	Cookie string
	// Origins are those whose pages may use the cookie, to the letter.
	Origins []string
	// Token returns the access token of the session with this id. Active tells
	// that its user does something. Its error is a [*problem.Problem], as for
	// any request.
	Token func(ctx context.Context, id string, active bool) (string, error)
	// Renew returns another token than this one, which was called back though the
	// session goes on: a logout elsewhere ends all tokens that name no session.
	Renew func(ctx context.Context, id, token string) (string, error)
}

// CrossSiteHeader is the header field that a request of a page needs which
// changes something: other sites' forms cannot send it, and their scripts only
// after a preflight, which is refused.
const CrossSiteHeader = "X-CSRF"

// crossSite is the problem of a cookie that came with a request which no page of
// ours can have made.
var crossSite = problem.Kind{Code: "session_cross_site", Status: http.StatusForbidden,
	Sentence: "The session's cookie came with a request that is not from a page of this app.",
	Hint: "Send requests that change something with fetch, from a page whose exact origin is in CLIENT_ORIGIN_URL and of this server's site, " +
		"with `credentials: \"include\"` and the header `X-CSRF: 1`. Programs use a token instead of the cookie."}

// twoSessions is the problem of a request that has the cookie twice.
var twoSessions = problem.Kind{Code: "session_ambiguous", Status: http.StatusBadRequest,
	Sentence: "The request has more than one cookie of a session.",
	Hint:     "Another site below the same domain may have set one. Delete the cookies of this site and sign in again."}

// SessionKinds returns the kinds of problems that sessions have here.
func SessionKinds() []problem.Kind { return []problem.Kind{crossSite, twoSessions} }

// WithSessions takes the cookies of sessions from requests that have no
// Authorization header. Passive routes are those whose use does not keep an idle
// session from ending.
func WithSessions(sessions *Sessions, passive bool) Option {
	return func(s *settings) { s.sessions, s.passive = sessions, passive }
}

// Session returns the id of the session whose cookie let the request in; empty
// where another credential did.
func Session(c *gin.Context) string {
	if p := passed(c); p != nil {
		return p.session
	}
	return ""
}

// ID returns the id that the request's cookie has, or none, if a page of the app
// has sent it. The error is a [*problem.Problem].
func (s *Sessions) ID(r *http.Request) (string, error) {
	id := ""
	for _, cookie := range r.CookiesNamed(s.Cookie) {
		if id != "" {
			return "", twoSessions.New("")
		}
		id = cookie.Value
	}
	if id != "" && !s.fromPage(r) {
		return "", crossSite.New("")
	}
	return id, nil
}

// fromPage tells whether a page of the app made the request. The cookie alone
// says nothing: browsers attach it to whatever goes to this server.
func (s *Sessions) fromPage(r *http.Request) bool {
	origins, site := r.Header["Origin"], r.Header["Sec-Fetch-Site"]
	named := len(origins) == 1 && slices.Contains(s.Origins, origins[0])
	sameOrigin := len(site) == 1 && site[0] == "same-origin"
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return len(r.Header[http.CanonicalHeaderKey(CrossSiteHeader)]) == 1 && (named || len(origins) == 0 && sameOrigin)
	}
	if len(origins) > 0 {
		return named
	}
	// Reading needs no proof of old browsers, but what another site embeds, or a
	// sibling, is refused: it could measure the answer.
	return sameOrigin || len(site) == 0 || len(site) == 1 && site[0] == "none"
}

// enter lets a session pass as the access token that it has.
func (s settings) enter(c *gin.Context, verifier *auth.Verifier, id string) (*auth.Identity, error) {
	token, err := s.sessions.Token(c.Request.Context(), id, !s.passive)
	if err != nil {
		return nil, err
	}
	identity, err := verifier.Verify(c.Request.Context(), token)
	if refusal := (*auth.Refusal)(nil); errors.As(err, &refusal) && refusal.Code == auth.TokenRevoked {
		if token, err = s.sessions.Renew(c.Request.Context(), id, token); err != nil {
			return nil, err
		}
		identity, err = verifier.Verify(c.Request.Context(), token)
	}
	if err == nil {
		passageOf(c).session = id
	}
	return identity, err
}
