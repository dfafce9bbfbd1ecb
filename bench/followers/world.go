package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/postern-dev/postern/auth/authtest"
	"github.com/postern-dev/postern/bench/load"
)

const declaration = `collections:
  notes: {owner: true, read: owner, write: owner}
  board: {read: authenticated, write: authenticated}
`

// world is the server and those who follow it.
type world struct {
	folder string
	issuer *authtest.Issuer
	server *load.Server
	mu     sync.Mutex
	conns  []net.Conn
}

func newWorld(ctx context.Context, p plan) (*world, error) {
	folder, err := os.MkdirTemp("", "followers")
	if err != nil {
		return nil, err
	}
	w := &world{folder: folder, issuer: authtest.Start()}
	if err := os.WriteFile(filepath.Join(folder, "postern.yaml"), []byte(declaration), 0o600); err != nil {
		return nil, err
	}
	binary, err := load.Build(ctx, folder)
	if err != nil {
		return nil, err
	}
	if p.database == "" {
		p.database = "sqlite:" + filepath.Join(folder, "postern.db")
	}
	w.server, err = load.Start(ctx, binary, folder, "127.0.0.1:16063", "POSTERN_ISSUER="+w.issuer.URL(),
		"AUTH0_AUDIENCE="+w.issuer.Audience(), "DATABASE_URL="+p.database,
		"POSTERN_MAX_FOLLOWERS="+strconv.Itoa(p.idle+p.told+1))
	if err != nil {
		return nil, err
	}
	return w, w.write(ctx, -1)
}

func (w *world) close() {
	w.mu.Lock()
	for _, c := range w.conns {
		_ = c.Close()
	}
	w.mu.Unlock()
	if err := errors.Join(w.server.Stop(), os.RemoveAll(w.folder)); err != nil {
		fmt.Fprintln(os.Stderr, "followers: stop:", err)
	}
	w.issuer.Close()
}

func (w *world) token(subject string) string {
	return w.issuer.Token(map[string]any{"sub": subject})
}

// write stores a document that everybody may read.
func (w *world) write(ctx context.Context, n int) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+w.server.Address+"/api/v1/board",
		strings.NewReader(fmt.Sprintf(`{"n":%d,"text":"what one writes and all the others read"}`, n)))
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+w.token("auth0|writer"))
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusCreated {
		return fmt.Errorf("a write was answered %s", response.Status)
	}
	return nil
}

// arrival is an event that came, or why none will.
type arrival struct {
	at  time.Time
	err error
}

// opening is how many followers come side by side.
const opening = 32

// follow returns when so many followers have the beginning of their stream;
// their events go to arrived, which may be nil.
func (w *world) follow(ctx context.Context, path string, count int, arrived chan<- arrival) (began int, err error) {
	numbers, failed := make(chan int), make(chan error, opening)
	var workers sync.WaitGroup
	for range opening {
		workers.Go(func() {
			for n := range numbers {
				if err := w.open(ctx, path, w.token("auth0|"+strconv.Itoa(n)), arrived); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	defer workers.Wait()
	defer close(numbers)
	for began = range count {
		select {
		case numbers <- began:
		case err := <-failed:
			return began, err
		}
	}
	return count, nil
}

func (w *world) open(ctx context.Context, path, token string, arrived chan<- arrival) error {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", w.server.Address)
	if err != nil {
		return err
	}
	w.mu.Lock()
	w.conns = append(w.conns, conn)
	w.mu.Unlock()
	_, err = fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\nOrigin: http://localhost:4040\r\nAccept: text/event-stream\r\nAuthorization: Bearer %s\r\n\r\n",
		path, w.server.Address, token)
	if err != nil {
		return err
	}
	lines := bufio.NewScanner(conn)
	if !lines.Scan() || !strings.Contains(lines.Text(), " 200 ") {
		return fmt.Errorf("a follower was answered %q", lines.Text())
	}
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "id: ") { // the first position: it follows from here
	}
	go listen(lines, arrived)
	return lines.Err()
}

// listen reads events until the connection ends.
func listen(lines *bufio.Scanner, arrived chan<- arrival) {
	for lines.Scan() {
		if arrived != nil && lines.Text() == "event: change" {
			arrived <- arrival{at: time.Now()}
		}
	}
	if arrived != nil {
		arrived <- arrival{err: errors.New("a stream ended")}
	}
}
