package api_test

import (
	"context"
	"crypto/rsa"
	"database/sql"
	"encoding/hex"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/postern-dev/postern/store/pgtest"
)

// TestTheRunIsHeard holds that nothing is missing in what is searched at the
// end of the run: a server in this process, one of its own, their secrets.
func TestTheRunIsHeard(t *testing.T) {
	t.Parallel()
	s := startDeclared(t)
	token := s.Issuer.Token(map[string]any{"sub": "auth0|heard", "jti": t.Name()})
	a := s.do(t, call{Path: protectedPath, Token: token}.with("X-Request-Id", "heard-by-the-record"))
	s.log.request(t, "heard-by-the-record")
	s.do(t, call{Path: "/heard-refused"})
	p := build(t, "")
	p.run(t, nil, "serve", "--config", "heard-by-a-process.yaml")
	r := p.begin(t, nil, "dev", "--memory", "--addr", "localhost:0", "--tenant-addr", "localhost:0", "--playground-addr", "localhost:0")
	r.line(t, "More tokens")
	for _, text := range []string{"heard-by-the-record", "/heard-refused", "heard-by-a-process.yaml", "More tokens"} {
		if !written.Has(text) {
			t.Errorf("nobody heard %q", text)
		}
	}
	if a.Status != http.StatusOK {
		t.Errorf("got %d %s", a.Status, a.Body)
	}
	s.mustTellItsSecrets(t)
	sealed := s.sealed(t)
	if len(sealed) == 0 {
		t.Fatal("the server has no sealing secret")
	}
	for name, secret := range map[string]string{"a token": token, "a password": pgtest.Password, "a sealing secret": hex.EncodeToString(sealed[0])} {
		if !written.Seeks(secret) {
			t.Errorf("%s is not sought", name)
		}
	}
}

// saidBy takes what the program says in a run.
func saidBy(t testing.TB, args []string) io.Writer {
	return written.Writer("postern " + strings.Join(args, " ") + " of " + t.Name())
}

// refusals take what the server says when it refuses.
func (s *server) refusals(t testing.TB) io.Writer {
	s.refused.Do(func() { s.kept = written.Writer("refusals of " + t.Name()) })
	return s.kept
}

// mustTellItsSecrets has sought what only the server and its issuer know.
func (s *server) mustTellItsSecrets(t testing.TB) {
	t.Helper()
	written.Secret("password of the database", pgtest.Password)
	if key, ok := s.Issuer.Key().Private.(*rsa.PrivateKey); ok {
		written.Bytes("signing key", key.D.Bytes())
		written.Bytes("signing key", key.Primes[0].Bytes())
	}
	for _, secret := range s.sealed(t) {
		written.Bytes("sealing secret", secret)
	}
}

// sealed are the secrets in the server's database; none where it cannot be
// asked any more.
func (s *server) sealed(t testing.TB) (secrets [][]byte) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	const statement = "SELECT secret FROM secrets"
	if strings.HasPrefix(s.settings.DatabaseURL, "postgres:") {
		conn, err := pgx.Connect(ctx, s.settings.DatabaseURL)
		if err != nil {
			return nil
		}
		defer func() { _ = conn.Close(ctx) }()
		rows, _ := conn.Query(ctx, statement) // its error is that of the rows
		secrets, _ = pgx.CollectRows(rows, pgx.RowTo[[]byte])
		return secrets
	}
	path, err := filepath.Abs(strings.TrimPrefix(s.settings.DatabaseURL, "sqlite:"))
	if _, missing := os.Stat(path); err != nil || missing != nil {
		return nil
	}
	db, err := sql.Open("sqlite", "file:"+path+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	rows, err := db.QueryContext(ctx, statement)
	if err != nil {
		return nil
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var secret []byte
		if rows.Scan(&secret) == nil {
			secrets = append(secrets, secret)
		}
	}
	return secrets
}
