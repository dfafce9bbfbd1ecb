package serve

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/postern-dev/postern/config"
)

// paper counts the writes to it.
type paper struct {
	mu     sync.Mutex
	text   strings.Builder
	writes int
}

func (p *paper) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.writes++
	return p.text.Write(b)
}

func (p *paper) lines() (lines []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for line := range strings.Lines(p.text.String()) {
		lines = append(lines, line)
	}
	return lines
}

// mustHave fails unless so many lines are on the paper, in so many writes.
func (p *paper) mustHave(t *testing.T, lines, writes int) {
	t.Helper()
	got := p.lines()
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(got) != lines || p.writes != writes {
		t.Errorf("%d lines in %d writes, want %d in %d:\n%s", len(got), p.writes, lines, writes, strings.Join(got, ""))
	}
}

func TestLinesAreHeldBackForAMoment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		p := &paper{}
		log, end := Log(ctx, config.Settings{LogFormat: "json"}, p)
		for range 3 {
			log.Info("request")
		}
		time.Sleep(heldLong - time.Millisecond)
		p.mustHave(t, 0, 0)
		time.Sleep(time.Millisecond)
		synctest.Wait()
		p.mustHave(t, 3, 1)
		for _, level := range []slog.Level{slog.LevelWarn, slog.LevelError} {
			log.Info("before")
			log.With("key", "value").WithGroup("group").Log(ctx, level, "urgent")
		}
		p.mustHave(t, 7, 3)
		log.Info("the last one")
		end()
		p.mustHave(t, 8, 4)
		log.Info("after the end")
		p.mustHave(t, 9, 5)
		time.Sleep(time.Minute)
		p.mustHave(t, 9, 5)
	})
}

func TestNothingIsHeldBackOnceTheSignalCame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		p := &paper{}
		log, _ := Log(ctx, config.Settings{LogFormat: "json"}, p)
		log.Info("held back")
		cancel()
		synctest.Wait()
		p.mustHave(t, 1, 1)
		log.Info("draining")
		p.mustHave(t, 2, 2)
	})
}

func TestALogForPeopleIsWrittenAtOnce(t *testing.T) {
	t.Parallel()
	p := &paper{}
	log, _ := Log(t.Context(), config.Settings{LogFormat: "text"}, p)
	log.Info("now")
	p.mustHave(t, 1, 1)
}

func TestNeverTooMuchIsHeldBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // where no time passes
		p := &paper{}
		h := newHeldLines(p)
		long := []byte(strings.Repeat("x", heldMost/4-1) + "\n")
		for range 4 {
			_, _ = h.Write(long)
		}
		p.mustHave(t, 0, 0)
		_, _ = h.Write(long)
		p.mustHave(t, 4, 1)
		_, _ = h.Write(bytes.Repeat([]byte("y"), heldMost+1))
		if got := p.text.String(); !strings.HasSuffix(got, "x\n"+strings.Repeat("y", heldMost+1)) || p.writes != 3 {
			t.Errorf("a line that is too long came before others: %d bytes in %d writes", len(got), p.writes)
		}
	})
}

func TestLinesOfManyAreWholeAndInOrder(t *testing.T) {
	t.Parallel()
	p := &paper{}
	log, end := Log(t.Context(), config.Settings{LogFormat: "json"}, p)
	const each, writers = 500, 8
	var running sync.WaitGroup
	for who := range writers {
		running.Go(func() {
			for n := range each {
				level := slog.LevelInfo
				if n%100 == 99 {
					level = slog.LevelError
				}
				log.Log(t.Context(), level, "line", "who", who, "n", n)
			}
		})
	}
	running.Wait()
	end()
	var next [writers]int
	for _, text := range p.lines() {
		var line struct{ Who, N int }
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if line.N != next[line.Who] {
			t.Fatalf("line %d of %d comes where %d should", line.N, line.Who, next[line.Who])
		}
		next[line.Who]++
	}
	for who, n := range next {
		if n != each {
			t.Errorf("%d lines of %d, want %d", n, who, each)
		}
	}
}

// counted tells the writes for each line: each is a system call on a file.
type counted struct{ writes int }

func (c *counted) Write(p []byte) (int, error) { c.writes++; return len(p), nil }

// BenchmarkLog compares the log with one that writes each line.
func BenchmarkLog(b *testing.B) {
	each := func(_ context.Context, _ config.Settings, to io.Writer) (*slog.Logger, func()) {
		return slog.New(slog.NewJSONHandler(to, nil)), func() {}
	}
	for name, open := range map[string]func(context.Context, config.Settings, io.Writer) (*slog.Logger, func()){"held": Log, "each": each} {
		b.Run(name, func(b *testing.B) {
			c := &counted{}
			log, end := open(b.Context(), config.Settings{LogFormat: "json"}, c)
			b.ReportAllocs()
			for b.Loop() {
				log.Info("request", "method", "GET", "route", "/api/messages/protected", "status", 200)
			}
			end()
			b.ReportMetric(float64(c.writes)/float64(b.N), "writes/op")
		})
	}
}
