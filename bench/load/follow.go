package load

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"
)

// Followers are clients of the change feed, each with a connection of its own.
type Followers struct {
	mu    sync.Mutex
	conns []net.Conn
}

// Arrival is an event that came, or why none will.
type Arrival struct {
	At  time.Time
	Err error
}

// opening is how many followers come side by side.
const opening = 32

// Follow returns when so many followers have the beginning of their stream;
// their events go to arrived, which may be nil. Each has the token of its
// number.
func (f *Followers) Follow(ctx context.Context, s *Server, path string, count int, token func(int) string, arrived chan<- Arrival) error {
	numbers, failed := make(chan int), make(chan error, opening)
	var workers sync.WaitGroup
	for range opening {
		workers.Go(func() {
			for n := range numbers {
				if err := f.open(ctx, s.Address, path, token(n), arrived); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	err := hand(count, numbers, failed)
	close(numbers)
	workers.Wait()
	if err == nil && len(failed) > 0 {
		err = <-failed
	}
	return err
}

func hand(count int, numbers chan<- int, failed <-chan error) error {
	for n := range count {
		select {
		case numbers <- n:
		case err := <-failed:
			return err
		}
	}
	return nil
}

func (f *Followers) open(ctx context.Context, address, path, token string, arrived chan<- Arrival) error {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return err
	}
	f.mu.Lock()
	f.conns = append(f.conns, conn)
	f.mu.Unlock()
	_, err = fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\nOrigin: http://localhost:4040\r\nAccept: text/event-stream\r\nAuthorization: Bearer %s\r\n\r\n",
		path, address, token)
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
func listen(lines *bufio.Scanner, arrived chan<- Arrival) {
	for lines.Scan() {
		if arrived != nil && lines.Text() == "event: change" {
			arrived <- Arrival{At: time.Now()}
		}
	}
	if arrived != nil {
		arrived <- Arrival{Err: errors.New("a stream ended")}
	}
}

// Close has all followers leave.
func (f *Followers) Close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, c := range f.conns {
		_ = c.Close()
	}
	f.conns = nil
}
