package documents

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/jsonvalue"
)

// Write does the requests in their order, in one transaction: all of them or
// none. Each is judged on the state at its turn. With an idempotency key, a
// request that was answered before is answered the same again, and replayed is
// true; the caller still needs the right to do it.
//
// Errors: *[collection.Denied], [ErrNotFound], *[Changed], *[Invalid],
// *[PatchFailed], *[TooLarge], *[IDRefused], *[QuotaExceeded],
// [collection.ErrTaken], *[collection.UniqueError], [ErrKeyReused],
// [ErrBatchTooLarge], and those
// of the store; inside of *[BatchError] where there are several requests.
func (s *Service) Write(ctx context.Context, caller collection.Caller, once *Idempotency, requests ...Request) (
	outcomes []Outcome, replayed bool, err error) {
	writes := make([]write, len(requests))
	for i := range requests {
		if writes[i], err = s.prepare(caller, &requests[i]); err != nil {
			return nil, false, atPlace(requests, i, err)
		}
	}
	err = s.store.Write(ctx, func(tx collection.Tx) error {
		outcomes, replayed = nil, false
		if err := spend(tx, caller); err != nil {
			return err
		}
		if once == nil {
			var err error
			outcomes, err = s.run(tx, writes)
			return err
		}
		var err error
		outcomes, replayed, err = s.runOnce(tx, caller, once, writes)
		return err
	})
	if err != nil {
		return nil, false, err
	}
	return outcomes, replayed, nil
}

// spend keeps a proof from being used for a second write, on any server. Reads
// are left to the memory of each server: they change nothing.
func spend(tx collection.Tx, caller collection.Caller) error {
	if caller.Proof == nil {
		return nil
	}
	return tx.Spend(caller.Proof)
}

// atPlace says which request of several failed.
func atPlace[T any](requests []T, i int, err error) error {
	if len(requests) > 1 {
		return &BatchError{i, err}
	}
	return err
}

func (s *Service) run(tx collection.Tx, writes []write) ([]Outcome, error) {
	if err := hold(tx, writes); err != nil {
		return nil, err
	}
	outcomes, bytes := make([]Outcome, 0, len(writes)), 0
	for i := range writes {
		outcome, err := writes[i].do(tx)
		if err != nil {
			return nil, atPlace(writes, i, err)
		}
		if outcome.Op != Delete {
			bytes += outcome.Document.Body.Size()
		}
		if i > 0 && bytes > s.limits.BatchBytes {
			return nil, ErrBatchTooLarge // all of it would be in memory, in the answer and in what is kept of it
		}
		outcomes = append(outcomes, outcome)
	}
	return outcomes, nil
}

// hold loads the documents that several writes will change, in one order,
// whatever theirs: then two batches never wait for each other in a circle,
// which databases notice only after a second.
func hold(tx collection.Tx, writes []write) error {
	var held []*write
	for i := range writes {
		if !writes[i].creates() {
			held = append(held, &writes[i])
		}
	}
	if len(held) < 2 {
		return nil
	}
	slices.SortFunc(held, (*write).compare)
	held = slices.CompactFunc(held, func(a, b *write) bool { return a.compare(b) == 0 })
	for _, w := range held {
		if _, err := tx.Load(w.Collection, w.id); err != nil {
			return err
		}
	}
	return nil
}

func (w *write) compare(other *write) int {
	return cmp.Or(strings.Compare(w.Collection.Name, other.Collection.Name), strings.Compare(w.id, other.id))
}

// write is a request with everything worked out that needs no database, so
// that little is left to do in a transaction that others wait for.
type write struct {
	*Request
	service *Service
	caller  collection.Caller
	id      string
	birth   string
	now     time.Time
	newBody jsonvalue.Value // of a new document
	refused error           // what is wrong with it
}

// prepare refuses what the caller may not do with any document.
func (s *Service) prepare(caller collection.Caller, r *Request) (write, error) {
	w := write{Request: r, service: s, caller: caller, id: r.ID, birth: newBirth(), now: collection.Now()}
	if err := r.Barred(caller); err != nil {
		return w, err
	}
	if !w.creates() {
		return w, nil
	}
	if w.id == "" {
		w.id = newID(r.Collection)
	}
	w.newBody, w.refused = w.next(nil)
	if err := checkID(r.Collection, w.id); err != nil {
		w.refused = err
	}
	return w, nil
}

func (w *write) do(tx collection.Tx) (Outcome, error) {
	if w.creates() {
		return w.create(tx)
	}
	before, err := w.find(tx)
	if err != nil {
		return Outcome{}, err
	}
	if !w.Match.holds(before) {
		return Outcome{}, &Changed{Current: w.shown(before)}
	}
	if w.Op == Delete {
		outcome := Outcome{Collection: w.Collection, Op: w.Op, Document: before}
		return outcome, tx.Delete(w.Collection, before)
	}
	return w.update(tx, before)
}

