package store

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strings"
)

// backup has a reader write a copy. It sees one moment, whatever is written
// meanwhile, and keeps nobody from writing.
func (l *lite) backup(ctx context.Context, path string) error {
	// Made here, so that nobody else can read it and nothing is overwritten;
	// SQLite accepts an empty file.
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	conn, err := openLite(l.path, true, pragmas(otherPages)...)
	if err == nil {
		_, err = liteSession{conn, ctx}.exec("VACUUM INTO '" + strings.ReplaceAll(path, "'", "''") + "'")
		if closed := conn.close(); err == nil {
			err = closed
		}
	}
	if err == nil {
		err = renewLineage(ctx, path)
	}
	if err == nil {
		err = syncFile(path)
	}
	if err == nil {
		return nil
	}
	if gone := os.Remove(path); gone != nil {
		err = fmt.Errorf("%w; and remove what is left: %w", err, gone)
	}
	return fmt.Errorf("back up: %w", explainLite(err))
}

// renewLineage makes of the copy another database than the one that goes on: where
// it is restored, its next changes get the numbers of those that are lost.
func renewLineage(ctx context.Context, path string) error {
	conn, err := openLite(path, false, "journal_mode = MEMORY")
	if err != nil {
		return err
	}
	_, err = liteSession{conn, ctx}.exec(`INSERT INTO counters (name, value) VALUES ('lineage', $1)
		ON CONFLICT (name) DO UPDATE SET value = excluded.value`, 1+rand.Int64N(math.MaxInt64))
	return errors.Join(err, conn.close())
}

// syncFile waits until the disk has the file: SQLite does not for a copy.
func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// CheckBackup tells whether the file at path is a whole database, by reading
// all of it. It writes nothing.
func CheckBackup(ctx context.Context, path string) error {
	conn, err := openLite(path, true, pragmas(otherPages)...)
	if err != nil {
		return fmt.Errorf("check the backup: %w", explainLite(err))
	}
	var said string
	_, err = one(liteSession{conn, ctx}, "PRAGMA quick_check(1)", nil, &said)
	if err == nil && said != "ok" {
		err = errors.New(said)
	}
	if closed := conn.close(); err == nil {
		err = closed
	}
	if err != nil {
		return fmt.Errorf("check the backup: %w", explainLite(err))
	}
	return nil
}
