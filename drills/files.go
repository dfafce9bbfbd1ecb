package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	_ "modernc.org/sqlite" // who locks the file
)

func fileDrills() []drill {
	return []drill{
		{name: "disk-full", breaks: "SQLite on a disk of 8 MiB that is filled up while 4 clients write",
			passes: "writes are 507 or 503 with Retry-After, reads 200, health 200; once there is room, writes go on without a restart; 0 acknowledged writes lost; check --database finds nothing",
			short:  size{length: time.Second}, long: size{length: 20 * time.Second}, run: diskFull},
		{name: "locked", breaks: "another program has SQLite locked (BEGIN EXCLUSIVE) while 4 clients write and one reads",
			passes: "reads go on, p99 as before or 50 ms more; writes wait and then are 503 with Retry-After; writes go on when it is over; 0 acknowledged writes lost",
			short:  size{length: 11 * time.Second}, long: size{length: 15 * time.Second}, run: locked},
	}
}

// diskFull has the file on a disk of its own, which another file fills up.
func diskFull(ctx context.Context, s *stage) (f figures, err error) {
	if os.Getuid() != 0 {
		return nil, missing("root, to mount a small disk")
	}
	disk := filepath.Join(s.Folder, "disk")
	if err := os.Mkdir(disk, 0o700); err != nil {
		return nil, err
	}
	if out, err := exec.CommandContext(ctx, "mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", disk).CombinedOutput(); err != nil {
		return nil, missing("the right to mount: " + string(out))
	}
	s.Defer(func() error { return exec.Command("umount", disk).Run() })
	database := "sqlite:" + filepath.Join(disk, "postern.db")
	at, err := address()
	if err != nil {
		return nil, err
	}
	if _, err := s.Serve(ctx, s.folder, at, "DATABASE_URL="+database); err != nil {
		return nil, err
	}
	c := s.crowd(at, 4)
	c.patient = true
	c.begin()
	if err := c.await(20 * time.Second); err != nil {
		return nil, err
	}
	ballast := filepath.Join(disk, "ballast")
	if err := fill(ballast); err != nil {
		return nil, err
	}
	if err := c.awaitRefusals(60 * time.Second); err != nil {
		return nil, err
	}
	reads := s.pulse(ctx, at, "/api/v1/items?limit=5", s.Token("auth0|w0"), http.StatusOK, 50*time.Millisecond)
	health := s.pulse(ctx, at, "/healthz", "", http.StatusOK, 50*time.Millisecond)
	time.Sleep(s.size.length)
	took, err := reads.end()
	_, sick := health.end()
	if err := errors.Join(err, sick); err != nil {
		return f, err
	}
	if err := os.Remove(ballast); err != nil {
		return f, err
	}
	freed := time.Now()
	if err := c.await(20 * time.Second); err != nil {
		return f, fmt.Errorf("after there was room: %w", err)
	}
	again := time.Since(freed)
	c.end()
	if err := c.settle(ctx); err != nil {
		return f, err
	}
	says, err := s.check(ctx, database)
	f.say("%d writes acknowledged, 0 lost; %d refused with 507 or 503 and Retry-After", c.acknowledged.Load(), c.refused.Load())
	f.say("%d reads meanwhile, all 200", len(took))
	f.say("writes went on %s after there was room, without a restart", ms(again))
	f.say("%s", says)
	return f, err
}

// fill writes until the disk takes no more.
func fill(path string) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	for block := make([]byte, 64<<10); len(block) > 0; {
		if _, err := file.Write(block); err != nil {
			block = block[:len(block)/2]
		}
	}
	return file.Close()
}

// awaitRefusals waits until each writer, or nearly, is told to come again.
func (c *crowd) awaitRefusals(most time.Duration) error {
	before, began := c.refused.Load(), time.Now()
	for c.refused.Load() < before+2*int64(len(c.writers)) {
		if time.Since(began) > most {
			return fmt.Errorf("nobody was refused within %v; %w", most, c.faults())
		}
		time.Sleep(5 * time.Millisecond)
	}
	return nil
}

// locked has this process, which is not the server's, lock the file.
func locked(ctx context.Context, s *stage) (f figures, err error) {
	server, err := address()
	if err != nil {
		return nil, err
	}
	if _, err := s.Serve(ctx, s.folder, server, "DATABASE_URL="+s.sqlite()); err != nil {
		return nil, err
	}
	c := s.crowd(server, 4)
	c.begin()
	read := func() *pulse {
		return s.pulse(ctx, server, "/api/v1/items?limit=5", s.Token("auth0|w0"), http.StatusOK, 20*time.Millisecond)
	}
	p := read()
	time.Sleep(2 * time.Second)
	before, err := p.end()
	if err != nil {
		return nil, err
	}
	unlock, err := lock(ctx, filepath.Join(s.folder, "postern.db"))
	if err != nil {
		return nil, err
	}
	p = read()
	time.Sleep(s.size.length)
	during, bad := p.end()
	if err := errors.Join(bad, unlock()); err != nil {
		return nil, err
	}
	over := time.Now()
	if err := c.await(20 * time.Second); err != nil {
		return nil, err
	}
	again := time.Since(over)
	c.end()
	f.say("reads: p99 %s before and %s while it was locked for %v, all 200", ms(at99(before)), ms(at99(during)), s.size.length)
	f.say("writes: %d refused with 503 and Retry-After after waiting, the slowest %s; they went on %s after the lock was gone",
		c.refused.Load(), ms(c.slowest), ms(again))
	f.say("%d acknowledged, 0 lost", c.acknowledged.Load())
	if c.refused.Load() == 0 {
		return f, errors.New("no write was refused")
	}
	if at99(during) > at99(before)+50*time.Millisecond {
		return f, errors.New("reads were slower")
	}
	return f, c.settle(ctx)
}

// lock begins a transaction that keeps everybody else from writing.
func lock(ctx context.Context, path string) (unlock func() error, err error) {
	db, err := sql.Open("sqlite", path+"?_pragma=busy_timeout(10000)")
	if err != nil {
		return nil, err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	if _, err := conn.ExecContext(ctx, "BEGIN EXCLUSIVE"); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return func() error {
		_, err := conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
		return errors.Join(err, conn.Close(), db.Close())
	}, nil
}
