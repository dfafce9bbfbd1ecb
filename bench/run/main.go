// Command run measures Postern beside what one would take instead, and beside
// the limit; it writes what it measured to bench/recorded and, from that, the
// tables and plots of docs/performance.md.
//
//	go run ./bench/run
//	go run ./bench/run -phases growth,memory
//	go run ./bench/run -try -phases tokens -peers=false -rounds 2 -seconds 1
//	go run ./bench/run -phases none
//
// The third prints what it measured and writes nothing here; the last writes the
// tables and plots anew. It needs wrk and Linux, and says of each peer that is
// not there why. Nothing else should run on the machine.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// bench is one run.
type bench struct {
	rounds, seconds, workers int
	documents, most          int
	peersToo, try            bool
	folder, recorded, images string
}

// phase is a part that can be measured alone.
type phase struct {
	name    string
	measure func(*bench, context.Context, *result) error
}

var phases = []phase{
	{"tokens", (*bench).tokens},
	{"parts", (*bench).parts},
	{"data", (*bench).data},
	{"growth", (*bench).growth},
	{"memory", (*bench).memory},
}

func main() {
	var b bench
	cache, _ := os.UserCacheDir() // without one, the folder is a relative path
	names := flag.String("phases", "tokens,parts,data,growth,memory", "what is measured; none for the documents only")
	install := flag.Bool("install", true, "install what peers in Python and Node need")
	flag.BoolVar(&b.peersToo, "peers", true, "measure peers, too")
	flag.BoolVar(&b.try, "try", false, "print what was measured, and leave the documents and what is recorded as they are")
	flag.IntVar(&b.rounds, "rounds", 5, "interleaved rounds")
	flag.IntVar(&b.seconds, "seconds", 3, "length of one measurement")
	flag.IntVar(&b.workers, "workers", runtime.NumCPU(), "processes of each peer that needs several to use several cores")
	flag.IntVar(&b.documents, "documents", 100_000, "documents beside which peers that keep documents are measured")
	flag.IntVar(&b.most, "max", 5_000_000, "documents of the largest collection")
	flag.StringVar(&b.folder, "folder", filepath.Join(cache, "postern-bench"), "where programs and filled databases are kept for the next run")
	flag.Parse()
	b.recorded, b.images = "bench/recorded", "docs/images"
	if b.try {
		b.recorded = filepath.Join(b.folder, "tried")
		b.images = b.recorded
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := b.run(ctx, strings.Split(*names, ","), *install); err != nil {
		fmt.Fprintln(os.Stderr, "run:", err)
		os.Exit(1)
	}
}

func (b *bench) run(ctx context.Context, names []string, install bool) error {
	if err := os.MkdirAll(b.folder, 0o700); err != nil {
		return err
	}
	chosen, err := choose(names)
	if err != nil {
		return err
	}
	if len(chosen) > 0 {
		if err := b.install(ctx, install); err != nil {
			return err
		}
	}
	for _, p := range chosen {
		began := time.Now()
		r := &result{Date: began.UTC().Format(time.DateOnly), Machine: machine(), Rounds: b.rounds, Seconds: b.seconds}
		if err := p.measure(b, ctx, r); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		if err := r.save(b.recorded, p.name); err != nil {
			return err
		}
		say("%s: done in %s", p.name, time.Since(began).Round(time.Second))
	}
	return b.document(names)
}

func choose(names []string) (chosen []phase, err error) {
	if len(names) == 1 && names[0] == "none" {
		return nil, nil
	}
	for _, name := range names {
		i := index(name)
		if i < 0 {
			return nil, errors.New("there is no phase " + name)
		}
		chosen = append(chosen, phases[i])
	}
	return chosen, nil
}

func index(name string) int {
	for i, p := range phases {
		if p.name == name {
			return i
		}
	}
	return -1
}

// say tells how far it is.
func say(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }
