package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/postern-dev/postern/bench/load"
	"github.com/postern-dev/postern/store/pgtest"
)

// declaration is what the drills write to: all that a database keeps beside
// documents is in it.
const declaration = `collections:
  items:
    schema:
      type: object
      required: [slug, n, text, sum]
      additionalProperties: false
      properties: {slug: {type: string}, n: {type: integer}, text: {type: string}, sum: {type: string}, readers: {type: array, items: {type: string}}}
    owner: true
    read: {any: [owner, {member: readers}]}
    write: owner
    indexes: [n, [text, -n]]
    unique: [[owner, slug]]
    quota: {documents: 100000}
  notes:
    schema: {type: object, properties: {slug: {type: string}, n: {type: integer}}}
    owner: true
    read: owner
    write: owner
    indexes: [n]
    unique: [[owner, slug]]
`

// stage is where one drill is run: a folder of its own, the program, an issuer,
// and what was started.
type stage struct {
	*load.World
	size size
	// folder is where the server runs, with its postern.yaml.
	folder string
}

func (s *stage) set(d drill, binary string) (err error) {
	if s.World, err = load.NewWorldOf("drill-"+d.name+"-", binary); err != nil {
		return err
	}
	s.folder, err = s.Declare("server", declaration)
	return err
}

// strike ends everything. What the server logged stays where the drill failed.
func (s *stage) strike(failed bool) {
	if failed {
		if log, err := os.ReadFile(filepath.Join(s.folder, "log")); err == nil {
			kept := filepath.Join(os.TempDir(), "drill-"+filepath.Base(s.Folder)+".log")
			if os.WriteFile(kept, log, 0o600) == nil {
				fmt.Fprintln(os.Stderr, "the server's log is in", kept)
			}
		}
	}
	s.Close()
}

// sqlite is the address of the stage's own file.
func (s *stage) sqlite() string { return "sqlite:" + filepath.Join(s.folder, "postern.db") }

// postgres starts a server of its own, whose commits wait for the disk.
func (s *stage) postgres(ctx context.Context, options ...string) (*pgtest.Server, string, error) {
	server, err := pgtest.Start(options...)
	if errors.Is(err, pgtest.ErrMissing) {
		return nil, "", missing("PostgreSQL: " + err.Error())
	}
	if err != nil {
		return nil, "", err
	}
	s.Defer(func() error { server.Stop(); return nil })
	url, err := server.URL(ctx)
	return server, url, err
}

// address is one where nobody listens.
func address() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// check has `postern check --database` look at the database, and fails where
// it finds something wrong.
func (s *stage) check(ctx context.Context, database string) (says string, err error) {
	out, err := s.command(ctx, database, "check", "--offline", "--database", "--json").Output()
	var report struct {
		Findings []struct{ Level, What, Says string }
	}
	if bad := json.Unmarshal(out, &report); bad != nil {
		return "", errors.Join(err, fmt.Errorf("check printed %q: %w", out, bad))
	}
	var wrong []string
	for _, f := range report.Findings {
		switch {
		case f.Level == "fail":
			wrong = append(wrong, f.What+": "+f.Says)
		case f.What == "database" && f.Level == "ok":
			says = f.Says
		}
	}
	if len(wrong) > 0 || says == "" {
		return says, fmt.Errorf("check --database: %s %v", strings.Join(wrong, "; "), err)
	}
	return says, nil
}

// command is one of the program's commands, with the server's settings.
func (s *stage) command(ctx context.Context, database string, args ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, s.Binary(), args...)
	command.Dir = s.folder
	command.Env = append(os.Environ(), "POSTERN_ISSUER="+s.Issuer.URL(), "AUTH0_AUDIENCE="+s.Issuer.Audience(), "DATABASE_URL="+database)
	return command
}

// start starts a server on the database, at an address of its own.
func (s *stage) start(ctx context.Context, database string, env ...string) (*load.Server, error) {
	at, err := address()
	if err != nil {
		return nil, err
	}
	return s.Serve(ctx, s.folder, at, append([]string{"DATABASE_URL=" + database}, env...)...)
}

// await starts a server that may take its time: before it is ready it may have
// to fill in what a declaration newly asks for.
func (s *stage) await(ctx context.Context, at, database string) (*load.Server, error) {
	server, err := s.Begin(ctx, nil, s.folder, at, "DATABASE_URL="+database)
	if err != nil {
		return nil, err
	}
	for began := time.Now(); time.Since(began) < time.Minute; time.Sleep(20 * time.Millisecond) {
		select {
		case <-server.Ended():
			return nil, fmt.Errorf("it ended with %d", server.Code())
		default:
		}
		if status, _, err := ask(ctx, at, "/readyz", ""); err == nil && status == 200 {
			return server, nil
		}
	}
	return nil, errors.New("it was not ready within a minute")
}
