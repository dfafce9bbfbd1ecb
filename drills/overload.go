package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"sync"
	"time"

	"github.com/postern-dev/postern/bench/load"
)

func overloadDrills() []drill {
	return []drill{{
		name: "overload", breaks: "10 times the requests that the server can answer, from 10 times as many open connections as it serves at once (5,120); server and clients on a processor each",
		passes: "p99 of accepted requests at most 3 times that at half of capacity; the others are 503 or 429 with Retry-After, p99 at most 50 ms; health answers throughout; " +
			"memory at most 256 MiB; back to the p99 of before within 5 s (the short form allows 3 s for each p99, since the moment until a rush is noticed is much of it, and 15 s)",
		short: size{length: 5 * time.Second}, long: size{length: time.Minute}, run: overload,
	}}
}

// apart puts this process on the second processor and starts the server on the
// first.
func (s *stage) apart(ctx context.Context, env ...string) (*load.Server, error) {
	if _, err := exec.LookPath("taskset"); err != nil || runtime.NumCPU() < 2 {
		return nil, missing("taskset and two processors")
	}
	if out, err := exec.CommandContext(ctx, "taskset", "-acp", "1", strconv.Itoa(os.Getpid())).CombinedOutput(); err != nil {
		return nil, missing("a second processor: " + string(out))
	}
	at, err := address()
	if err != nil {
		return nil, err
	}
	server, err := s.Begin(ctx, []string{"taskset", "-c", "0"}, s.folder, at, append(env, "DATABASE_URL="+s.sqlite())...)
	if err != nil {
		return nil, err
	}
	return server, awaitReadiness(ctx, at, `{"status":"ok"}`)
}

func overload(ctx context.Context, s *stage) (f figures, err error) {
	server, err := s.apart(ctx)
	if err != nil {
		return nil, err
	}
	defer func() {
		_ = exec.Command("taskset", "-acp", "0-"+strconv.Itoa(runtime.NumCPU()-1), strconv.Itoa(os.Getpid())).Run()
	}()
	if err := s.fillPages(ctx, server.Address); err != nil {
		return nil, err
	}
	// Pages of 200 of 300 documents, sorted without an index: some that the clients'
	// processor can ask for ten times as often as the server's can answer, and that
	// cost far more than ten refusals, which would take the processor by themselves.
	l := &loaders{address: server.Address, path: "/api/v1/items?limit=200&sort=sum", token: s.Token("auth0|w0")}
	capacity := l.closed(8, 3*time.Second)
	half := l.open(ctx, capacity/2, 256, 10*time.Second)
	memory, err := server.Memory()
	if err != nil {
		return nil, err
	}
	health := s.pulse(ctx, server.Address, "/healthz", "", http.StatusOK, 100*time.Millisecond)
	during := l.open(ctx, 10*capacity, 5120, s.size.length)
	alive, sick := health.end()
	most, err := status(server, "VmHWM")
	if err != nil {
		return nil, err
	}
	recovered, after := l.recover(ctx, capacity/2, half)
	f.say("capacity %.0f requests/s; p99 at half of it %s", capacity, ms(half.p99()))
	f.say("%.0f requests/s offered from 5,120 open connections for %v: %d accepted, p99 %s, the slowest %s; %d refused with 503 or 429 and Retry-After, p99 %s",
		float64(during.offered)/s.size.length.Seconds(), s.size.length, len(during.took), ms(during.p99()), ms(at(during.took, 1)), len(during.refused), ms(at(during.refused, 0.99)))
	f.say("health p99 %s; memory %d MiB before, %d MiB at most; p99 %s again after %.0f s", ms(at99(alive)), memory>>20, most>>20, ms(after.p99()), recovered.Seconds())
	accepted, refused, back := 3*half.p99(), 50*time.Millisecond, 5*time.Second
	if s.size.length < time.Minute {
		accepted, refused, back = 3*time.Second, 3*time.Second, 15*time.Second
	}
	switch {
	case sick != nil:
		return f, sick
	case during.wrong != "":
		return f, fmt.Errorf("%d answers or connections went wrong: %s", during.wrongs, during.wrong)
	case during.p99() > accepted:
		return f, fmt.Errorf("p99 of accepted requests is %v", during.p99())
	case at(during.refused, 0.99) > refused:
		return f, fmt.Errorf("p99 of refusals is %v", at(during.refused, 0.99))
	case len(during.took) == 0 || len(during.refused) == 0:
		return f, fmt.Errorf("nothing was accepted, or nothing refused")
	case most > 256<<20:
		return f, fmt.Errorf("%d MiB of memory", most>>20)
	case recovered > back:
		return f, fmt.Errorf("p99 was %v after %v", after.p99(), recovered)
	}
	return f, nil
}

// fillPages stores what the pages show.
func (s *stage) fillPages(ctx context.Context, address string) error {
	c := s.crowd(address, 1)
	c.keeps = true
	c.begin()
	for c.acknowledged.Load() < 300 && c.faults() == nil {
		time.Sleep(10 * time.Millisecond)
	}
	c.end()
	return c.faults()
}

// observed is what became of requests.
type observed struct {
	mu            sync.Mutex
	offered       int
	took, refused []time.Duration
	wrong         string // the first
	wrongs        int
}

func (o *observed) p99() time.Duration { return at(o.took, 0.99) }
