package store

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"
)

// A lease is a row with an end, by the clock of the database. It is renewed
// while its work goes on; the work is cut off where that fails.
const (
	leaseTime  = 10 * time.Second
	leaseRenew = 2 * time.Second
	dbClock    = `(extract(epoch FROM clock_timestamp()) * 1000)::bigint`
)

func (p *postgres) lead(ctx context.Context, name string, work func(context.Context) error) (bool, error) {
	// Two goroutines of one server are two holders.
	holder := fmt.Sprintf("%s-%08x", p.holder, rand.Uint32())
	held, err := p.take(ctx, name, holder)
	if err != nil || !held {
		return false, err
	}
	working, stop := context.WithCancelCause(ctx)
	renewing := make(chan struct{})
	go func() {
		defer close(renewing)
		p.renew(working, stop, name, holder)
	}()
	err = work(working)
	if err != nil && ctx.Err() == nil && working.Err() != nil {
		err = errors.Join(err, context.Cause(working))
	}
	stop(nil)
	<-renewing
	release, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	_ = p.read(release, func(on session) error { // or it ends by itself
		_, err := on.exec(`DELETE FROM leases WHERE name = $1 AND holder = $2`, name, holder)
		return err
	})
	return true, err
}

// take tells whether the lease is this holder's now.
func (p *postgres) take(ctx context.Context, name, holder string) (held bool, err error) {
	err = p.read(ctx, func(on session) error {
		n, err := on.exec(`INSERT INTO leases (name, holder, held_until) VALUES ($1, $2, `+dbClock+` + $3)
			ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, held_until = excluded.held_until
			WHERE leases.held_until < `+dbClock+` OR leases.holder = excluded.holder`,
			name, holder, leaseTime.Milliseconds())
		held = n == 1
		return err
	})
	return held, err
}

func (p *postgres) renew(ctx context.Context, stop context.CancelCauseFunc, name, holder string) {
	last := time.Now()
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(leaseRenew):
		}
		asked := time.Now()
		held, err := p.take(ctx, name, holder)
		switch {
		case err == nil && held:
			last = asked
		case err == nil, time.Since(last) > leaseTime-leaseRenew:
			stop(fmt.Errorf("another server took over: %s", name))
			return
		}
	}
}
