package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/postern-dev/postern/collection"
)

// settleBatch is how many changes get their position in one transaction.
const settleBatch = 2000

// Settle gives positions to what was committed. On SQLite there is nothing to
// do: one writer numbers the rows in the order in which they are committed.
//
// Elsewhere a number that is taken while writing can become visible after a
// larger one, and a reader who went past that one would never see it. So
// positions are given after the commit, by whoever holds the lock of one row.
// Nothing else is relied on: sequences of distributed databases have no order,
// and they know neither advisory locks nor snapshots that could be compared.
func (s *Store) Settle(ctx context.Context) (b collection.Bounds, err error) {
	for {
		var waiting bool
		err = s.engine.read(ctx, func(on session) (err error) {
			b, waiting, err = s.bounds(on)
			return s.engine.explain(err)
		})
		if err != nil {
			return b, fmt.Errorf("look for changes: %w", err)
		}
		if !waiting {
			return b, nil
		}
		if err = s.engine.write(ctx, func(on session) error { return s.engine.explain(settleSome(on)) }); err != nil {
			return b, fmt.Errorf("give changes their positions: %w", err)
		}
	}
}

func settleSome(on session) error {
	var last int64
	if _, err := one(on, `SELECT value FROM counters WHERE name = 'settled' FOR UPDATE`, nil, &last); err != nil {
		return err
	}
	// A statement of its own: it has to see what the last holder of the lock
	// committed.
	changes, err := all(on, func(r row) (c unsettled, err error) {
		err = r.scan(&c.seq, &c.collection, &c.id, &c.version, &c.birth, &c.op)
		return c, err
	}, `SELECT seq, collection, id, version, birth, op FROM changes WHERE pos IS NULL ORDER BY seq LIMIT $1`, int64(settleBatch))
	if err != nil || len(changes) == 0 {
		return err
	}
	if len(changes) == settleBatch {
		if changes, err = withEarlier(on, changes); err != nil {
			return err
		}
	}
	inOrder(changes)
	var seqs strings.Builder
	for i, c := range changes {
		if i > 0 {
			seqs.WriteByte(',')
		}
		seqs.WriteString(strconv.FormatInt(c.seq, 10))
	}
	_, err = on.exec(`UPDATE changes SET pos = $2 + x.place FROM unnest($1::text::bigint[]) WITH ORDINALITY AS x(seq, place)
		WHERE changes.seq = x.seq`, "{"+seqs.String()+"}", last)
	if err == nil {
		_, err = on.exec(`UPDATE counters SET value = $1 WHERE name = 'settled'`, last+int64(len(changes)))
	}
	return err
}

// unsettled is a change without a position.
type unsettled struct {
	seq, version              int64
	collection, id, birth, op string
}

// withEarlier adds the changes of the same documents that the batch left out.
// Only where numbers have no order there are any that come before one of it.
func withEarlier(on session, batch []unsettled) ([]unsettled, error) {
	highest := batch[len(batch)-1].seq
	of := map[[2]string]bool{}
	for _, c := range batch {
		of[[2]string{c.collection, c.id}] = true
	}
	err := on.query(`SELECT seq, collection, id, version, birth, op FROM changes WHERE pos IS NULL AND seq > $1`, []any{highest}, func(r row) error {
		var c unsettled
		err := r.scan(&c.seq, &c.collection, &c.id, &c.version, &c.birth, &c.op)
		if of[[2]string{c.collection, c.id}] {
			batch = append(batch, c)
		}
		return err
	})
	return batch, err
}

// inOrder sorts by number, and gives the changes of one document the places of
// that document in the order in which they happened.
func inOrder(changes []unsettled) {
	slices.SortFunc(changes, func(a, b unsettled) int { return cmp.Compare(a.seq, b.seq) })
	places := map[[2]string][]int{}
	for i, c := range changes {
		of := [2]string{c.collection, c.id}
		places[of] = append(places[of], i)
	}
	for _, at := range places {
		if len(at) == 1 {
			continue
		}
		var own []unsettled
		for _, i := range at {
			own = append(own, changes[i])
		}
		slices.SortFunc(own, compareLives(own))
		for n, i := range at {
			changes[i] = own[n]
		}
	}
}

// compareLives orders changes of one document. An id can have several lives in
// one batch, one after the other: the one without its beginning is the first,
// the one without its end the last. Which one comes first of those that began
// and ended here makes no difference to anybody; it is that with the smallest
// number.
func compareLives(changes []unsettled) func(a, b unsettled) int {
	type life struct {
		began, ended bool
		first        int64
	}
	lives := map[string]life{}
	for _, c := range changes {
		l, known := lives[c.birth]
		if !known || c.seq < l.first {
			l.first = c.seq
		}
		l.began, l.ended = l.began || c.op == opInsert, l.ended || c.op == opDelete
		lives[c.birth] = l
	}
	rank := func(l life) int {
		switch {
		case !l.began:
			return 0
		case l.ended:
			return 1
		}
		return 2
	}
	return func(a, b unsettled) int {
		if a.birth == b.birth {
			return cmp.Compare(a.version, b.version)
		}
		x, y := lives[a.birth], lives[b.birth]
		return cmp.Or(cmp.Compare(rank(x), rank(y)), cmp.Compare(x.first, y.first))
	}
}
