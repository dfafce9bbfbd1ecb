//go:build unix

package pgtest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Pair is a primary and its standby, of which a test may lose one.
type Pair struct {
	primary, standby *server
	database         string
}

// PairUp starts the two and makes a database. Commits wait for a synchronous
// standby, and for no other. [ErrMissing] says that there is no PostgreSQL.
func PairUp(synchronous bool) (_ *Pair, err error) {
	p := &Pair{database: "paired"}
	defer func() {
		if err != nil {
			p.Close()
		}
	}()
	// A process that is killed has given everything to the system, which goes
	// on: nobody has to wait for the disk.
	if p.primary, err = start([]string{"fsync=off", "full_page_writes=off"}); err != nil {
		return nil, err
	}
	if p.standby, err = p.primary.copy(); err != nil {
		return nil, err
	}
	state := "async"
	if synchronous {
		state = "sync"
		// Said after the copy was made, so that the standby waits for nobody
		// once it is promoted.
		for _, statement := range []string{"ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()"} {
			if err := p.primary.exec(statement); err != nil {
				return nil, err
			}
		}
	}
	if _, err := p.await(`SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming' AND sync_state = '` + state + `'`); err != nil {
		return nil, err
	}
	return p, p.primary.exec("CREATE DATABASE " + p.database)
}

// StartPair is PairUp for a test, with a standby that commits wait for. Without
// PostgreSQL on this machine the test is skipped; with POSTERN_TEST_REQUIRE=all
// it fails.
func StartPair(t testing.TB) *Pair {
	t.Helper()
	p, err := PairUp(true)
	switch {
	case err == nil:
		t.Cleanup(p.Close)
		return p
	case errors.Is(err, ErrMissing) && os.Getenv("POSTERN_TEST_REQUIRE") != "all":
		t.Skipf("this test needs PostgreSQL: %v", err)
	default:
		t.Fatalf("this test needs PostgreSQL: %v", err)
	}
	return nil
}

// Close ends both and removes what they kept.
func (p *Pair) Close() {
	for _, s := range []*server{p.standby, p.primary} {
		if s != nil {
			s.stop()
		}
	}
}

// copy starts a standby of the server.
func (s *server) copy() (_ *server, err error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	standby := &server{ended: make(chan struct{})}
	if standby.folder, err = os.MkdirTemp("", "pgtest-*"); err != nil {
		return nil, err
	}
	who, err := drop(standby.folder)
	if err != nil {
		return nil, err
	}
	data := filepath.Join(standby.folder, "data")
	backup := exec.Command(filepath.Join(bin, "pg_basebackup"), "-h", s.folder, "-U", account, "-D", data,
		"-R", "-X", "stream", "-c", "fast", "--no-sync")
	backup.SysProcAttr, backup.Dir = &syscall.SysProcAttr{Credential: who}, standby.folder
	if out, err := backup.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("pg_basebackup: %w\n%s", err, out)
	}
	if err := standby.run(filepath.Join(bin, "postgres"), data, who, []string{"fsync=off", "full_page_writes=off"}); err != nil {
		return nil, err
	}
	return standby, standby.wait()
}

// exec runs a statement.
func (s *server) exec(statement string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, s.url("postgres"))
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, statement)
	return errors.Join(err, conn.Close(ctx))
}

// await asks the primary for a number until it is another than 0.
func (p *Pair) await(query string) (n int, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, p.primary.url("postgres"))
	if err != nil {
		return 0, err
	}
	defer conn.Close(ctx)
	for ; n == 0; time.Sleep(20 * time.Millisecond) {
		if err := conn.QueryRow(ctx, query).Scan(&n); err != nil {
			return 0, fmt.Errorf("%s: %w", query, err)
		}
	}
	return n, nil
}

// URL is the address of the database, with both hosts: whoever can be written
// to is meant.
func (p *Pair) URL() string {
	return "postgres://" + account + ":" + Password + "@/" + p.database + "?" + url.Values{
		"host": {p.primary.folder + "," + p.standby.folder}, "port": {"5432,5432"}, "target_session_attrs": {"read-write"},
	}.Encode()
}

// CutLink has the primary send nothing to its standby any more, though both
// believe that they are connected.
func (p *Pair) CutLink() error {
	sender, err := p.await(`SELECT coalesce(max(pid), 0) FROM pg_stat_replication`)
	if err != nil {
		return err
	}
	return syscall.Kill(sender, syscall.SIGSTOP)
}

// KillPrimary ends the primary as a machine without power would: all of its
// processes at once.
func (p *Pair) KillPrimary() error {
	// Frozen first, so that no process of it lives a moment longer than
	// another and says something.
	var all []int
	parent := p.primary.process.Pid
	_ = syscall.Kill(parent, syscall.SIGSTOP)
	out, err := exec.Command("pgrep", "-P", fmt.Sprint(parent)).Output()
	if err != nil {
		err = fmt.Errorf("find the primary's processes: %w", err)
	}
	for _, line := range strings.Fields(string(out)) {
		var pid int
		if _, err := fmt.Sscan(line, &pid); err == nil {
			_ = syscall.Kill(pid, syscall.SIGSTOP)
			all = append(all, pid)
		}
	}
	for _, pid := range append(all, parent) {
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
	<-p.primary.ended
	return err
}

// StopStandby ends the standby, whom the primary goes on waiting for.
func (p *Pair) StopStandby() {
	_ = p.standby.process.Kill()
	<-p.standby.ended
}

// Promote makes the standby the primary, and returns when it is.
func (p *Pair) Promote() error {
	if err := p.standby.exec("SELECT pg_promote(true, 60)"); err != nil {
		return fmt.Errorf("promote the standby: %w", err)
	}
	return nil
}
