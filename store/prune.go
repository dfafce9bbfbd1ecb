package store

import (
	"context"
	"time"
)

// forgetBatch is how many rows one transaction forgets, so that nobody waits
// for it for long.
const forgetBatch = 1000

// whileFull repeats work, each time in a transaction of its own, until it
// forgot less than a batch. What is written faster than that, and kept for some
// time only, would grow for ever.
func (s *Store) whileFull(ctx context.Context, work func(session) (gone int64, err error)) error {
	for {
		var gone int64
		err := s.engine.write(ctx, func(on session) (err error) {
			gone, err = work(on)
			return s.engine.explain(err)
		})
		if err != nil || gone < forgetBatch {
			return err
		}
	}
}

// prune forgets changes that are older than the options keep them, oldest
// first, and that were told: one without a position is kept.
func (s *Store) prune(ctx context.Context) error { return s.whileFull(ctx, s.pruneSome) }

func (s *Store) pruneSome(on session) (gone int64, err error) {
	d := s.engine.dialect()
	var pruned, last int64
	if _, err = one(on, "SELECT value, "+d.last+" FROM counters WHERE name = 'pruned'"+d.forUpdate, nil, &pruned, &last); err != nil {
		return 0, err
	}
	until, oldest, kept := pruned, time.Now().Add(-s.keepFor).UnixMilli(), false
	err = on.query("SELECT "+d.position+", at FROM changes WHERE "+d.position+" > $1 ORDER BY "+d.position+" LIMIT $2",
		[]any{pruned, int64(forgetBatch)}, func(r row) error {
			var position, at int64
			err := r.scan(&position, &at)
			if kept = kept || at >= oldest && position > last-s.keepChanges; !kept {
				until = position
			}
			return err
		})
	if err != nil || until == pruned {
		return 0, err
	}
	if gone, err = on.exec("DELETE FROM changes WHERE "+d.position+" <= $1", until); err != nil {
		return 0, err
	}
	_, err = on.exec(`UPDATE counters SET value = $1 WHERE name = 'pruned'`, until)
	return gone, err
}
