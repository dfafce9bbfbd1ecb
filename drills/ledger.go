package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// verify reads everything that the crowd has, and holds it against what was
// acknowledged: each document is there as it was last acknowledged, or as a
// write has it that nobody answered; none is half, and there is no other.
func (c *crowd) verify(ctx context.Context) error {
	return c.each(func(w *writer) error {
		found, err := w.read(ctx)
		if err != nil {
			return fmt.Errorf("%s reads: %w", w.name, err)
		}
		return w.compare(found)
	})
}

// resolve sends what nobody answered once more, with its key, until it is
// answered. Whatever became of it the first time, it must count once.
func (c *crowd) resolve(ctx context.Context) error {
	return c.each(func(w *writer) error {
		for end := time.Now().Add(30 * time.Second); w.pending != nil; time.Sleep(10 * time.Millisecond) {
			o := w.pending
			if w.send(ctx) == failed || time.Now().After(end) {
				return errors.Join(fmt.Errorf("%s: %s %s could not be sent again", w.name, o.method, o.path), c.faults())
			}
		}
		return nil
	})
}

func (c *crowd) each(work func(*writer) error) error {
	errs := make([]error, len(c.writers))
	var working sync.WaitGroup
	for i, w := range c.writers {
		working.Go(func() { errs[i] = work(w) })
	}
	working.Wait()
	return errors.Join(errs...)
}

// unsettled counts the writes that nobody answered.
func (c *crowd) unsettled() (n int) {
	for _, w := range c.writers {
		if w.pending != nil {
			n++
		}
	}
	return n
}

func (w *writer) read(ctx context.Context) (map[place]body, error) {
	found := map[place]body{}
	for _, collection := range []string{"items", "notes"} {
		for cursor := ""; ; {
			page, next, err := w.page(ctx, collection, cursor)
			if err != nil {
				return nil, err
			}
			for _, b := range page {
				if b.Sum != b.sum() {
					return nil, fmt.Errorf("half a document: %+v", b)
				}
				if _, twice := found[place{collection, b.Slug}]; twice {
					return nil, fmt.Errorf("%s %s is there twice", collection, b.Slug)
				}
				found[place{collection, b.Slug}] = b
			}
			if cursor = next; cursor == "" {
				break
			}
		}
	}
	return found, nil
}

func (w *writer) page(ctx context.Context, collection, cursor string) (items []body, next string, err error) {
	path := "/api/v1/" + collection + "?limit=200"
	if cursor != "" {
		path += "&cursor=" + url.QueryEscape(cursor)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+w.crowd.address+path, nil)
	if err != nil {
		return nil, "", err
	}
	request.Header.Set("Authorization", "Bearer "+w.token)
	response, err := w.client.Do(request)
	if err != nil {
		return nil, "", err
	}
	defer func() { _ = response.Body.Close() }()
	var answer struct {
		Items []body
		Page  struct{ Next string }
	}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil || response.StatusCode != http.StatusOK {
		return nil, "", fmt.Errorf("%s was answered %s %w", path, response.Status, err)
	}
	return answer.Items, answer.Page.Next, nil
}

func (w *writer) compare(found map[place]body) error {
	var errs []error
	stored := 0
	for at, after := range w.expected() {
		b, is := found[at]
		delete(found, at)
		isAfter := false
		for n, state := range after {
			fits := state == nil && !is || state != nil && is && b.Version == state.version && b.N == state.n
			isAfter = isAfter || fits && n == 1
			if fits {
				after = nil
				break
			}
		}
		if after != nil {
			errs = append(errs, fmt.Errorf("%s %s is %+v (%t), and has to be as one of %v", at.collection, at.slug, b, is, after))
		}
		if isAfter {
			stored++
		}
	}
	if w.pending != nil && stored > 0 && stored < len(w.pending.after) {
		errs = append(errs, fmt.Errorf("half of a batch is stored: %s", w.pending.body))
	}
	for at := range found {
		errs = append(errs, fmt.Errorf("%s %s is there, and nobody wrote it", at.collection, at.slug))
	}
	return errors.Join(errs...)
}

// expected are the states that each place may be in: as acknowledged, and as
// the unanswered write leaves it.
func (w *writer) expected() map[place][]*item {
	all := map[place][]*item{}
	for at, i := range w.known {
		all[at] = []*item{i}
	}
	if w.pending != nil {
		for at, after := range w.pending.after {
			all[at] = []*item{w.known[at], after}
		}
	}
	return all
}
