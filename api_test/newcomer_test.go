package api_test

import (
	"strings"
	"testing"

	"github.com/postern-dev/postern/devtenant"
)

// threeSettingsStory goes from a tenant to the first 200, as docs/auth0.md says:
// with three settings and no file.
func threeSettingsStory(t *testing.T) {
	p := build(t, "")
	tenant := p.develop(t, nil).tenant
	address := freeAddress(t)
	p.member(t, "", "AUTH0_DOMAIN="+tenant, "AUTH0_AUDIENCE="+devtenant.DefaultAudience, "CLIENT_ORIGIN_URL="+app,
		"POSTERN_ADDR="+address) // the usual port may be in use here
	s := &server{URL: "http://" + address}
	s.waitReady(t)
	token := strings.TrimSpace(p.run(t, nil, "token", "--tenant", tenant+"/", "--user", "ada").stdout)
	a := s.do(t, call{Path: "/api/messages/protected", Token: token}.with("Origin", app))
	if a.Status != 200 || a.Header.Get("Access-Control-Allow-Origin") != app {
		t.Errorf("%d %s %v", a.Status, a.Body, a.Header)
	}
}
