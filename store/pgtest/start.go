//go:build unix

package pgtest

import (
	"context"
	"syscall"
)

// Server is a PostgreSQL for a program that measures. Commits wait for the
// disk.
type Server struct{ server *server }

// Start starts one in a folder of its own, with the options as name=value.
func Start(options ...string) (*Server, error) {
	s, err := start(options)
	return &Server{s}, err
}

// URL returns the address of a new, empty database.
func (s *Server) URL(ctx context.Context) (string, error) { return s.server.database(ctx, nil) }

// PID is the process that began all others of the server.
func (s *Server) PID() int { return s.server.process.Pid }

// Stop ends the server and removes its folder.
func (s *Server) Stop() { s.server.stop() }

// Crash ends the server as pg_ctl stop -m immediate does: it writes nothing
// more, and recovers from its log at the next start.
func (s *Server) Crash() error {
	err := s.server.process.Signal(syscall.SIGQUIT)
	<-s.server.ended
	return err
}

// Restart starts a server that has ended, and returns when it answers.
func (s *Server) Restart() error {
	if err := s.server.again(); err != nil {
		return err
	}
	return s.server.wait()
}
