package api_test

import (
	"encoding/pem"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/postern-dev/postern/auth/authtest"
	"github.com/postern-dev/postern/store"
	"github.com/postern-dev/postern/store/pgtest"
)

// A server that is started again while the tenant is down serves good tokens
// with the keys that it had: the database keeps them.
func TestARestartDuringAnOutageOfTheTenant(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) { restartInOutage(t, "sqlite:"+t.TempDir()+"/postern.db") })
	t.Run("PostgreSQL", func(t *testing.T) { restartInOutage(t, pgtest.URL(t)) })
}

func restartInOutage(t *testing.T, database string) {
	// Keys of issuers on loopback are never kept, so this one has another name,
	// and its keys come over TLS.
	issuer := authtest.NewIssuer(t, authtest.Name("https://tenant.example.com/"))
	keys := httptest.NewTLSServer(&httputil.ReverseProxy{
		Rewrite:   func(r *httputil.ProxyRequest) { r.SetURL(&url.URL{Scheme: "https", Host: "tenant.example.com"}) },
		Transport: issuer.Transport(),
		ErrorLog:  log.New(io.Discard, "", 0), // it is down for a while, as it should be
	})
	t.Cleanup(keys.Close)
	authority := filepath.Join(t.TempDir(), "authority.pem")
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: keys.Certificate().Raw})
	if err := os.WriteFile(authority, certificate, 0o600); err != nil {
		t.Fatal(err)
	}
	p := build(t, "")
	address := freeAddress(t)
	declared := sharedItems + "issuers:\n  - url: " + issuer.URL() + "\n    audience: " + issuer.Audience() +
		"\n    jwksUrl: " + keys.URL + "/.well-known/jwks.json\n"
	m := p.member(t, declared, "CLIENT_ORIGIN_URL="+app, "DATABASE_URL="+database, "POSTERN_ADDR="+address, "SSL_CERT_FILE="+authority)
	s := &server{URL: "http://" + address, Issuer: issuer}
	s.waitReady(t)
	good := issuer.Token(nil)
	s.must(t, http.StatusCreated, "POST", "/items", good, `{"n":1}`)
	awaitKept(t, database, issuer.URL())

	issuer.Break(authtest.Down())
	m.kill()
	m.start(t)
	s.waitReady(t)
	for range 3 {
		s.must(t, http.StatusOK, "GET", "/items", good, "")
	}
	s.must(t, http.StatusCreated, "POST", "/items", issuer.Token(nil), `{"n":2}`)
	s.awaitHealth(t, "degraded")
	// Of a key that the kept set does not have nobody knows whether it is good.
	issuer.Rotate()
	if a := s.ask(t, "GET", "/items", issuer.Token(nil), ""); a.Status != http.StatusServiceUnavailable ||
		a.Problem.Code != "keys_unavailable" || a.Header.Get("Retry-After") == "" {
		t.Errorf("a new key got %d %s", a.Status, a.Body)
	}
	issuer.Heal()
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		if s.ask(t, "GET", "/items", issuer.Token(nil), "").Status == http.StatusOK {
			break
		}
		if time.Now().After(end) {
			t.Fatal("the new key is not accepted, with the tenant back")
		}
	}
}

// awaitKept waits until the database has keys of the issuer: nobody's answer
// waits for that.
func awaitKept(t *testing.T, database, issuer string) {
	t.Helper()
	db, err := store.Open(t.Context(), database, store.Options{Log: slog.New(slog.DiscardHandler), ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		raw, _, err := db.Load(t.Context(), issuer)
		if err == nil && raw != nil {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("the keys are not kept: %v", err)
		}
	}
}
