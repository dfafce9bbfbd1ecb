package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/postern-dev/postern/bench/load"
)

func imageDrills() []drill {
	return []drill{
		{name: "crash-image", breaks: "the process is frozen at a random moment while 8 clients write, its SQLite files are copied, and it goes on; a server starts on the copy",
			passes: "the copy has every write that was acknowledged before it was begun; check --database finds nothing in it",
			short:  size{rounds: 2}, long: size{rounds: 50}, run: crashImage},
		{name: "backup", breaks: "`postern backup` while 8 clients write; a server starts on the copy",
			passes: "the copy has every write that was acknowledged before the backup was begun; check --database finds nothing",
			short:  size{rounds: 1}, long: size{rounds: 20}, run: backup},
	}
}

// acknowledged is what a crowd knew at one moment.
type acknowledged []map[place]item

// note copies what is acknowledged. Writers go on meanwhile.
func (c *crowd) note() (all acknowledged) {
	c.knowing.Lock()
	defer c.knowing.Unlock()
	for _, w := range c.writers {
		known := map[place]item{}
		for at, i := range w.known {
			known[at] = *i
		}
		all = append(all, known)
	}
	return all
}

// mustHave holds a copy against what was acknowledged before it was begun: all
// of it is there, at that version or a later one. Nobody deletes meanwhile.
func (s *stage) mustHave(ctx context.Context, address string, before acknowledged) error {
	reader := s.crowd(address, len(before))
	for n, known := range before {
		found, err := reader.writers[n].read(ctx)
		if err != nil {
			return err
		}
		for at, i := range known {
			if b, is := found[at]; !is || b.Version < i.version {
				return fmt.Errorf("%s %s had version %d before, and is %+v (%t) in the copy", at.collection, at.slug, i.version, b, is)
			}
		}
	}
	return nil
}

func crashImage(ctx context.Context, s *stage) (f figures, err error) {
	server, err := s.start(ctx, s.sqlite())
	if err != nil {
		return nil, err
	}
	c := s.crowd(server.Address, 8)
	c.keeps = true
	c.begin()
	for round := range s.size.rounds {
		time.Sleep(200*time.Millisecond + rand.N(300*time.Millisecond))
		folder, err := s.Declare(fmt.Sprintf("image%d", round), declaration)
		if err != nil {
			return f, err
		}
		before := c.note()
		if err := s.freeze(server, folder); err != nil {
			return f, err
		}
		if err := s.examine(ctx, folder, before); err != nil {
			return f, fmt.Errorf("copy %d: %w", round, err)
		}
		if err := os.RemoveAll(folder); err != nil {
			return f, err
		}
	}
	c.end()
	f.say("%d copies beside %d writes, each with all that was acknowledged before it", s.size.rounds, c.acknowledged.Load())
	return f, c.settle(ctx)
}

// freeze stops the process while its files are copied: at that moment a killed
// process would have left the very same.
func (s *stage) freeze(server *load.Server, folder string) (err error) {
	if err := server.Signal(syscall.SIGSTOP); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Signal(syscall.SIGCONT)) }()
	return copyFiles(s.folder, folder)
}

func copyFiles(from, to string) error {
	for _, name := range []string{"postern.db", "postern.db-wal"} {
		raw, err := os.ReadFile(filepath.Join(from, name))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(to, name), raw, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// examine starts a server on the copy. What was acknowledged before, if
// anything is said of it, has to be there.
func (s *stage) examine(ctx context.Context, folder string, before acknowledged) error {
	at, err := address()
	if err != nil {
		return err
	}
	database := "sqlite:" + filepath.Join(folder, "postern.db")
	server, err := s.Serve(ctx, folder, at, "DATABASE_URL="+database)
	if err != nil {
		return err
	}
	if err := s.mustHave(ctx, at, before); err != nil {
		return err
	}
	_, err = s.check(ctx, database)
	return errors.Join(err, server.Stop())
}

func backup(ctx context.Context, s *stage) (f figures, err error) {
	server, err := s.start(ctx, s.sqlite())
	if err != nil {
		return nil, err
	}
	c := s.crowd(server.Address, 8)
	c.keeps = true
	c.begin()
	for round := range s.size.rounds {
		time.Sleep(300 * time.Millisecond)
		folder, err := s.Declare(fmt.Sprintf("copy%d", round), declaration)
		if err != nil {
			return f, err
		}
		before := c.note()
		command := s.command(ctx, s.sqlite(), "backup", filepath.Join(folder, "postern.db"))
		if out, err := command.CombinedOutput(); err != nil {
			return f, fmt.Errorf("backup: %w\n%s", err, out)
		}
		if err := s.examine(ctx, folder, before); err != nil {
			return f, fmt.Errorf("copy %d: %w", round, err)
		}
	}
	c.end()
	f.say("%d backups beside %d writes, each with all that was acknowledged before it", s.size.rounds, c.acknowledged.Load())
	return f, c.settle(ctx)
}
