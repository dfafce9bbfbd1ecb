package main

import (
	"context"
	"fmt"
	"time"

	"github.com/postern-dev/postern/bench/load"
)

// target is a row and what measures it once.
type target struct {
	row     *row
	measure func(context.Context) (load.Sample, error)
}

// warm measures until there were at least so many answers, however slow the
// machine is.
func (t target) warm(ctx context.Context, answers, seconds int) error {
	for done := 0.0; done < float64(answers); {
		sample, err := t.measure(ctx)
		if err != nil {
			return fmt.Errorf("%s, %s: %w", t.row.Server, t.row.Kind, err)
		}
		done += sample.Rate * float64(seconds)
	}
	return nil
}

// rounds measures all targets in turn, round by round. The first one warms up
// and is not kept.
func rounds(ctx context.Context, name string, count int, targets []target) error {
	began := time.Now()
	for round := range count + 1 {
		for _, t := range targets {
			sample, err := t.measure(ctx)
			if err != nil {
				return fmt.Errorf("%s, %s: %w", t.row.Server, t.row.Kind, err)
			}
			if round > 0 {
				t.row.Samples = append(t.row.Samples, sample)
			}
		}
		say("%s: round %d of %d, after %s", name, round, count, time.Since(began).Round(time.Second))
	}
	return nil
}

// wrk measures a server with a script.
func wrk(s *load.Server, script, path string, seconds int) func(context.Context) (load.Sample, error) {
	return func(ctx context.Context) (load.Sample, error) { return s.Sample(ctx, script, path, seconds) }
}
