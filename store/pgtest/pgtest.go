//go:build unix

// Package pgtest gives tests a PostgreSQL of their own: a server that lives as
// long as the test binary, in a folder that is removed with it, and a fresh
// database in it for whoever asks.
package pgtest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// shared is a server that all tests of the binary use.
type shared struct {
	once   sync.Once
	server *server
	failed error
}

// fast loses everything when the machine crashes, durable nothing.
var fast, durable shared

var count atomic.Int64

// Main runs the tests and ends the servers. A test binary that uses this
// package calls it, or [Run], from TestMain.
func Main(m *testing.M) { os.Exit(Run(m)) }

// Run is Main for those who have more to do at the end. It returns the exit
// code.
func Run(m *testing.M) int {
	code := m.Run()
	for _, s := range []*shared{&fast, &durable} {
		if s.server != nil {
			s.server.stop()
		}
	}
	return code
}

// Password is the password in each address. These servers trust whoever comes
// and do not ask for it, but nobody may write it anywhere.
const Password = "Tr0ub4dor-and-3-of-pgtest"

// URL returns the address of a new, empty database. The settings are those of
// its sessions, as name=value. Without PostgreSQL on this machine the test is
// skipped; with POSTERN_TEST_REQUIRE=all it fails.
func URL(t testing.TB, settings ...string) string {
	t.Helper()
	// Deadlocks are looked for soon, since tests of races wait for each of them.
	return fast.url(t, settings, "fsync=off", "synchronous_commit=off", "full_page_writes=off", "deadlock_timeout=100ms")
}

// DurableURL is URL for what measures: commits wait for the disk.
func DurableURL(t testing.TB, settings ...string) string {
	t.Helper()
	return durable.url(t, settings)
}

func (s *shared) url(t testing.TB, settings []string, options ...string) string {
	t.Helper()
	s.once.Do(func() { s.server, s.failed = start(options) })
	switch {
	case s.failed == nil:
	case errors.Is(s.failed, ErrMissing) && os.Getenv("POSTERN_TEST_REQUIRE") != "all":
		t.Skipf("this test needs PostgreSQL: %v", s.failed)
	default:
		t.Fatalf("this test needs PostgreSQL: %v", s.failed)
	}
	address, err := s.server.database(t.Context(), settings)
	if err != nil {
		t.Fatal(err)
	}
	return address
}

// database makes a database.
func (s *server) database(ctx context.Context, settings []string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, s.url("postgres"))
	if err != nil {
		return "", err
	}
	defer conn.Close(ctx)
	name := fmt.Sprintf("test%d", count.Add(1))
	if _, err := conn.Exec(ctx, "CREATE DATABASE "+name); err != nil {
		return "", err
	}
	for _, setting := range settings {
		if _, err := conn.Exec(ctx, "ALTER DATABASE "+name+" SET "+setting); err != nil {
			return "", err
		}
	}
	return s.url(name), nil
}

func (s *server) url(database string) string {
	return "postgres://" + account + ":" + Password + "@/" + database + "?" + url.Values{"host": {s.folder}}.Encode()
}
