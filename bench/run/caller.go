package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/postern-dev/postern/bench/load"
	"github.com/postern-dev/postern/bench/notes"
)

// caller is one client of a server with many notes.
type caller struct {
	server   *load.Server
	client   *http.Client
	token    string
	ids      []string
	random   *rand.Rand
	position string // of the change feed, some time ago
	at       string // where the walk along the feed is
}

func newCaller(s *load.Server, token string, ids []string) *caller {
	return &caller{server: s, client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: together}, Timeout: time.Minute},
		token: token, ids: ids, random: rand.New(rand.NewPCG(1, 2))} // the same places in each run
}

// measure makes so many requests of a kind and returns what they took.
func (c *caller) measure(kind string, count int) func(context.Context) (load.Sample, error) {
	return func(ctx context.Context) (load.Sample, error) {
		before, err := c.server.CPU()
		if err != nil {
			return load.Sample{}, err
		}
		c.at = c.position
		var took []float64
		began := time.Now()
		for range count {
			start := time.Now()
			if err := c.call(ctx, kind); err != nil {
				return load.Sample{}, err
			}
			took = append(took, float64(time.Since(start))/float64(time.Millisecond))
		}
		seconds := time.Since(began).Seconds()
		after, err := c.server.CPU()
		slices.Sort(took)
		n := float64(count)
		return load.Sample{Cost: (after - before) / n * 1000, Rate: n / seconds, P50: took[count/2], P99: took[count*99/100]}, err
	}
}

// call makes one request, somewhere among all documents.
func (c *caller) call(ctx context.Context, kind string) error {
	switch kind {
	case grownRead:
		_, err := c.ask(ctx, http.MethodGet, "/api/v1/notes/"+c.ids[c.random.IntN(len(c.ids))], "")
		return err
	case grownList:
		due := notes.Due(c.random.IntN(1_000_000)).Format("2006-01-02T15:04:05.000Z")
		_, err := c.ask(ctx, http.MethodGet, fmt.Sprintf("/api/v1/notes?filter[project]=project-%d&filter[due][lte]=%s&sort=-due&limit=20",
			c.random.IntN(10), due), "")
		return err
	case grownCreate:
		_, err := c.ask(ctx, http.MethodPost, "/api/v1/notes", notes.Body)
		return err
	}
	return c.follow(ctx)
}

// follow asks for the next changes of the walk.
func (c *caller) follow(ctx context.Context) error {
	raw, err := c.ask(ctx, http.MethodGet, "/api/v1/notes/changes?since="+c.at, "")
	if err != nil {
		return err
	}
	var page struct {
		Items []json.RawMessage
		Page  struct {
			Changes string
			Reset   bool
		}
	}
	if err := json.Unmarshal(raw, &page); err != nil {
		return err
	}
	if page.Page.Reset || len(page.Items) < 256 {
		return fmt.Errorf("a catch-up brought %d changes, reset: %v", len(page.Items), page.Page.Reset)
	}
	c.at = page.Page.Changes
	return nil
}

// behind is how many changes there are to catch up with.
const behind = 5 * 512

// fallBehind takes a position and makes changes.
func (c *caller) fallBehind(ctx context.Context) error {
	raw, err := c.ask(ctx, http.MethodGet, "/api/v1/notes?limit=1", "")
	if err != nil {
		return err
	}
	_, rest, _ := strings.Cut(string(raw), `"changes":"`)
	c.position, _, _ = strings.Cut(rest, `"`)
	var group sync.WaitGroup
	failed := make(chan error, together)
	for range together {
		group.Go(func() {
			for range behind / together {
				if _, err := c.ask(ctx, http.MethodPost, "/api/v1/notes", notes.Body); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	group.Wait()
	close(failed)
	return <-failed
}

// ask makes one request, which has to be answered well.
func (c *caller) ask(ctx context.Context, method, path, body string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, method, "http://"+c.server.Address+path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+c.token)
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := c.client.Do(request)
	if err != nil {
		return nil, err
	}
	raw, err := io.ReadAll(response.Body)
	if err = errors.Join(err, response.Body.Close()); err == nil && response.StatusCode/100 != 2 {
		err = fmt.Errorf("%s %s was answered %s\n%s", method, path, response.Status, raw)
	}
	return raw, err
}
