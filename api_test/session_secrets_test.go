package api_test

import (
	"encoding/base64"
	"encoding/hex"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/postern-dev/postern/session"
	"github.com/postern-dev/postern/store/pgtest"
)

// TestTheDatabaseOpensNothing looks for all that a session holds in every column
// of every table, and in the bytes of the file: who reads a backup must not find
// it.
func TestTheDatabaseOpensNothing(t *testing.T) {
	t.Parallel()
	t.Run("SQLite", func(t *testing.T) { opensNothing(t, sqliteFile(t)) })
	t.Run("PostgreSQL", func(t *testing.T) { opensNothing(t, pgtest.URL(t)) })
}

func opensNothing(t *testing.T, database string) {
	t.Parallel()
	te := startTenant(t, time.Hour)
	given := te.overhear()
	s := startSessions(t, te, database)
	ada, left := newTab(s, te).signIn(t, "ada"), newTab(s, te).signIn(t, "grace")
	te.clock.pass(time.Hour + time.Second)
	if a := ada.fetch(t, call{Method: "POST", Path: "/api/v1/notes", Body: `{"title":"milk"}`}); a.Status != 201 {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	id, email := ada.jar[sessionCookie].Value, ada.session(t).Email
	begun := newTab(s, te).visit(t, "/auth/login")
	_, sealed, _ := strings.Cut(strings.TrimSuffix(begun.Header.Get("Set-Cookie"), "; Path=/; Max-Age=600; HttpOnly; Secure; SameSite=Lax"), "=")
	left.fetch(t, call{Method: "POST", Path: "/auth/logout"})
	secrets := map[string]string{"the id of a session": id, "an e-mail address": email, "the client's secret": "web-secret", "the cookie of a login": sealed}
	for kind, tokens := range given() {
		for n, token := range tokens {
			secrets[kind+" "+string(rune('1'+n))] = token
		}
	}
	if !strings.Contains(email, "@") || len(given()["refresh_token"]) != 3 || len(given()["access_token"]) != 3 || len(given()["id_token"]) != 3 || len(sealed) < 100 || strings.Contains(sealed, ";") {
		t.Fatalf("sought are %v", slices.Sorted(maps.Keys(secrets)))
	}
	tables := contents(t, database)
	if kept := strings.Join(tables["sessions"], "\n"); !strings.Contains(kept, session.KeyOf(id)) || !strings.Contains(kept, "auth0|ada") {
		t.Fatalf("the table of sessions has %s", kept)
	}
	for _, suffix := range []string{"", "-wal"} {
		if raw, err := os.ReadFile(strings.TrimPrefix(database, "sqlite:") + suffix); err == nil {
			mustHide(t, "the file of the database, while in use,"+suffix, string(raw), secrets)
		}
	}
	for table, rows := range tables {
		mustHide(t, "the table "+table, strings.Join(rows, "\n"), secrets)
	}
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	path, file := strings.CutPrefix(database, "sqlite:")
	if !file {
		return
	}
	atRest, err := os.ReadFile(path) // where the log of writes went when the server stopped
	if err != nil || !strings.Contains(string(atRest), session.KeyOf(id)) {
		t.Fatalf("the session is not in the file: %v", err)
	}
	mustHide(t, "the file", string(atRest), secrets)
}

// mustHide fails where a text has one of the secrets, or a part of a token, as it
// is, in hexadecimal, or in what base64url texts of it hold.
func mustHide(t *testing.T, place, text string, secrets map[string]string) {
	t.Helper()
	open := []string{text}
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return !strings.ContainsRune(base64url, r) }) {
		if raw, err := base64.RawURLEncoding.DecodeString(word); err == nil && len(raw) > 8 {
			open = append(open, string(raw))
		}
	}
	for what, secret := range secrets {
		for part := range strings.SplitSeq(secret, ".") {
			if strings.HasPrefix(part, "eyJhbGci") {
				continue // a header is no secret
			}
			for _, spelt := range []string{part, hex.EncodeToString([]byte(part))} {
				if slices.ContainsFunc(open, func(text string) bool { return strings.Contains(text, spelt) }) {
					t.Errorf("%s has %s in the clear", place, what)
				}
			}
		}
	}
}

const base64url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

// overhear keeps what the tenant answers to requests for tokens, by its name.
func (te *tenant) overhear() func() map[string][]string {
	var mu sync.Mutex
	given := map[string][]string{}
	te.rewrite(map[string]func(map[string]any){"/oauth/token": func(members map[string]any) {
		mu.Lock()
		defer mu.Unlock()
		for _, name := range []string{"access_token", "refresh_token", "id_token"} {
			if token, ok := members[name].(string); ok {
				given[name] = append(given[name], token)
			}
		}
	}})
	return func() map[string][]string {
		mu.Lock()
		defer mu.Unlock()
		return maps.Clone(given)
	}
}
