package store

import (
	"context"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/postern-dev/postern/collection"
)

var _ collection.History = (*Store)(nil)

// Wrote receives after this server wrote something, once for one write or many.
func (s *Store) Wrote() <-chan struct{} { return s.wrote }

// Lineage implements [collection.History].
func (s *Store) Lineage(ctx context.Context) (lineage int64, err error) {
	err = s.engine.read(ctx, func(on session) error {
		_, err := one(on, "SELECT value FROM counters WHERE name = 'lineage'", nil, &lineage)
		return s.engine.explain(err)
	})
	return lineage, err
}

func (s *Store) tellWritten() {
	select {
	case s.wrote <- struct{}{}:
	default: // the receiver has not looked since the last one
	}
}

// anyUnsettled is 1 where a change has no position. The order has it use the
// index of these: by statistics from the middle of an import there are so many
// that PostgreSQL would look through the whole table, ten times a second.
const anyUnsettled = "SELECT count(*) FROM (SELECT 1 FROM changes WHERE pos IS NULL ORDER BY seq LIMIT 1) AS x"

// bounds reads which changes there are; waiting tells whether there are some
// without a position.
func (s *Store) bounds(on session) (b collection.Bounds, waiting bool, err error) {
	some := "0"
	if s.engine.shared() {
		some = "(" + anyUnsettled + ")"
	}
	var count int64
	_, err = one(on, "SELECT "+s.engine.dialect().last+", (SELECT value FROM counters WHERE name = 'pruned'), "+some,
		nil, &b.Last, &b.Pruned, &count)
	return b, count > 0, err
}

const changeColumns = `collection, id, version, op, coalesce(owner_iss_before, 0), coalesce(owner_sub_before, ''),
	coalesce(owner_iss, 0), coalesce(owner_sub, ''), coalesce(body_before, ''), coalesce(body, ''), birth, created,
	coalesce(updated_before, 0), coalesce(updated, 0), at, coalesce(claim, '')`

// Changes returns what was written after the position.
func (s *Store) Changes(ctx context.Context, after int64, limit, maxBytes int) ([]*collection.Change, error) {
	var found []rawChange
	var list []*collection.Change
	position := s.engine.dialect().position
	err := s.engine.read(ctx, func(on session) error {
		found, list = nil, nil
		bytes := 0
		err := on.query("SELECT "+position+", "+changeColumns+" FROM changes WHERE "+position+" > $1 ORDER BY "+position+" LIMIT $2",
			[]any{after, int64(limit)}, func(r row) error {
				if bytes >= maxBytes {
					return nil
				}
				var c rawChange
				err := c.scan(r)
				found, bytes = append(found, c), bytes+len(c.before.body)+len(c.after.body)
				return err
			})
		for i := range found {
			if err == nil {
				var c *collection.Change
				c, err = found[i].change(s, on)
				list = append(list, c)
			}
		}
		return s.engine.explain(err)
	})
	if err != nil {
		return nil, fmt.Errorf("read changes: %w", err)
	}
	return list, nil
}

// rawChange is a row of changes.
type rawChange struct {
	position, at          int64
	collection, op, claim string
	before, after         raw
}

func (c *rawChange) scan(r row) error {
	d := &c.after
	err := r.scan(&c.position, &c.collection, &d.id, &d.version, &c.op, &c.before.issuer, &c.before.subject, &d.issuer, &d.subject,
		&c.before.body, &d.body, &d.birth, &d.created, &c.before.updated, &d.updated, &c.at, &c.claim)
	c.before.id, c.before.version, c.before.birth, c.before.created = d.id, d.version-1, d.birth, d.created
	return err
}

// change makes a change of it, when all rows are read.
func (c *rawChange) change(names registrar, on session) (_ *collection.Change, err error) {
	change := &collection.Change{Position: c.position, Collection: c.collection, Version: c.after.version, At: time.UnixMilli(c.at).UTC()}
	if c.op != opInsert {
		if change.Before, err = c.before.document(names, on); err != nil {
			return nil, err
		}
	}
	if c.op != opDelete {
		if change.After, err = c.after.document(names, on); err != nil {
			return nil, err
		}
	}
	if writer, key, ok := strings.Cut(c.claim, ":"); ok {
		if _, err := hex.Decode(change.Writer[:], []byte(writer)); err != nil {
			return nil, fmt.Errorf("change %d is damaged: %w", c.position, err)
		}
		change.Key = key
	}
	return change, nil
}
