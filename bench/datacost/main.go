// Command datacost measures what documents cost: the CPU time of `postern
// serve` for a document read by its id, cached and not, for a page of 20 by an index among few
// and among many documents, and for durable creates of 64 clients, each beside
// the protected route that does nothing, in interleaved rounds of one run. It
// needs wrk and Linux.
//
//	go run ./bench/datacost -rounds 5 -seconds 5 -few 10000 -many 1000000
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/postern-dev/postern/bench/load"
)

func main() {
	rounds := flag.Int("rounds", 5, "interleaved rounds")
	seconds := flag.Int("seconds", 5, "length of one measurement")
	few := flag.Int("few", 10_000, "documents of the small collection")
	many := flag.Int("many", 1_000_000, "documents of the large collection")
	flag.Parse()
	if err := run(*rounds, *seconds, *few, *many); err != nil {
		fmt.Fprintln(os.Stderr, "datacost:", err)
		os.Exit(1)
	}
}

// row is one kind of request and what its rounds measured.
type row struct {
	name   string
	on     *subject
	script string
	costs  []float64 // CPU seconds of the server a thousand requests
	rates  []float64 // requests a second
}

func run(rounds, seconds, few, many int) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
	defer cancel()
	w, err := load.NewWorld(ctx, "datacost")
	if err != nil {
		return err
	}
	defer w.Close()
	small, err := serve(ctx, w, "127.0.0.1:16061", few)
	if err != nil {
		return err
	}
	uncached, err := serve(ctx, w, "127.0.0.1:16064", few, "POSTERN_DOCUMENT_CACHE=0")
	if err != nil {
		return err
	}
	large, err := serve(ctx, w, "127.0.0.1:16062", many)
	if err != nil {
		return err
	}
	rows := []*row{
		{name: "protected, no document", on: small, script: "hello"},
		{name: fmt.Sprintf("read by id of %d", few), on: small, script: "read"},
		{name: fmt.Sprintf("read by id of %d", many), on: large, script: "read"},
		{name: fmt.Sprintf("page of 20 of %d", few), on: small, script: "list"},
		{name: fmt.Sprintf("page of 20 of %d", many), on: large, script: "list"},
		{name: "read by id, not cached", on: uncached, script: "read"},
		{name: "durable create", on: small, script: "create"},
	}
	for round := range rounds + 1 {
		for _, r := range rows {
			cost, rate, err := r.on.server.Measure(ctx, r.on.scripts[r.script], "/", seconds)
			if err != nil {
				return fmt.Errorf("%s: %w", r.name, err)
			}
			if round > 0 { // the first warms up
				r.costs, r.rates = append(r.costs, cost), append(r.rates, rate)
			}
		}
	}
	report(rows)
	return nil
}

func report(rows []*row) {
	fmt.Printf("%-28s %22s %14s %10s\n", "", "CPU s / 1,000 requests", "requests/s", "ratio")
	for _, r := range rows {
		var ratios []float64
		for i := range r.costs {
			ratios = append(ratios, r.costs[i]/rows[0].costs[i])
		}
		fmt.Printf("%-28s %22.4f %14.0f %10.3f\n", r.name, load.Median(r.costs), load.Median(r.rates), load.Median(ratios))
	}
	var flat []float64
	for i := range rows[3].costs {
		flat = append(flat, rows[4].costs[i]/rows[3].costs[i])
	}
	fmt.Printf("page of 20, many / few: %.3f\n", load.Median(flat))
}