// find loads the document and judges, in this order, whether the caller may
// know of it and whether the caller may do this with it.
func (w *write) find(tx collection.Tx) (*collection.Document, error) {
	if !canBe(w.id) {
		return nil, ErrNotFound
	}
	before, err := tx.Load(w.Collection, w.id)
	if err != nil {
		return nil, err
	}
	operation := w.operation()
	allowed := w.Collection.Rule(operation).For(w.caller)
	visible := collection.AnyOf(w.Collection.Read.For(w.caller), allowed)
	if before == nil || !visible.Allows(before) {
		return nil, ErrNotFound
	}
	if !allowed.Allows(before) {
		return nil, &collection.Denied{Collection: w.Collection, Operation: operation}
	}
	if w.Op == JSONPatch && w.shown(before) == nil {
		// It could test and copy what the caller may not see.
		return nil, &collection.Denied{Collection: w.Collection, Operation: collection.Read}
	}
	return before, nil
}

// shown is the document if the caller may read it.
func (w *write) shown(d *collection.Document) *collection.Document {
	if w.Collection.Read.For(w.caller).Allows(d) {
		return d
	}
	return nil
}

func (w *write) update(tx collection.Tx, before *collection.Document) (Outcome, error) {
	body, err := w.next(before)
	if err != nil {
		return Outcome{}, w.hide(err)
	}
	after := *before
	after.Body, after.Version = body, before.Version+1
	if after.UpdatedAt = w.now; w.now.Before(before.UpdatedAt) {
		after.UpdatedAt = before.UpdatedAt // clocks of two servers may differ
	}
	if err := withinQuota(tx, w.Collection, before, &after); err != nil {
		return Outcome{}, err
	}
	outcome := Outcome{Collection: w.Collection, Op: w.Op, Document: &after}
	return outcome, tx.Update(w.Collection, before, &after)
}

// hide keeps the current document from callers who may change it and not read
// it.
func (w *write) hide(err error) error {
	if changed, ok := err.(*Changed); ok && changed.Current != nil {
		return &Changed{Current: w.shown(changed.Current)}
	}
	return err
}

func (w *write) create(tx collection.Tx) (Outcome, error) {
	d := &collection.Document{ID: w.id, Owner: w.caller.Owner, Version: 1, Birth: w.birth,
		CreatedAt: w.now, UpdatedAt: w.now, Body: w.newBody}
	if !w.Collection.Create.For(w.caller).Allows(d) {
		return Outcome{}, &collection.Denied{Collection: w.Collection, Operation: collection.Create}
	}
	if w.refused != nil {
		return Outcome{}, w.refused
	}
	if err := withinQuota(tx, w.Collection, nil, d); err != nil {
		return Outcome{}, err
	}
	outcome := Outcome{Collection: w.Collection, Op: w.Op, Created: true, Document: d}
	return outcome, tx.Insert(w.Collection, d)
}

// withinQuota refuses writes by which the owner would keep too much. What
// makes a document smaller is never refused.
func withinQuota(tx collection.Tx, c *collection.Collection, before, after *collection.Document) error {
	grows := int64(after.Body.Size())
	if before != nil {
		grows -= int64(before.Body.Size())
	}
	if c.MaxDocuments == 0 && c.MaxBytes == 0 || after.Owner.IsNobody() || before != nil && grows <= 0 {
		return nil
	}
	documents, bytes, err := tx.Usage(c, after.Owner)
	switch {
	case err != nil:
		return err
	case before == nil && c.MaxDocuments > 0 && documents >= c.MaxDocuments:
		return &QuotaExceeded{c, "documents", c.MaxDocuments}
	case c.MaxBytes > 0 && bytes+grows > c.MaxBytes:
		return &QuotaExceeded{c, "bytes", c.MaxBytes}
	}
	return nil
}

// erasePage is how many documents one transaction of [Service.Erase] removes.
const erasePage = 100

// Erase removes every document that the caller owns and may delete, in several
// transactions; asking again goes on where it stopped. It returns how many
// were removed of each collection, and the collections whose rule keeps the
// caller's documents.
func (s *Service) Erase(ctx context.Context, caller collection.Caller) (removed map[string]int, kept []string, err error) {
	removed = map[string]int{}
	if caller.Proof != nil {
		if err := s.store.Write(ctx, func(tx collection.Tx) error { return tx.Spend(caller.Proof) }); err != nil {
			return nil, nil, err
		}
	}
	for _, c := range s.Collections() {
		if !c.Owned {
			continue
		}
		n, all, err := s.eraseFrom(ctx, caller, c)
		if err != nil {
			return nil, nil, err
		}
		if removed[c.Name] = n; !all {
			kept = append(kept, c.Name)
		}
	}
	return removed, slices.Clip(kept), nil
}

func (s *Service) eraseFrom(ctx context.Context, caller collection.Caller, c *collection.Collection) (removed int, all bool, err error) {
	allowed := c.Delete.For(caller)
	all = true
	for after, done := "", false; !done; {
		var gone int
		var last string
		var some bool
		err := s.store.Write(ctx, func(tx collection.Tx) error {
			gone, some = 0, false
			page, err := tx.Owned(c, caller.Owner, after, erasePage)
			if err != nil {
				return err
			}
			done = len(page) < erasePage
			for _, d := range page {
				last = d.ID
				if !allowed.Allows(d) {
					some = true
					continue
				}
				if err := tx.Delete(c, d); err != nil {
					return err
				}
				gone++
			}
			return nil
		})
		if err != nil {
			return 0, false, err
		}
		removed, all, after = removed+gone, all && !some, last
	}
	return removed, all, nil
}
