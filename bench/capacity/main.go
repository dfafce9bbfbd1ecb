// Command capacity measures what each kind of request costs Postern and its
// database in CPU time, on SQLite and on PostgreSQL, and works out from that
// what so many users need. What cannot be measured is a flag. Measuring needs
// wrk, PostgreSQL's programs and Linux, and takes two minutes; -measure=false
// goes by costs that were measured before.
//
//	go run ./bench/capacity -costs mine.json
//	go run ./bench/capacity -measure=false -costs mine.json -users 50000 -writes 0.4
package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// recorded are the costs in docs/scaling.md.
//
//go:embed costs.json
var recorded []byte

// measured are the costs by the name of the database.
type measured map[string]*costs

func main() {
	var a assumptions
	flag.Float64Var(&a.requests, "requests", 100, "requests of a user and day")
	flag.Float64Var(&a.peak, "peak", 4, "the busiest hour, by the mean of a day")
	flag.Float64Var(&a.writes, "writes", 0.2, "share of the requests that write")
	flag.Float64Var(&a.pages, "pages", 0.5, "share of the reads that are pages of 20")
	flag.Float64Var(&a.creates, "creates", 0.5, "share of the writes that create; the others update")
	flag.Float64Var(&a.fresh, "fresh", 0.1, "share of the requests whose token their server has not seen before")
	flag.Float64Var(&a.online, "followers", 0.1, "share of the users who follow changes at the busiest hour")
	flag.Float64Var(&a.told, "told", 2, "followers who are told of one write")
	flag.Float64Var(&a.documents, "documents", 1000, "documents stored for each user of a day")
	flag.Float64Var(&a.size, "size", 1, "KiB of a document as it is stored, with its indexes")
	flag.Float64Var(&a.cores, "cores", 8, "cores of a machine")
	flag.Float64Var(&a.target, "target", 0.5, "share of a machine's CPU that may be in use at the busiest hour")
	users := flag.String("users", "1000,100000,10000000", "users a day, one column of the answer each")
	measure := flag.Bool("measure", true, "measure on this machine")
	file := flag.String("costs", "", "where measured costs are written to, and read from with -measure=false; those of the documents without it")
	var p plan
	flag.IntVar(&p.rounds, "rounds", 2, "interleaved rounds")
	flag.IntVar(&p.seconds, "seconds", 3, "length of one measurement")
	flag.IntVar(&p.documents, "stored", 10_000, "documents in the database that is measured")
	flag.Parse()
	if err := run(*measure, *file, *users, p, a); err != nil {
		fmt.Fprintln(os.Stderr, "capacity:", err)
		os.Exit(1)
	}
}

// plan is how long, and on how much, is measured.
type plan struct{ rounds, seconds, documents int }

func run(measuring bool, file, users string, p plan, a assumptions) error {
	columns, err := numbers(users)
	if err != nil {
		return err
	}
	m, err := known(measuring, file, p)
	if err != nil {
		return err
	}
	m.print()
	for _, name := range []string{"sqlite", "postgres"} {
		var needs []need
		for _, u := range columns {
			needs = append(needs, workOut(*m[name], a, u, name == "postgres"))
		}
		printNeeds(name, needs)
	}
	return nil
}

// known measures the costs, or reads them.
func known(measuring bool, file string, p plan) (m measured, err error) {
	raw := recorded
	switch {
	case measuring:
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Minute)
		defer cancel()
		if m, err = measureAll(ctx, p); err != nil || file == "" {
			return m, err
		}
		if raw, err = json.MarshalIndent(m, "", "  "); err != nil {
			return nil, err
		}
		return m, os.WriteFile(file, append(raw, '\n'), 0o644)
	case file != "":
		if raw, err = os.ReadFile(file); err != nil {
			return nil, err
		}
	}
	if err := json.Unmarshal(raw, &m); err != nil {
		return nil, fmt.Errorf("read the costs: %w", err)
	}
	if m["sqlite"] == nil || m["postgres"] == nil {
		return nil, fmt.Errorf("read the costs: one of sqlite and postgres is missing")
	}
	return m, nil
}

func numbers(text string) (list []float64, err error) {
	for _, t := range strings.Split(text, ",") {
		n, err := strconv.ParseFloat(t, 64)
		if err != nil {
			return nil, fmt.Errorf("-users: %w", err)
		}
		list = append(list, n)
	}
	return list, nil
}
