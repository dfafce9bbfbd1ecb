package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
)

const killPasses = "0 acknowledged writes missing or changed, 0 half documents or batches, what was sent again counted once; " +
	"check --database finds nothing; ready within 2 s after each kill"

func killDrills() []drill {
	return []drill{
		{name: "kill-sqlite", breaks: "kill -9 of the server while 8 clients write, at a random moment within 1.3 s, SQLite", passes: killPasses,
			short: size{rounds: 3}, long: size{rounds: 100},
			run: func(ctx context.Context, s *stage) (figures, error) { return s.kill(ctx, s.sqlite()) }},
		{name: "kill-postgres", breaks: "the same on PostgreSQL", passes: killPasses,
			short: size{rounds: 2}, long: size{rounds: 100},
			run: func(ctx context.Context, s *stage) (figures, error) {
				_, url, err := s.postgres(ctx)
				if err != nil {
					return nil, err
				}
				return s.kill(ctx, url)
			}},
	}
}

// kill kills the server again and again.
func (s *stage) kill(ctx context.Context, database string) (f figures, err error) {
	where, err := address()
	if err != nil {
		return nil, err
	}
	c := s.crowd(where, 8)
	unanswered, says := 0, ""
	var starts []time.Duration
	for round := range s.size.rounds + 1 {
		began := time.Now()
		server, err := s.Serve(ctx, s.folder, where, "DATABASE_URL="+database)
		if err != nil {
			return f, fmt.Errorf("round %d: start: %w", round, err)
		}
		starts = append(starts, time.Since(began))
		if err := c.settle(ctx); err != nil {
			return f, fmt.Errorf("round %d: %w", round, err)
		}
		if round%10 == 0 || round == s.size.rounds {
			if says, err = s.check(ctx, database); err != nil {
				return f, fmt.Errorf("round %d: %w", round, err)
			}
		}
		if round == s.size.rounds {
			break
		}
		c.begin()
		time.Sleep(300*time.Millisecond + rand.N(time.Second))
		if err := server.Stop(); err != nil {
			return f, err
		}
		c.end()
		unanswered += c.unsettled()
		if err := c.faults(); err != nil {
			return f, fmt.Errorf("round %d: %w", round, err)
		}
	}
	f.say("%d writes acknowledged, 0 lost", c.acknowledged.Load())
	f.say("%d unanswered, each whole or absent, %d of them were stored and replayed", unanswered, c.replayed.Load())
	slices.Sort(starts)
	f.say("ready %.1f s after the kill (median), %.1f s at the latest", at(starts, 0.5).Seconds(), at(starts, 1).Seconds())
	f.say("%s", says)
	if at(starts, 1) > 2*time.Second {
		return f, fmt.Errorf("it took %v to be ready again", at(starts, 1))
	}
	return f, nil
}

// settle holds what is stored against what was acknowledged, before and after
// what nobody answered is sent again.
func (c *crowd) settle(ctx context.Context) error {
	if err := c.verify(ctx); err != nil {
		return fmt.Errorf("after the fault: %w", err)
	}
	if err := c.resolve(ctx); err != nil {
		return err
	}
	if err := c.verify(ctx); err != nil {
		return fmt.Errorf("after sending again: %w", err)
	}
	return c.faults()
}
