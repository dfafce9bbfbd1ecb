package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/postern-dev/postern/store"
)

type backupCommand struct {
	databaseFlags
	Path string `arg:"" help:"The new file, which only you can read."`
	JSON bool   `name:"json" help:"Print JSON."`
}

// Help shows the command at work.
func (backupCommand) Help() string {
	return `Example:
  postern backup --database-url sqlite:postern.db "postern-$(date +%F).db"

The copy is the database at one moment, while a server reads and writes. It is read through once before this command
says that it is good. To restore, stop the server and put the copy in the place of the database. For PostgreSQL use
pg_dump.

Exit codes: 0 the copy is whole; 1 failed, and there is no copy; 2 wrong command line or settings, or the file exists.`
}

// Run makes the copy.
func (b backupCommand) Run(p process) error {
	settings, _, err := b.load(p)
	if err != nil {
		return err
	}
	if !strings.HasPrefix(settings.DatabaseURL, "sqlite:") {
		return fmt.Errorf("PostgreSQL has a tool of its own for this:\n  pg_dump --format=custom --file=%s \"$DATABASE_URL\"", b.Path)
	}
	if _, err := os.Lstat(b.Path); err == nil {
		return usageError{fmt.Errorf("%s is there already, and nothing is overwritten", b.Path)}
	}
	s, err := openStore(p, settings, true)
	if err != nil {
		return err
	}
	began := time.Now()
	err = s.Backup(p.ctx, b.Path)
	if err == nil {
		err = b.check(p)
	}
	if err = errors.Join(err, s.Close()); err != nil {
		return err
	}
	return b.report(p, time.Since(began))
}

// check removes a copy that is not whole.
func (b backupCommand) check(p process) error {
	err := store.CheckBackup(p.ctx, b.Path)
	if err != nil {
		err = errors.Join(err, os.Remove(b.Path))
	}
	return err
}

func (b backupCommand) report(p process, took time.Duration) error {
	info, err := os.Stat(b.Path)
	if err != nil {
		return err
	}
	if b.JSON {
		return json.NewEncoder(p.stdout).Encode(map[string]any{"path": b.Path, "bytes": info.Size(), "seconds": took.Seconds()})
	}
	_, err = fmt.Fprintf(p.stdout, "%s: %d bytes in %.1f seconds, checked\n", b.Path, info.Size(), took.Seconds())
	return err
}
