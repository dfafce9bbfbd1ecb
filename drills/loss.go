package main

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"
)

// miss counts the changes that were acknowledged and are not there any more,
// for a crowd that deletes nothing. Its writers go on from what is there. What
// nobody answered is given up, whatever became of it.
func (c *crowd) miss(ctx context.Context) (lost int, err error) {
	var sum atomic.Int64
	err = c.each(func(w *writer) error {
		found, err := w.read(ctx)
		for end := time.Now().Add(promoted); err != nil && time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
			found, err = w.read(ctx)
		}
		if err != nil {
			return fmt.Errorf("%s reads: %w", w.name, err)
		}
		n, err := w.missing(found)
		sum.Add(int64(n))
		w.adopt(found)
		return err
	})
	return int(sum.Load()), err
}

// missing counts the versions that what was found is behind what was
// acknowledged. What is there must be whole, and nothing newer.
func (w *writer) missing(found map[place]body) (lost int, err error) {
	expected := w.expected()
	var errs []error
	for at, b := range found {
		newest := 0
		for _, state := range expected[at] {
			if state != nil {
				newest = max(newest, state.version)
			}
		}
		if b.Version > newest {
			errs = append(errs, fmt.Errorf("%s %s is %+v, and version %d was the last that was written", at.collection, at.slug, b, newest))
		}
		if _, both := found[place{"items", at.slug}]; !both {
			errs = append(errs, fmt.Errorf("half of a batch is stored: %s %s", at.collection, at.slug))
		}
	}
	for at, i := range w.known {
		lost += max(0, i.version-found[at].Version)
	}
	return lost, errors.Join(errs...)
}

// adopt takes what was found for what was acknowledged.
func (w *writer) adopt(found map[place]body) {
	w.pending, w.known = nil, map[place]*item{}
	for at, b := range found {
		w.known[at] = &item{id: b.ID, version: b.Version, n: b.N}
	}
}
