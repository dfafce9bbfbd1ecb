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

var (
	once    sync.Once
	started *server
	failed  error
	count   atomic.Int64
)

// Main runs the tests and ends the server. A test binary that uses this
// package calls it from TestMain.
func Main(m *testing.M) {
	code := m.Run()
	if started != nil {
		started.stop()
	}
	os.Exit(code)
}

// URL returns the address of a new, empty database. The settings are those of
// its sessions, as name=value. Without PostgreSQL on this machine the test is
// skipped; with POSTERN_TEST_REQUIRE=all it fails.
func URL(t testing.TB, settings ...string) string {
	t.Helper()
	once.Do(func() { started, failed = start() })
	switch {
	case failed == nil:
	case errors.Is(failed, errMissing) && os.Getenv("POSTERN_TEST_REQUIRE") != "all":
		t.Skipf("this test needs PostgreSQL: %v", failed)
	default:
		t.Fatalf("this test needs PostgreSQL: %v", failed)
	}
	address, err := started.database(t.Context(), settings)
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
	return "postgres://" + account + "@/" + database + "?" + url.Values{"host": {s.folder}}.Encode()
}
