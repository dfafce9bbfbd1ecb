// Command followers measures what the change feed costs: the memory of
// `postern serve` with many followers to whom nothing happens, each with a
// token and a connection of its own, and the CPU time that their heartbeats
// take; then how long one write takes to reach those who follow it. It needs
// Linux and as many open files as there are followers, and some more.
//
//	go run ./bench/followers -idle 5000 -told 1000 -writes 30
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/postern-dev/postern/bench/load"
)

func main() {
	var p plan
	flag.IntVar(&p.idle, "idle", 5000, "followers of their own documents, to whom nothing happens")
	flag.IntVar(&p.told, "told", 1000, "followers of what is written")
	flag.IntVar(&p.writes, "writes", 30, "writes, one after the other")
	flag.DurationVar(&p.quiet, "quiet", time.Minute, "how long the idle followers are watched")
	flag.StringVar(&p.database, "database", "", "address of the database; a new SQLite file without it")
	flag.Parse()
	if err := run(p); err != nil {
		fmt.Fprintln(os.Stderr, "followers:", err)
		os.Exit(1)
	}
}

// plan is what is measured.
type plan struct {
	idle, told, writes int
	quiet              time.Duration
	database           string
}

func run(p plan) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
	defer cancel()
	w, err := newWorld(ctx, p)
	if err != nil {
		return err
	}
	defer w.close()
	if err := idle(ctx, w, p); err != nil {
		return err
	}
	return told(ctx, w, p)
}

// idle reports what followers cost to whom nothing happens.
func idle(ctx context.Context, w *world, p plan) error {
	before, err := w.server.Memory()
	if err != nil {
		return err
	}
	began := time.Now()
	if err := w.follow(ctx, "/api/v1/notes/changes", p.idle, nil); err != nil {
		return err
	}
	fmt.Printf("%d idle followers came within %.1f s\n", p.idle, time.Since(began).Seconds())
	used, err := w.server.CPU()
	if err != nil {
		return err
	}
	time.Sleep(p.quiet)
	after, err := w.server.CPU()
	if err != nil {
		return err
	}
	memory, err := w.server.Memory()
	if err != nil {
		return err
	}
	const mib = 1 << 20
	fmt.Printf("memory: %.1f MiB before, %.1f MiB with them: %.1f MiB more, %.1f KiB each\n", float64(before)/mib,
		float64(memory)/mib, float64(memory-before)/mib, float64(memory-before)/float64(p.idle)/1024)
	fmt.Printf("CPU while nothing happens: %.4f s a second\n", (after-used)/p.quiet.Seconds())
	return nil
}

// told reports how long writes take to reach their followers, from before the
// request is sent until each of them has the event.
func told(ctx context.Context, w *world, p plan) error {
	arrived := make(chan load.Arrival, p.told)
	if err := w.follow(ctx, "/api/v1/board/changes", p.told, arrived); err != nil {
		return err
	}
	var all, last, answered []float64
	used, err := w.server.CPU()
	if err != nil {
		return err
	}
	for n := range p.writes {
		began := time.Now()
		if err := w.write(ctx, n); err != nil {
			return err
		}
		answered = append(answered, ms(time.Since(began)))
		slowest := 0.0
		for range p.told {
			select {
			case a := <-arrived:
				if a.Err != nil {
					return a.Err
				}
				took := ms(a.At.Sub(began))
				all, slowest = append(all, took), max(slowest, took)
			case <-time.After(30 * time.Second):
				return fmt.Errorf("write %d did not reach everybody in 30 s", n)
			}
		}
		last = append(last, slowest)
		time.Sleep(200 * time.Millisecond)
	}
	after, err := w.server.CPU()
	if err != nil {
		return err
	}
	slices.Sort(all)
	slices.Sort(last)
	slices.Sort(answered)
	fmt.Printf("one write to %d followers, %d times: writer answered after %.1f ms (median)\n", p.told, p.writes, at(answered, 0.5))
	fmt.Printf("told after: median %.1f ms, 99 of 100 %.1f ms, last one %.1f ms (median of writes), %.1f ms (worst)\n",
		at(all, 0.5), at(all, 0.99), at(last, 0.5), last[len(last)-1])
	fmt.Printf("CPU for one write and its events: %.1f ms\n", (after-used)*1000/float64(p.writes))
	return nil
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// at is the value that so great a part of the sorted ones does not exceed.
func at(sorted []float64, part float64) float64 {
	return sorted[min(len(sorted)-1, int(part*float64(len(sorted))))]
}
