package config

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/publicsuffix"
)

// sessionTable answers: are browsers signed in by a session of this server?
func sessionTable() []setting {
	sites := []choice[string]{{"strict", "strict"}, {"lax", "lax"}}
	return []setting{
		{
			key: "session.clientId", env: env("POSTERN_SESSION_CLIENT_ID"),
			example: "aBcDeFgHiJkLmNoPqRsTuVwXyZ012345",
			doc: "Client of the first issuer by which this server signs users in and keeps their tokens itself, so that pages have a " +
				"cookie and no token; see [sessions](sessions.md). It is a confidential client, which may return to `/auth/callback` " +
				"of `publicUrl`. Without it there are no sessions.",
			set: one(func(s *Settings) *string { return &s.Session.ClientID }, parseText),
		},
		{
			key: "session.clientSecret",
			env: []variable{{name: "POSTERN_SESSION_CLIENT_SECRET"},
				{name: "POSTERN_SESSION_CLIENT_SECRET_FILE", example: "/run/credentials/client", file: true}},
			example: "not-in-the-file",
			doc: "That client's secret; best in the environment, or in a file that `POSTERN_SESSION_CLIENT_SECRET_FILE` names. " +
				"It also seals the tokens in the database, so another one signs everybody out.",
			set: one(func(s *Settings) *string { return &s.Session.ClientSecret }, parseText),
		},
		{
			key: "session.scopes", env: env("POSTERN_SESSION_SCOPES"),
			fallback: "openid,profile,email,offline_access", example: "openid,profile,offline_access,read:notes",
			doc: "What is asked of the tenant at a login, beside what routes and rules need; `openid` is needed, and `offline_access` to go on when the first token ends.",
			set: many(func(s *Settings) *[]string { return &s.Session.Scopes }, parseScope),
		},
		{
			key: "session.sameSite", env: env("POSTERN_SESSION_SAME_SITE"),
			fallback: "strict", example: "lax", allowed: words(sites),
			doc: "The cookie's SameSite. `lax` sends it along when somebody follows a link from elsewhere, for pages that this server's own address serves.",
			set: one(func(s *Settings) *string { return &s.Session.SameSite }, oneOf(sites)),
		},
		setting{
			key: "session.life", env: env("POSTERN_SESSION_LIFE"),
			fallback: "168h", example: "12h",
			doc: "How long a session lasts at most.",
		}.duration(func(s *Settings) *time.Duration { return &s.Session.Life }, time.Minute, 90*day),
		setting{
			key: "session.idle", env: env("POSTERN_SESSION_IDLE"),
			fallback: "24h", example: "1h",
			doc: "How long a session lasts in which its user does nothing. Following changes is nothing.",
		}.duration(func(s *Settings) *time.Duration { return &s.Session.Idle }, time.Minute, 90*day),
	}
}

// Session is how browsers are signed in by this server.
type Session struct {
	// ClientID and ClientSecret are those of the client in the tenant; both are
	// empty where there are no sessions.
	ClientID, ClientSecret string
	// Scopes are asked for at a login.
	Scopes []string
	// SameSite is "strict" or "lax".
	SameSite string
	// Life and Idle are 1m to 90d.
	Life, Idle time.Duration
}

// On tells whether there are sessions.
func (s Session) On() bool { return s.ClientID != "" }

// parseScope reads one scope (RFC 6749, section 3.3).
func parseScope(text string) (string, error) {
	bad := func(r rune) bool { return r < 0x21 || r > 0x7e || r == '"' || r == '\\' }
	if strings.IndexFunc(text, bad) >= 0 {
		return "", wrong("has %s, which is no scope; put commas between scopes", quote(text))
	}
	return text, nil
}

// SessionOrigins are the origins whose pages may use a session: this server's
// own and the allowed ones that are of its site, to the letter. Browsers do not
// send the cookie for others, and a pattern would let pages in that nobody
// thought of.
func (s Settings) SessionOrigins() []string {
	if !s.Session.On() || s.PublicURL == "" {
		return nil
	}
	own, err := url.Parse(s.PublicURL)
	if err != nil {
		return nil
	}
	var origins []string
	for _, text := range s.Origins {
		u, err := url.Parse(text)
		if err == nil && !strings.Contains(text, "*") && u.Scheme == own.Scheme && site(u) == site(own) {
			origins = append(origins, text)
		}
	}
	if self := own.Scheme + "://" + own.Host; !slices.Contains(origins, self) {
		origins = append(origins, self)
	}
	return origins
}

// site is the registrable domain, or the host where there is none (HTML
// standard, "same site").
func site(u *url.URL) string {
	if domain, err := publicsuffix.EffectiveTLDPlusOne(u.Hostname()); err == nil {
		return domain
	}
	return u.Hostname()
}

// checkSession reports what sessions lack.
func (s Settings) checkSession() (mistakes Mistakes) {
	lack := func(source, problem, example string) {
		mistakes = append(mistakes, Mistake{Source: source, Problem: problem, Example: example})
	}
	if !s.Session.On() {
		if s.Session.ClientSecret != "" {
			lack("POSTERN_SESSION_CLIENT_ID", "is not set, and a secret of that client is", "POSTERN_SESSION_CLIENT_ID=aBcDeFgHiJkLmNoPqRsTuVwXyZ012345")
		}
		return mistakes
	}
	if s.Session.ClientSecret == "" {
		lack("POSTERN_SESSION_CLIENT_SECRET", "is not set: the client of sessions is a confidential one", "POSTERN_SESSION_CLIENT_SECRET_FILE=/run/credentials/client")
	}
	if !strings.HasPrefix(s.PublicURL, "https://") {
		lack("POSTERN_PUBLIC_URL", "is no https address, and sessions need one: the tenant sends users back to it, and their cookie travels over https only",
			"POSTERN_PUBLIC_URL=https://api.example.com")
	}
	if len(s.Issuers) > 0 && s.Issuers[0].DPoP == "required" {
		lack("POSTERN_DPOP", "is required for the issuer of sessions, whose tokens are bound to no key", "POSTERN_DPOP=allowed")
	}
	if !slices.Contains(s.Session.Scopes, "openid") {
		lack("POSTERN_SESSION_SCOPES", "lacks openid, without which nobody says who signed in", "POSTERN_SESSION_SCOPES=openid,profile,offline_access")
	}
	return mistakes
}
