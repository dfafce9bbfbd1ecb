// Command tokencost measures what checking a token costs: the CPU time that
// `postern serve` spends on a thousand requests to a public route and to the
// protected one beside it, with one token and with ten thousand, in
// interleaved rounds of one run. It needs wrk and Linux.
//
//	go run ./bench/tokencost -rounds 5 -seconds 5
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
	tokens := flag.Int("tokens", 10_000, "distinct tokens in turn")
	flag.Parse()
	if err := run(*rounds, *seconds, *tokens); err != nil {
		fmt.Fprintln(os.Stderr, "tokencost:", err)
		os.Exit(1)
	}
}

// row is one kind of request and what its rounds measured.
type row struct {
	name   string
	path   string
	script string
	costs  []float64 // CPU seconds of the server a thousand requests
	rates  []float64 // requests a second
}

func run(rounds, seconds, tokens int) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Minute)
	defer cancel()
	s, err := start(ctx, tokens)
	if err != nil {
		return err
	}
	defer func() {
		if err := s.stop(); err != nil {
			fmt.Fprintln(os.Stderr, "tokencost: stop:", err)
		}
	}()
	rows := []*row{
		{name: "public", path: "/api/messages/public", script: s.scripts.none},
		{name: "protected, one token", path: "/api/messages/protected", script: s.scripts.one},
		{name: fmt.Sprintf("protected, %d tokens", tokens), path: "/api/messages/protected", script: s.scripts.many},
	}
	for round := range rounds + 1 {
		for _, r := range rows {
			cost, rate, err := s.server.Measure(ctx, r.script, r.path, seconds)
			if err != nil {
				return err
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
}
