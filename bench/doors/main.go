// Command doors measures what each way of presenting a credential costs: the CPU
// time that `postern serve` spends on a thousand requests to the same protected
// route, and how long a client waits for one, in interleaved rounds of one run.
// What a client has to make, such as proofs, is made before the clock runs. It
// needs Linux.
//
//	go run ./bench/doors -rounds 5 -requests 20000
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
	rounds := flag.Int("rounds", 5, "interleaved rounds")
	requests := flag.Int("requests", 20_000, "requests of one measurement")
	clients := flag.Int("clients", 8, "connections, each with one request at a time")
	flag.Parse()
	if err := run(*rounds, *requests, *clients); err != nil {
		fmt.Fprintln(os.Stderr, "doors:", err)
		os.Exit(1)
	}
}

// row is one door and what its rounds measured.
type row struct {
	door
	costs  []float64 // CPU milliseconds of the server a thousand requests
	median []float64 // what half of the requests waited at most, in milliseconds
	slow   []float64 // and 99 of 100
}

func run(rounds, requests, clients int) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Minute)
	defer cancel()
	w, err := start(ctx)
	if err != nil {
		return err
	}
	defer func() {
		if err := w.stop(); err != nil {
			fmt.Fprintln(os.Stderr, "doors: stop:", err)
		}
	}()
	var rows []*row
	doors, err := w.doors()
	if err != nil {
		return err
	}
	for _, d := range doors {
		rows = append(rows, &row{door: d})
	}
	for round := range rounds + 1 {
		for _, r := range rows {
			if err := r.measure(w, requests, clients, round > 0); err != nil { // the first warms up
				return fmt.Errorf("%s: %w", r.name, err)
			}
		}
	}
	report(rows)
	return nil
}

// measure sends what was made ahead, and takes note if it counts.
func (r *row) measure(w *world, requests, clients int, counts bool) error {
	made := make([][]byte, requests)
	for n := range made {
		made[n] = w.request(r.header(n))
	}
	before, err := w.server.CPU()
	if err != nil {
		return err
	}
	waited, err := drive(w.server.Address, made, clients)
	if err != nil {
		return err
	}
	after, err := w.server.CPU()
	if err != nil || !counts {
		return err
	}
	slices.Sort(waited)
	r.costs = append(r.costs, (after-before)/float64(requests)*1e6)
	r.median = append(r.median, millis(waited[len(waited)/2]))
	r.slow = append(r.slow, millis(waited[len(waited)*99/100]))
	return nil
}

func millis(d time.Duration) float64 { return d.Seconds() * 1e3 }

func report(rows []*row) {
	fmt.Printf("%-26s %24s %10s %10s %10s\n", "", "CPU ms / 1,000 requests", "ratio", "p50 ms", "p99 ms")
	for _, r := range rows {
		var ratios []float64
		for i := range r.costs {
			ratios = append(ratios, r.costs[i]/rows[0].costs[i])
		}
		fmt.Printf("%-26s %24.1f %10.2f %10.3f %10.3f\n", r.name, load.Median(r.costs), load.Median(ratios), load.Median(r.median), load.Median(r.slow))
	}
}
