package load

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/postern-dev/postern/auth/authtest"
)

// World is what all servers of one run share: a folder, the program, and whose
// tokens they take.
type World struct {
	Folder string
	Issuer *authtest.Issuer
	binary string
	stops  []func() error
}

// NewWorld builds the program in a folder that is removed with the world.
func NewWorld(ctx context.Context, name string) (*World, error) {
	w, err := NewWorldOf(name, "")
	if err != nil {
		return nil, err
	}
	if w.binary, err = Build(ctx, w.Folder); err != nil {
		w.Close()
	}
	return w, err
}

// NewWorldOf is NewWorld for a program that is built already.
func NewWorldOf(name, binary string) (*World, error) {
	folder, err := os.MkdirTemp("", name)
	if err != nil {
		return nil, err
	}
	w := &World{Folder: folder, Issuer: authtest.Start(), binary: binary}
	w.Defer(func() error { w.Issuer.Close(); return os.RemoveAll(folder) })
	return w, nil
}

// OpenWorld builds the program in a folder that stays, and has an issuer that is
// the same one each time: documents belong to a subject of an issuer.
func OpenWorld(ctx context.Context, folder, issuer string) (*World, error) {
	name, err := url.Parse(issuer)
	if err != nil {
		return nil, err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", name.Host)
	if err != nil {
		return nil, err
	}
	w := &World{Folder: folder, Issuer: authtest.Start(authtest.Name(issuer))}
	front := &http.Server{ReadHeaderTimeout: time.Minute, Handler: &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(name) }, Transport: w.Issuer.Transport()}}
	go func() { _ = front.Serve(listener) }() // it ends with Close
	w.Defer(func() error { w.Issuer.Close(); return errors.Join(front.Close(), forget(folder)) })
	if w.binary, err = Build(ctx, folder); err != nil {
		w.Close()
	}
	return w, err
}

// forget removes what the servers logged, a line for each request.
func forget(folder string) error {
	logs, err := filepath.Glob(filepath.Join(folder, "*", "*log"))
	for _, log := range logs {
		err = errors.Join(err, os.Remove(log))
	}
	return err
}

// Declare makes a folder, within that of the world, for a server with these
// collections.
func (w *World) Declare(name, collections string) (folder string, err error) {
	folder = filepath.Join(w.Folder, name)
	return folder, errors.Join(os.MkdirAll(folder, 0o700),
		os.WriteFile(filepath.Join(folder, "postern.yaml"), []byte(collections), 0o600))
}

// Program is Postern in the folder. Limits count, and never refuse: address and
// subject alike.
func (w *World) Program(folder, address string, env ...string) Program {
	return Program{Path: w.binary, Args: []string{"serve"}, Folder: folder, Log: filepath.Join(folder, "log"), Address: address, Ready: "/readyz",
		Env: append([]string{"POSTERN_ADDR=" + address, "CLIENT_ORIGIN_URL=http://localhost:4040", "POSTERN_RATE_LIMIT=1000000", "POSTERN_MAX_IN_FLIGHT_EACH=0", "POSTERN_MAX_FOLLOWERS_EACH=0", "POSTERN_ADMIN_ADDR=off",
			"POSTERN_TRUSTED_PROXIES=127.0.0.1", "POSTERN_ISSUER=" + w.Issuer.URL(), "AUTH0_AUDIENCE=" + w.Issuer.Audience()}, env...)}
}

// Serve starts a server in the folder, which is stopped with the world.
func (w *World) Serve(ctx context.Context, folder, address string, env ...string) (*Server, error) {
	return w.Launch(ctx, w.Program(folder, address, env...))
}

// Launch starts a program, which is stopped with the world.
func (w *World) Launch(ctx context.Context, p Program) (*Server, error) {
	s, err := Launch(ctx, p)
	if err == nil {
		w.Defer(s.Stop)
	}
	return s, err
}

// Binary is the path of the program.
func (w *World) Binary() string { return w.binary }

// Begin starts a server as Serve does, with words in front of its command line
// that end in running it, and does not wait until it is ready.
func (w *World) Begin(ctx context.Context, before []string, folder, address string, env ...string) (*Server, error) {
	p := w.Program(folder, address, env...)
	words := slices.Concat(before, []string{p.Path}, p.Args)
	p.Path, p.Args = words[0], words[1:]
	s, err := launch(ctx, p)
	if err == nil {
		w.Defer(s.Stop)
	}
	return s, err
}

// Defer has stop called with Close; the last one first.
func (w *World) Defer(stop func() error) { w.stops = append(w.stops, stop) }

// Close stops everything, and says itself what goes wrong.
func (w *World) Close() {
	var err error
	for i := range w.stops {
		err = errors.Join(err, w.stops[len(w.stops)-1-i]())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "stop:", err)
	}
}

// Token is a good one of the subject.
func (w *World) Token(subject string) string {
	return w.Issuer.Token(map[string]any{"sub": subject})
}

// Create stores a document.
func (w *World) Create(ctx context.Context, s *Server, collection, subject, body string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+s.Address+"/api/v1/"+collection, strings.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+w.Token(subject))
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
