package api_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/postern-dev/postern/auth/authtest"
	"github.com/postern-dev/postern/config"
	"github.com/postern-dev/postern/devtenant"
)

// company is the guests who come in by one door.
type company struct {
	guests []guest
	issuer *authtest.Issuer
	// known makes a server know them.
	known change
	// arrive tells how each of them comes in who has no token but the name of one;
	// nil where there is nobody.
	arrive func(*testing.T, *server) map[string]func(*http.Request)
}

// invited are those who call, but for the one who is nobody. Two have the names of
// others at another issuer.
var invited = []struct {
	name, subject     string
	twin              bool
	scope, permission bool
}{
	{"owner", "ada", false, false, false},
	{"owner with everything", "ann", false, true, true},
	{"member", "bob", false, false, false},
	{"member with permission", "ben", false, false, true},
	{"stranger", "eve", false, false, false},
	{"stranger with scope", "sue", false, true, false},
	{"stranger with permission", "pat", false, false, true},
	{"owner's twin", "ada", true, false, false},
	{"member's twin", "bob", true, true, false},
}

// byToken are guests with bearer tokens.
func byToken(t *testing.T) company {
	issuers := []*authtest.Issuer{authtest.NewIssuer(t), authtest.NewIssuer(t)}
	v := company{guests: []guest{{name: "anonymous"}}, issuer: issuers[0], known: func(s *config.Settings) {
		knowsToo(s, issuers[1])
		takesProofs(s)
	}}
	for _, who := range invited {
		issuer := issuers[0]
		if who.twin {
			issuer = issuers[1]
		}
		v.guests = append(v.guests, guestOf(issuer, who.name, who.subject, who.scope, who.permission))
	}
	return v
}

func knowsToo(s *config.Settings, issuer *authtest.Issuer) {
	s.Issuers = append(s.Issuers, config.Issuer{URL: issuer.URL(), Audiences: []string{issuer.Audience()}, Algorithms: []string{"RS256"}})
}

func guestOf(issuer *authtest.Issuer, name, subject string, scope, permission bool) guest {
	claims := map[string]any{"sub": subject, "scope": "openid", "permissions": []string{}}
	if scope {
		claims["scope"] = "openid the:scope"
	}
	if permission {
		claims["permissions"] = []string{"the:permission"}
	}
	return guest{person{issuer.URL(), subject}, name, issuer.Token(claims), scope, permission,
		func(h authtest.Holder) string { return boundTo(issuer, h, claims) }}
}

// inSessions are guests whom the server signs in, with a cookie and no token. The
// twins have tokens: sessions are those of one issuer.
func inSessions(t *testing.T) company {
	var users []devtenant.User
	v := company{guests: []guest{{name: "anonymous"}}, issuer: authtest.NewIssuer(t)}
	for _, who := range invited {
		if who.twin {
			continue
		}
		// What a user of this tenant may ask for as a scope is a permission too.
		u := devtenant.User{Name: who.subject, Subject: who.subject}
		if who.scope {
			u.Permissions = append(u.Permissions, "the:scope")
		}
		if who.permission {
			u.Permissions = append(u.Permissions, "the:permission")
		}
		users = append(users, u)
	}
	te := startTenant(t, time.Hour, func(o *devtenant.Options) { o.Users = users })
	for _, who := range invited {
		if who.twin {
			v.guests = append(v.guests, guestOf(v.issuer, who.name, who.subject, who.scope, who.permission))
			continue
		}
		v.guests = append(v.guests, guest{person: person{te.issuer, who.subject}, name: who.name, token: sessionOf(who.subject),
			scope: who.scope, permission: who.permission})
	}
	v.known = func(s *config.Settings) {
		withSessions(te, s.DatabaseURL)[0](s)
		s.Session.Scopes = append(s.Session.Scopes, "the:scope")
		knowsToo(s, v.issuer)
	}
	v.arrive = func(t *testing.T, s *server) map[string]func(*http.Request) {
		enter := map[string]func(*http.Request){}
		for _, u := range users {
			b := newTab(s, te).signIn(t, u.Name)
			enter[sessionOf(u.Name)] = func(request *http.Request) {
				for name, values := range b.from(call{}).Header {
					request.Header[name] = values
				}
			}
		}
		return enter
	}
	return v
}

// sessionOf names the session of a user, in the place of a token.
func sessionOf(user string) string { return "session of " + user }
