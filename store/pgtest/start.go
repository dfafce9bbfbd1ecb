//go:build unix

package pgtest

import "context"

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
