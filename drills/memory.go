package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/postern-dev/postern/bench/load"
)

func memoryDrills() []drill {
	return []drill{
		{name: "memory", breaks: "200 clients that send bodies of the largest size (1 MiB) again and again, GOMEMLIMIT=256MiB",
			passes: "the server lives and answers each (413, 422, or 503 and 429 with Retry-After); 512 MiB of memory at most",
			short:  size{length: 2 * time.Second}, long: size{length: time.Minute}, run: memory},
		{name: "soak", breaks: "nothing: 4 clients write, 4 read and others come to follow and leave, for long",
			passes: "memory, goroutines, open files and the files' size in the last quarter are not more than in the second (by 20 % and 16 MiB, 20, 20, 64 MiB); 0 acknowledged writes lost; check --database finds nothing",
			short:  size{length: 8 * time.Second}, long: size{length: time.Hour}, run: soak},
	}
}

func memory(ctx context.Context, s *stage) (f figures, err error) {
	server, err := s.start(ctx, s.sqlite(), "GOMEMLIMIT=256MiB")
	if err != nil {
		return nil, err
	}
	body := `{"slug":"x","n":1,"sum":"","text":"` + strings.Repeat("0123456789", 104_000) + `"}`
	client := &http.Client{Timeout: 40 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 200}}
	defer client.CloseIdleConnections()
	token := s.Token("auth0|large")
	var answered, strange atomic.Int64
	var sending sync.WaitGroup
	for range 200 {
		sending.Go(func() {
			for began := time.Now(); time.Since(began) < s.size.length; {
				request, err := http.NewRequest(http.MethodPost, "http://"+server.Address+"/api/v1/items", strings.NewReader(body))
				if err != nil {
					strange.Add(1)
					return
				}
				request.Header = http.Header{"Authorization": {"Bearer " + token}, "Content-Type": {"application/json"}}
				response, err := client.Do(request)
				if err != nil {
					strange.Add(1)
					continue
				}
				_, _ = io.Copy(io.Discard, response.Body)
				_ = response.Body.Close()
				if answered.Add(1); !slices.Contains([]int{413, 422, 429, 503}, response.StatusCode) {
					strange.Add(1)
				}
			}
		})
	}
	sending.Wait()
	peak, err := status(server, "VmHWM")
	f.say("%d bodies of %d bytes answered, %d otherwise; %d MiB of memory at most", answered.Load(), len(body), strange.Load(), peak>>20)
	if err == nil && (peak > 512<<20 || strange.Load() > 0 || answered.Load() == 0) {
		err = errors.New("too much memory, or other answers")
	}
	return f, err
}

// status is one of the amounts of the server's process, in bytes.
func status(server *load.Server, name string) (int64, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", server.PID()))
	if err != nil {
		return 0, err
	}
	found := regexp.MustCompile(name + `:\s+(\d+) kB`).FindSubmatch(raw)
	if found == nil {
		return 0, fmt.Errorf("no %s", name)
	}
	kib, err := strconv.ParseInt(string(found[1]), 10, 64)
	return kib << 10, err
}

// vital is what must not grow for ever.
type vital struct{ memory, goroutines, files, size int64 }

// vital measures the server. Goroutines are those that its metrics tell.
func (s *stage) vital(ctx context.Context, server *load.Server, admin string) (v vital, err error) {
	if v.memory, err = server.Memory(); err != nil {
		return v, err
	}
	open, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", server.PID()))
	if err != nil {
		return v, err
	}
	v.files = int64(len(open))
	_, text, err := ask(ctx, admin, "/metrics", "")
	if err != nil {
		return v, err
	}
	found := regexp.MustCompile(`(?m)^go_goroutines (\d+)`).FindStringSubmatch(text)
	if found == nil {
		return v, errors.New("the metrics say nothing of goroutines")
	}
	if v.goroutines, err = strconv.ParseInt(found[1], 10, 64); err != nil {
		return v, err
	}
	for _, name := range []string{"postern.db", "postern.db-wal"} {
		info, err := os.Stat(filepath.Join(s.folder, name))
		if err != nil {
			return v, err
		}
		v.size += info.Size()
	}
	return v, nil
}

func soak(ctx context.Context, s *stage) (f figures, err error) {
	admin, err := address()
	if err != nil {
		return nil, err
	}
	server, err := s.start(ctx, s.sqlite(), "POSTERN_ADMIN_ADDR="+admin, "POSTERN_KEEP_CHANGES=2000", "POSTERN_KEEP_ANSWERS=1m")
	if err != nil {
		return nil, err
	}
	c := s.crowd(server.Address, 4)
	c.pace = 10 * time.Millisecond
	c.begin()
	var readers []*pulse
	for n := range 4 {
		path := []string{"/api/messages/protected", "/api/v1/items?limit=20", "/api/v1/me", "/api/v1/notes?sort=-n"}[n]
		readers = append(readers, s.pulse(ctx, server.Address, path, s.Token(fmt.Sprint("auth0|w", n)), http.StatusOK, 20*time.Millisecond))
	}
	var seen []vital
	const samples = 40
	for n := range samples {
		if err := s.comeAndGo(server.Address, n); err != nil {
			return f, err
		}
		time.Sleep(s.size.length / samples)
		v, err := s.vital(ctx, server, admin)
		if err != nil {
			return f, err
		}
		seen = append(seen, v)
	}
	asked := 0
	for _, r := range readers {
		took, err := r.end()
		if err != nil {
			return f, err
		}
		asked += len(took)
	}
	c.end()
	before, after := middle(seen[samples/4:samples/2]), middle(seen[3*samples/4:])
	f.say("%d writes, %d reads", c.acknowledged.Load(), asked)
	f.say("second quarter and last: memory %d and %d MiB, goroutines %d and %d, open files %d and %d, database %d and %d MiB",
		before.memory>>20, after.memory>>20, before.goroutines, after.goroutines, before.files, after.files, before.size>>20, after.size>>20)
	if after.memory > before.memory*6/5+16<<20 || after.goroutines > before.goroutines+20 || after.files > before.files+20 || after.size > before.size+64<<20 {
		return f, errors.New("something grows")
	}
	if err := c.settle(ctx); err != nil {
		return f, err
	}
	says, err := s.check(ctx, s.sqlite())
	f.say("%s", says)
	return f, err
}

// comeAndGo has followers come; those of before leave, without a word.
func (s *stage) comeAndGo(address string, n int) error {
	text := "GET /api/v1/items/changes HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nAuthorization: Bearer " + s.Token(fmt.Sprint("auth0|w", n%4)) + "\r\n\r\n"
	all, err := crowdOf(address, 10, text)
	for _, conn := range all {
		go func(conn net.Conn) {
			_, _ = io.Copy(io.Discard, conn)
		}(conn)
	}
	time.AfterFunc(2*s.size.length/40, func() { closeAll(all) })
	return err
}

// middle is the median of each.
func middle(all []vital) vital {
	of := func(value func(vital) int64) int64 {
		var values []int64
		for _, v := range all {
			values = append(values, value(v))
		}
		slices.Sort(values)
		return values[len(values)/2]
	}
	return vital{of(func(v vital) int64 { return v.memory }), of(func(v vital) int64 { return v.goroutines }),
		of(func(v vital) int64 { return v.files }), of(func(v vital) int64 { return v.size })}
}
