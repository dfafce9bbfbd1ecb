package main

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/config"
	"github.com/postern-dev/postern/store"
)

// databaseFlags are the settings that commands about documents can be given.
type databaseFlags struct {
	Config      string  `help:"Settings file; postern.yaml in this folder if there is one." placeholder:"FILE"`
	DatabaseURL *string `name:"database-url" help:"sqlite:path or postgres://…: where documents are kept." placeholder:"URL"`
}

// load reads the settings and the collections that they declare.
func (f databaseFlags) load(p process) (config.Settings, []*collection.Collection, error) {
	flags := settingFlags{Config: f.Config, DatabaseURL: f.DatabaseURL}
	settings, declarations, err := flags.loadDeclared(p)
	if err == nil && settings.DatabaseURL == "sqlite::memory:" {
		err = usageError{fmt.Errorf("sqlite::memory: is gone with the server that has it; name a file or PostgreSQL with --database-url")}
	}
	return settings, declarations.Collections, err
}

// mustDeclare refuses settings without collections: there is nothing to move.
func mustDeclare(collections []*collection.Collection) error {
	if len(collections) > 0 {
		return nil
	}
	return usageError{fmt.Errorf("no collections are declared: run it where postern.yaml is, or name the file with --config")}
}

// openStore opens the database of the settings.
func openStore(p process, settings config.Settings, readOnly bool) (*store.Store, error) {
	s, err := store.Open(p.ctx, settings.DatabaseURL, store.Options{
		ReadOnly: readOnly, Durability: store.Durability(settings.Durability),
		Log: slog.New(slog.NewTextHandler(p.stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
	})
	if err != nil {
		return nil, fmt.Errorf("open the database (--database-url or DATABASE_URL): %w", err)
	}
	return s, nil
}

// newFile makes a file that only its owner can read; it refuses one that is
// there.
func newFile(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if os.IsExist(err) {
		return nil, usageError{fmt.Errorf("%s is there already, and nothing is overwritten", path)}
	}
	return f, err
}

// table prints rows in columns; numbers stand to the right.
func table(to io.Writer, rows [][]string) error {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], len(cell))
		}
	}
	var b strings.Builder
	for _, row := range rows {
		for i, cell := range row {
			left := "-"
			if i > 0 && i < len(row)-1 {
				left = ""
			}
			fmt.Fprintf(&b, "%"+left+"*s  ", widths[i], cell)
		}
		text := strings.TrimRight(b.String(), " ") + "\n"
		b.Reset()
		if _, err := io.WriteString(to, text); err != nil {
			return err
		}
	}
	return nil
}
