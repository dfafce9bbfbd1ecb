package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/postern-dev/postern/bench/load"
	"github.com/postern-dev/postern/store/pgtest"
)

// promoted is how soon writes have to go on once the standby may take them.
const promoted = 15 * time.Second

func failOverDrills() []drill {
	const breaks = "kill -9 of all of PostgreSQL's primary while 8 clients write; its standby is promoted after a second. Commits "
	return []drill{
		{name: "fail-over", breaks: breaks + "wait for the standby",
			passes: "0 acknowledged writes lost; 503 with Retry-After meanwhile, tokens are judged and health answers; " +
				"writes again within 15 s of the promotion, without a restart of the API; check --database finds nothing",
			short: size{rounds: 1}, long: size{rounds: 20}, run: failOver},
		{name: "fail-over-async", breaks: breaks + "do not wait for it, and each second time the link to it stalls a second before",
			passes: "what is lost is counted; what is there is whole, and nothing newer than what was written; as above otherwise",
			long:   size{rounds: 20}, run: failOverAsync},
	}
}

func failOver(ctx context.Context, s *stage) (f figures, err error) {
	acknowledged, refused, slowest := int64(0), int64(0), time.Duration(0)
	for round := range s.size.rounds {
		err := s.paired(ctx, true, func(pair *pgtest.Pair, server *load.Server, c *crowd) error {
			c.begin()
			time.Sleep(300*time.Millisecond + rand.N(time.Second))
			if err := s.bereave(ctx, pair, server); err != nil {
				return err
			}
			took, err := s.goOn(ctx, pair, c)
			slowest, acknowledged, refused = max(slowest, took), acknowledged+c.acknowledged.Load(), refused+c.refused.Load()
			return err
		})
		if err != nil {
			return f, fmt.Errorf("round %d: %w", round, err)
		}
	}
	f.say("%d writes acknowledged, 0 lost", acknowledged)
	f.say("%d answers of 503, all with Retry-After", refused)
	f.say("writes went on %.1f s after the standby was promoted at the latest", slowest.Seconds())
	if slowest > promoted {
		return f, fmt.Errorf("writes went on after %v only", slowest)
	}
	return f, nil
}

func failOverAsync(ctx context.Context, s *stage) (f figures, err error) {
	var acknowledged, lost [2]int
	slowest := time.Duration(0)
	for round := range s.size.rounds {
		stalls := round % 2
		err := s.paired(ctx, false, func(pair *pgtest.Pair, server *load.Server, c *crowd) error {
			c.begin()
			time.Sleep(300*time.Millisecond + rand.N(time.Second))
			if stalls > 0 {
				if err := pair.CutLink(); err != nil {
					return err
				}
				time.Sleep(time.Second)
			}
			if err := s.bereave(ctx, pair, server); err != nil {
				return err
			}
			c.end()
			acknowledged[stalls] += int(c.acknowledged.Load())
			began := time.Now()
			if err := pair.Promote(); err != nil {
				return err
			}
			n, err := c.miss(ctx)
			if err != nil {
				return err
			}
			lost[stalls] += n
			c.begin()
			took, err := s.written(ctx, pair, c, began)
			slowest = max(slowest, took)
			return err
		})
		if err != nil {
			return f, fmt.Errorf("round %d: %w", round, err)
		}
	}
	f.say("the link as it is: %d writes acknowledged in %d rounds, %d changes of documents lost", acknowledged[0], (s.size.rounds+1)/2, lost[0])
	f.say("the link stalled for a second: %d writes acknowledged in %d rounds, %d changes of documents lost", acknowledged[1], s.size.rounds/2, lost[1])
	f.say("writes went on %.1f s after the promotion was begun at the latest", slowest.Seconds())
	if slowest > promoted {
		return f, fmt.Errorf("writes went on after %v only", slowest)
	}
	return f, nil
}

// paired starts a primary, its standby and a server, and a crowd that deletes
// nothing, for one round.
func (s *stage) paired(ctx context.Context, synchronous bool, round func(*pgtest.Pair, *load.Server, *crowd) error) (err error) {
	pair, err := pgtest.PairUp(synchronous)
	if errors.Is(err, pgtest.ErrMissing) {
		return missing("PostgreSQL: " + err.Error())
	}
	if err != nil {
		return err
	}
	defer pair.Close()
	server, err := s.start(ctx, pair.URL())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Stop()) }()
	c := s.crowd(server.Address, 8)
	c.patient, c.keeps = true, true
	return round(pair, server, c)
}

// bereave kills the primary, and looks for a second at what needs none.
func (s *stage) bereave(ctx context.Context, pair *pgtest.Pair, server *load.Server) error {
	if err := pair.KillPrimary(); err != nil {
		return err
	}
	for range 10 {
		if err := s.mustJudge(ctx, server); err != nil {
			return err
		}
		time.Sleep(100 * time.Millisecond)
	}
	return nil
}

// goOn promotes the standby while the crowd writes.
func (s *stage) goOn(ctx context.Context, pair *pgtest.Pair, c *crowd) (time.Duration, error) {
	began := time.Now()
	if err := pair.Promote(); err != nil {
		return 0, err
	}
	return s.written(ctx, pair, c, began)
}

// written waits until the crowd's writes go on, ends it and holds everything
// against each other.
func (s *stage) written(ctx context.Context, pair *pgtest.Pair, c *crowd, began time.Time) (took time.Duration, err error) {
	if err := c.await(2 * promoted); err != nil {
		return 0, err
	}
	took = time.Since(began)
	c.end()
	if err := c.settle(ctx); err != nil {
		return took, err
	}
	_, err = s.check(ctx, pair.URL())
	return took, err
}
