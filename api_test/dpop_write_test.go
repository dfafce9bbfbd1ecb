package api_test

import (
	"testing"

	"github.com/postern-dev/postern/auth/authtest"
	"github.com/postern-dev/postern/cmd/postern/serve"
	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/config"
	"github.com/postern-dev/postern/store/pgtest"
)

// A proof is good for one write, whichever server is asked, and whatever it
// still knows.
func TestAProofIsGoodForOneWrite(t *testing.T) {
	t.Parallel()
	t.Run("SQLite, a restart between", func(t *testing.T) {
		file := "sqlite:" + t.TempDir() + "/test.db"
		oneWrite(t, file, func(s *server) { s.mustStop(t) })
	})
	t.Run("PostgreSQL, two servers", func(t *testing.T) { oneWrite(t, pgtest.URL(t), func(*server) {}) })
}

func oneWrite(t *testing.T, database string, between func(*server)) {
	issuer := authtest.NewIssuer(t)
	begin := func() *server {
		s := launchOptions(t, issuer, serve.Options{Collections: []*collection.Collection{notes(t)}}, takesProofs,
			func(s *config.Settings) { s.DatabaseURL = database })
		s.waitReady(t)
		s.promise(t)
		return s
	}
	h := authtest.NewHolder("ES256")
	token := boundTo(issuer, h, map[string]any{"scope": "write:notes read:notes"})
	c := call{Method: "POST", Path: "/api/v1/notes", Body: `{"title":"once"}`}
	c = proved(c, token, h.Proof("POST", outside+c.Path, token, nil, nil))
	c.Header.Set("Content-Type", "application/json")
	one := begin()
	if a := one.do(t, c); a.Status != 201 {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	between(one)
	other := begin()
	if a := other.do(t, c); a.Status != 401 || a.Problem.Code != "proof_replayed" {
		t.Errorf("the same again, elsewhere: %d %s", a.Status, a.Body)
	}
	c.Header.Set("DPoP", h.Proof("POST", outside+c.Path, token, nil, nil))
	if a := other.do(t, c); a.Status != 201 {
		t.Errorf("with a new proof: %d %s", a.Status, a.Body)
	}
}

// A rule can ask for a proof: then a bearer token does not do.
func TestARuleCanAskForAProof(t *testing.T) {
	t.Parallel()
	vault := notes(t)
	vault.Update = collection.Rule{Kind: collection.All, Of: []collection.Rule{{Kind: collection.OwnerOnly}, {Kind: collection.Proven}}}
	vault.Create, vault.Delete = vault.Update, vault.Update
	vault.Read = collection.Rule{Kind: collection.OwnerOnly}
	s := startCollections(t, []*collection.Collection{vault}, takesProofs)
	a := s.ask(t, "POST", "/notes", s.Issuer.Token(nil), `{"title":"x"}`)
	if a.Status != 401 || a.Problem.Code != "proof_required" {
		t.Errorf("a bearer token: %d %s", a.Status, a.Body)
	}
	h := authtest.NewHolder("EdDSA")
	token := boundTo(s.Issuer, h, nil)
	c := call{Method: "POST", Path: "/api/v1/notes", Body: `{"title":"x"}`}
	c = proved(c, token, h.Proof("POST", outside+c.Path, token, nil, nil))
	c.Header.Set("Content-Type", "application/json")
	if a := s.do(t, c); a.Status != 201 {
		t.Errorf("with a proof: %d %s", a.Status, a.Body)
	}
}
