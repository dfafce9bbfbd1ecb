package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/postern-dev/postern/bench/load"
	"github.com/postern-dev/postern/bench/notes"
)

// The kinds of requests by which documents are measured.
const (
	hello  = "protected, no document"
	readID = "read by id"
	list   = "list of 20"
	create = "durable create"
)

const (
	pocketBase = "PocketBase"
	jsonServer = "json-server"
	plain      = "plain SQLite inserts of the same rows, 64 a transaction"
)

// keeper is a server that keeps notes, and the scripts that ask it.
type keeper struct {
	*load.Server
	name    string
	scripts map[string]string
}

// data measures documents: Postern with an owner rule, a schema, an index and a
// row of changes, beside others with as many of the same documents.
func (b *bench) data(ctx context.Context, r *result) error {
	w, err := load.OpenWorld(ctx, b.folder, issuer)
	if err != nil {
		return err
	}
	defer w.Close()
	r.figure(documentsStored, float64(b.documents))
	own, err := b.postern(ctx, w, "data", "127.0.0.1:16071", b.documents)
	if err != nil {
		return err
	}
	targets := []target{
		{r.add(postern, hello), wrk(own.Server, own.scripts["hello"], "/", b.seconds)},
	}
	keepers := []keeper{own}
	if b.peersToo {
		keepers = append(keepers, b.otherKeepers(ctx, w, r)...)
	}
	for _, k := range keepers {
		targets = append(targets, target{r.add(k.name, readID), wrk(k.Server, k.scripts["read"], "/", b.seconds)},
			target{r.add(k.name, list), wrk(k.Server, k.scripts["list"], "/", b.seconds)})
		if k.name != jsonServer { // it writes the whole file each time
			targets = append(targets, target{r.add(k.name, create), wrk(k.Server, k.scripts["create"], "/", b.seconds)})
		}
	}
	inserts, err := b.plain(ctx, w)
	if err != nil {
		return err
	}
	defer inserts.close()
	targets = append(targets, target{r.add(plain, create), inserts.measure})
	if err := rounds(ctx, "data", b.rounds, targets); err != nil {
		return err
	}
	for _, k := range keepers {
		if err := weigh(r.of(k.name, readID), k.Server); err != nil {
			return err
		}
	}
	return writeWhole(ctx, r, keepers)
}

// writeWhole measures creates of the one that writes its whole file for each of
// them, last and once: it goes on writing long after its clients have left.
func writeWhole(ctx context.Context, r *result, keepers []keeper) error {
	for _, k := range keepers {
		if k.name != jsonServer {
			continue
		}
		sample, err := k.Sample(ctx, k.scripts["create"], "/", 10)
		if err != nil {
			r.skip("creates of "+jsonServer, err)
			return ctx.Err()
		}
		row := r.add(jsonServer, create)
		row.Samples = append(row.Samples, sample)
	}
	return nil
}

// postern starts Postern, with further settings, on so many documents.
func (b *bench) postern(ctx context.Context, w *load.World, name, address string, documents int, env ...string) (keeper, error) {
	k := keeper{name: postern}
	folder, err := w.Declare(name, notes.Declaration)
	if err != nil {
		return k, err
	}
	ids, err := b.fill(ctx, w, folder, documents)
	if err != nil {
		return k, err
	}
	if k.scripts, err = notes.Postern(w.Issuer.Token(nil)).Scripts(folder, ids); err != nil {
		return k, err
	}
	k.Server, err = w.Serve(ctx, folder, address, env...)
	return k, err
}

// fill makes the database anew.
func (b *bench) fill(ctx context.Context, w *load.World, folder string, documents int) ([]string, error) {
	say("filling %s with %d documents", filepath.Base(folder), documents)
	file := filepath.Join(folder, "postern.db")
	for _, end := range []string{"", "-wal", "-shm", ".lock"} {
		if err := os.Remove(file + end); err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, err
		}
	}
	ids, err := notes.Fill(ctx, "sqlite:"+file, w.Issuer.URL(), documents)
	if err != nil {
		return nil, fmt.Errorf("fill: %w", err)
	}
	return ids, nil
}
