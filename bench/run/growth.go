package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/postern-dev/postern/bench/load"
	"github.com/postern-dev/postern/bench/notes"
)

// sizes are how many documents there are.
var sizes = []int{10_000, 100_000, 1_000_000, 5_000_000}

// The kinds of requests by which growth is measured.
const (
	grownRead   = "read by id, anywhere"
	grownList   = "filtered list of 20, anywhere"
	grownCreate = "create"
	grownFeed   = "catch-up, 512 changes"
)

var grownKinds = []string{grownRead, grownList, grownCreate, grownFeed}

// each is how many requests one round makes. All are made one after the other,
// so that what a request takes is not waiting for others.
var each = map[string]int{grownRead: 1000, grownList: 300, grownCreate: 100, grownFeed: behind / 512}

// growth measures the same requests among few and among many documents, all of
// one user. What was read by its id is not kept in memory: it would be all
// documents where there are few.
func (b *bench) growth(ctx context.Context, r *result) error {
	w, err := load.OpenWorld(ctx, b.folder, issuer)
	if err != nil {
		return err
	}
	r.Rounds, r.Seconds = 3*b.rounds, 0 // each is a number of requests
	var targets []target
	byKind := map[string][]target{}
	err = func() error {
		defer w.Close()
		for i, size := range b.sizes() {
			c, err := b.grown(ctx, w, size, fmt.Sprintf("127.0.0.1:%d", 16071+i), "POSTERN_DOCUMENT_CACHE=0")
			if err != nil {
				return err
			}
			for _, kind := range grownKinds {
				byKind[kind] = append(byKind[kind], target{r.add(strconv.Itoa(size), kind), c.measure(kind, each[kind])})
			}
		}
		for _, kind := range grownKinds {
			targets = append(targets, byKind[kind]...)
		}
		if b.most > 1_000_000 { // more changes than are kept
			say("waiting for the servers to forget old changes")
			time.Sleep(90 * time.Second) // they begin after a minute
		}
		return rounds(ctx, "growth", r.Rounds, targets)
	}()
	if err != nil {
		return err
	}
	return b.pages(ctx, r)
}

func (b *bench) sizes() (list []int) {
	for _, size := range sizes {
		if size <= b.most {
			list = append(list, size)
		}
	}
	return list
}

// grown starts a server on so many documents, which are stored the first time.
func (b *bench) grown(ctx context.Context, w *load.World, size int, address string, env ...string) (*caller, error) {
	folder, ids, err := b.filled(ctx, w, size)
	if err != nil {
		return nil, err
	}
	s, err := w.Serve(ctx, folder, address, env...)
	if err != nil {
		return nil, err
	}
	c := newCaller(s, w.Issuer.Token(nil), ids)
	return c, errors.Join(c.fallBehind(ctx), warmDisk(folder))
}

// warmDisk has the system keep the file of documents in memory, as far as it
// can: what is measured is how requests grow, and not this machine's disk.
func warmDisk(folder string) error {
	f, err := os.Open(filepath.Join(folder, "postern.db"))
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, f)
	return errors.Join(err, f.Close())
}

// filled is a folder with a database of so many documents, and ids of some.
func (b *bench) filled(ctx context.Context, w *load.World, size int) (folder string, ids []string, err error) {
	folder, err = w.Declare(fmt.Sprintf("grown-%d", size), notes.Declaration)
	if err != nil {
		return "", nil, err
	}
	file := filepath.Join(folder, "ids.json") // written last: then all is there
	raw, err := os.ReadFile(file)
	switch {
	case err == nil:
		return folder, ids, json.Unmarshal(raw, &ids)
	case !errors.Is(err, fs.ErrNotExist):
		return "", nil, err
	}
	began := time.Now()
	if ids, err = b.fill(ctx, w, folder, size); err != nil {
		return "", nil, err
	}
	say("filled in %s", time.Since(began).Round(time.Second))
	if raw, err = json.Marshal(ids); err != nil {
		return "", nil, err
	}
	return folder, ids, os.WriteFile(file, raw, 0o600)
}

// pages counts the pages of the file that each kind of request looks at, as
// SQLite counts them.
func (b *bench) pages(ctx context.Context, r *result) error {
	test, err := compileTest(ctx, b.folder, "store")
	if err != nil {
		return err
	}
	for _, size := range b.sizes() {
		folder := filepath.Join(b.folder, fmt.Sprintf("grown-%d", size))
		out, err := test.run(ctx, "^BenchmarkPages$", "-test.benchtime=200x", "-grown="+folder)
		if err != nil {
			return err
		}
		for line := range strings.Lines(out) {
			name, _, found := strings.Cut(strings.TrimPrefix(line, "BenchmarkPages/"), " ")
			if !found || !strings.HasPrefix(line, "BenchmarkPages/") {
				continue
			}
			pages, err := metric(line, "pages/op")
			if err != nil {
				return err
			}
			kind, _, _ := strings.Cut(name, "-") // what follows is the number of processors
			r.figure(fmt.Sprintf("pages %s %d", kind, size), pages)
		}
	}
	return nil
}
