//go:build linux

package main

import (
	"context"
	"fmt"
	"time"

	"github.com/postern-dev/postern/bench/load"
)

// fresh and settled are what auth's BenchmarkVerifyMiss and store's
// BenchmarkSettle say; requests of wrk do not show them.
const fresh, settled = 0.06, 15_000

// kinds are the requests that are measured. The last one is a create while a
// second server has a follower, too.
var kinds = []string{"hello", "read", "list", "update", "create", "shared"}

// measureAll measures both databases in turns, so that what else the machine
// does falls on both.
func measureAll(ctx context.Context, p plan) (measured, error) {
	w, err := load.NewWorld(ctx, "capacity")
	if err != nil {
		return nil, err
	}
	defer w.Close()
	var engines []*engine
	for _, start := range []func(context.Context, *load.World, int) (*engine, error){sqlite, postgres} {
		e, err := start(ctx, w, p.documents)
		if err != nil {
			return nil, err
		}
		engines = append(engines, e)
	}
	for round := range p.rounds + 1 {
		if err := measureRound(ctx, engines, p.seconds, round > 0); err != nil { // the first warms up
			return nil, err
		}
	}
	m := measured{}
	for _, e := range engines {
		m[e.name] = e.costs()
		if err := e.clean(ctx, m[e.name]); err != nil {
			return nil, fmt.Errorf("%s: %w", e.name, err)
		}
		if err := e.measureFollowers(ctx, m[e.name]); err != nil {
			return nil, fmt.Errorf("%s: %w", e.name, err)
		}
	}
	return m, nil
}

func measureRound(ctx context.Context, engines []*engine, seconds int, keep bool) error {
	for _, kind := range kinds {
		for _, e := range engines {
			if err := e.measure(ctx, kind, seconds, keep); err != nil {
				return fmt.Errorf("%s, %s: %w", e.name, kind, err)
			}
		}
	}
	if keep {
		return nil
	}
	for _, e := range engines { // plans of the later rounds go by what is stored
		if err := e.vacuum(ctx); err != nil {
			return fmt.Errorf("%s: %w", e.name, err)
		}
	}
	return nil
}

// measure runs one kind of request once.
func (e *engine) measure(ctx context.Context, kind string, seconds int, keep bool) error {
	script, used := kind, []func() (float64, error){e.first.CPU, e.database}
	if kind == "shared" {
		if e.second == nil {
			return nil
		}
		var others load.Followers
		defer others.Close()
		if err := others.Follow(ctx, e.second, "/api/v1/notes/changes", 1, e.token, nil); err != nil {
			return err
		}
		script, used = "create", append(used, e.second.CPU)
	}
	seen, rate, err := e.first.MeasureAll(ctx, e.scripts[script], "/", seconds, used...)
	if keep && (script == "create" || script == "update") {
		e.written += rate * float64(seconds)
	}
	if err != nil || !keep {
		return err
	}
	for i, cost := range append(seen, rate) {
		name := fmt.Sprint(kind, i)
		e.samples[name] = append(e.samples[name], cost)
	}
	return nil
}

// costs are the medians of what measure saw.
func (e *engine) costs() *costs {
	of := func(kind string, i int) float64 {
		if all := e.samples[fmt.Sprint(kind, i)]; len(all) > 0 {
			return load.Median(all)
		}
		return 0
	}
	both := func(kind string) cost { return cost{of(kind, 0), of(kind, 1)} }
	c := &costs{Hello: both("hello"), Read: both("read"), Page: both("list"), Update: both("update"), Create: both("create"),
		Fresh: cost{Server: fresh}, Creates: of("create", 2), Settled: settled}
	c.Reading = cost{of("shared", 2), max(0, of("shared", 1)-c.Create.Database)}
	return c
}

// clean adds to the cost of writes what it takes to clean up behind them.
func (e *engine) clean(ctx context.Context, c *costs) error {
	before, err := e.used()
	if err != nil {
		return err
	}
	if err := e.vacuum(ctx); err != nil {
		return err
	}
	after, err := e.used()
	each := (after.Database - before.Database) / e.written
	c.Create.Database, c.Update.Database = c.Create.Database+each, c.Update.Database+each
	return err
}

// quiet is how long nothing happens: one heartbeat of each follower.
const quiet = 15 * time.Second

const idle, told, writes = 2000, 1000, 10

// measureFollowers completes the costs by those of the change feed.
func (e *engine) measureFollowers(ctx context.Context, c *costs) (err error) {
	if c.Poll, err = e.watch(); err != nil {
		return err
	}
	before, err := e.first.Memory()
	if err != nil {
		return err
	}
	if err := e.followers.Follow(ctx, e.first, "/api/v1/notes/changes", idle, e.token, nil); err != nil {
		return err
	}
	with, err := e.watch()
	if err != nil {
		return err
	}
	after, err := e.first.Memory()
	if err != nil {
		return err
	}
	c.Follower.Server = max(0, with.Server-c.Poll.Server) / idle
	c.Memory = float64(after-before) / idle / 1024
	return e.tell(ctx, c)
}

// watch returns what a second costs in which nothing happens.
func (e *engine) watch() (cost, error) {
	before, err := e.used()
	if err != nil {
		return cost{}, err
	}
	time.Sleep(quiet)
	after, err := e.used()
	return after.plus(before.times(-1)).times(1 / quiet.Seconds()), err
}

// tell measures what one write costs of which many are told.
func (e *engine) tell(ctx context.Context, c *costs) error {
	arrived := make(chan load.Arrival, told)
	if err := e.followers.Follow(ctx, e.first, "/api/v1/board/changes", told, e.token, arrived); err != nil {
		return err
	}
	before, err := e.used()
	if err != nil {
		return err
	}
	for range writes {
		if err := e.world.Create(ctx, e.first, "board", "auth0|writer", `{"text":"what one writes and all the others read"}`); err != nil {
			return err
		}
		for range told {
			if a := <-arrived; a.Err != nil {
				return a.Err
			}
		}
	}
	after, err := e.used()
	c.Event.Server = max(0, (after.Server-before.Server)/writes-c.Create.Server) / told
	return err
}
