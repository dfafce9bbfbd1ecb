package api_test

import (
	"context"
	"database/sql"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/postern-dev/postern/auth/authtest"
	"github.com/postern-dev/postern/cmd/postern/serve"
	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/config"
	"github.com/postern-dev/postern/store/pgtest"
)

// TestAServerStartsBeforeItsDatabase has the server come up first, as it does
// where an orchestrator starts everything at once: it lives, is not ready, says
// so to pages as well, and serves as soon as the database is there.
func TestAServerStartsBeforeItsDatabase(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		// at is where the database is; come makes it usable.
		at func(t *testing.T) (url string, come func())
	}{
		{"PostgreSQL that nobody can reach", unreachable},
		{"SQLite that another program has locked", lockedFile},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			address, come := tt.at(t)
			s := launchOptions(t, authtest.NewIssuer(t), serve.Options{Collections: []*collection.Collection{notes(t)}},
				func(s *config.Settings) { s.DatabaseURL = address })
			s.waitStatus(t, "/readyz", http.StatusServiceUnavailable)
			s.mustWait(t)
			come()
			s.waitReady(t)
			s.must(t, created, "POST", "/notes", signIn(s.Issuer, "ada"), `{"title":"at last"}`)
			if told := s.state(t); told.Status != "ok" || told.Database == nil {
				t.Errorf("the operator is told %+v", told)
			}
			s.mustCome(t, map[string]float64{"postern_ready": 1})
		})
	}
}

// mustWait asks a server that waits for its database.
func (s *server) mustWait(t *testing.T) {
	t.Helper()
	ask := func(c call) answer { return s.receive(t, s.request(t, c)) } // there is no document yet to hold it against
	if a := ask(call{Path: "/readyz"}); a.Status != http.StatusServiceUnavailable || a.Body != `{"status":"starting"}` {
		t.Errorf("/readyz got %d %s", a.Status, a.Body)
	}
	if a := ask(call{Path: "/healthz"}); a.Status != http.StatusOK {
		t.Errorf("/healthz got %d %s", a.Status, a.Body)
	}
	for _, c := range []call{
		{Path: "/api/v1/notes"}, {Path: protectedPath, Token: s.Issuer.Token(nil)}, {Path: "/api/v1/notes", Method: "POST", Body: `{"title":"x"}`},
		{Path: "/nowhere"},
	} {
		a := ask(c.with("Origin", app))
		if a.Status != http.StatusServiceUnavailable || a.Problem.Code != "database_unavailable" || a.Header.Get("Retry-After") == "" {
			t.Errorf("%s %s got %d %s", c.Method, c.Path, a.Status, a.Body)
		}
		mustBeReadable(t, a)
	}
	if told := s.state(t); told.Status != "starting" || len(told.Reasons) != 1 || told.Database != nil || told.Program.Started.IsZero() {
		t.Errorf("the operator is told %+v", told)
	}
	if told := s.metrics(t); told["postern_ready"] != 0 || told["go_goroutines"] == 0 {
		t.Errorf("the operator measures %v", told)
	}
	if a := ask(preflight("/api/v1/notes", app)); a.Status != http.StatusNoContent {
		t.Errorf("a preflight got %d %s", a.Status, a.Body)
	}
}

// unreachable is a PostgreSQL at an address where nobody answers yet.
func unreachable(t *testing.T) (string, func()) {
	there, err := url.Parse(pgtest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	address := freeAddress(t)
	come := func() {
		listener, err := net.Listen("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = listener.Close() })
		go relay(listener, filepath.Join(there.Query().Get("host"), ".s.PGSQL.5432"))
	}
	return "postgres://postgres@" + address + there.Path + "?sslmode=disable", come
}

// relay brings what comes to a socket, until the listener is closed.
func relay(listener net.Listener, socket string) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		go func() {
			defer func() { _ = conn.Close() }()
			to, err := net.Dial("unix", socket)
			if err != nil {
				return
			}
			defer func() { _ = to.Close() }()
			go func() { _, _ = io.Copy(to, conn); _ = to.Close() }()
			_, _ = io.Copy(conn, to)
		}()
	}
}

// lockedFile is a file that another program writes to for long.
func lockedFile(t *testing.T) (string, func()) {
	path := filepath.Join(t.TempDir(), "test.db")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	run := func(statement string) {
		if _, err := conn.ExecContext(context.Background(), statement); err != nil {
			t.Fatal(err)
		}
	}
	run("CREATE TABLE other (n)")
	run("BEGIN EXCLUSIVE")
	return "sqlite:" + path, func() { run("COMMIT") }
}

// TestWaitingCanBeEnded has the server told to stop while it waits.
func TestWaitingCanBeEnded(t *testing.T) {
	t.Parallel()
	address, _ := unreachable(t)
	s := launchOptions(t, authtest.NewIssuer(t), serve.Options{Collections: []*collection.Collection{notes(t)}},
		func(s *config.Settings) { s.DatabaseURL = address })
	s.waitStatus(t, "/healthz", http.StatusOK)
	began := time.Now()
	if err := s.stop(); err != nil || time.Since(began) > 5*time.Second {
		t.Errorf("it stopped after %v with %v", time.Since(began), err)
	}
}

// TestAMistakeIsNotWaitedFor has settings that no waiting mends.
func TestAMistakeIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	there := pgtest.URL(t)
	stranger, err := url.Parse(there)
	if err != nil {
		t.Fatal(err)
	}
	stranger.User = url.User("nobody")
	for _, tt := range []struct{ name, url, says string }{
		{"a database that is not there", strings.Replace(there, "/test", "/nothing", 1), "does not exist"},
		{"somebody whom the database does not know", stranger.String(), "nobody"},
		{"a file in a folder that is not there", "sqlite:" + filepath.Join(t.TempDir(), "nothing", "test.db"), "no such file"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			settings := defaults(t)
			settings.DatabaseURL = tt.url
			options := serve.Options{Collections: []*collection.Collection{notes(t)}}
			err = serve.Run(t.Context(), settings, options, slog.New(slog.DiscardHandler), listener)
			if err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("got %v, want %q", err, tt.says)
			}
		})
	}
}

// TestAFileThatOthersMayReadIsWarnedOf starts on a file of a mode that it would
// not have given it.
func TestAFileThatOthersMayReadIsWarnedOf(t *testing.T) {
	t.Parallel()
	for mode, warned := range map[os.FileMode]bool{0o600: false, 0o644: true} {
		path := filepath.Join(t.TempDir(), "open.db")
		if err := os.WriteFile(path, nil, mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil { // whatever the umask is
			t.Fatal(err)
		}
		s := startDeclared(t, func(s *config.Settings) { s.DatabaseURL = "sqlite:" + path })
		if told := strings.Contains(s.log.String(), "the database is open to others"); told != warned {
			t.Errorf("mode %04o: warned %v, want %v", mode, told, warned)
		}
	}
}
