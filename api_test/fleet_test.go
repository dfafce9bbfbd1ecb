package api_test

import (
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/postern-dev/postern/auth/authtest"
)

// fleet is what an operator runs: real processes of the binary that share one
// database, each at an address that it keeps when it is started again.
type fleet struct {
	issuer  *authtest.Issuer
	servers []*server
	members []*member
}

// member is one of the processes.
type member struct {
	program *program
	folder  string
	env     []string
	kept    io.Writer // what it says, for the end of the run

	mu      sync.Mutex
	process *exec.Cmd
}

// startFleet starts as many servers on the database at the same moment, and
// waits until each is ready. declared is their postern.yaml, and settings are
// further variables.
func startFleet(t *testing.T, count int, database, declared string, settings ...string) *fleet {
	t.Helper()
	f := &fleet{issuer: authtest.NewIssuer(t)}
	p := build(t, "")
	for range count {
		address := freeAddress(t)
		env := append([]string{"POSTERN_ISSUER=" + f.issuer.URL(), "AUTH0_AUDIENCE=" + f.issuer.Audience(), "CLIENT_ORIGIN_URL=" + app,
			"DATABASE_URL=" + database, "POSTERN_ADDR=" + address, "POSTERN_DRAIN_DELAY=0s"}, settings...)
		f.members = append(f.members, p.member(t, declared, env...))
		f.servers = append(f.servers, &server{URL: "http://" + address, Issuer: f.issuer})
	}
	for _, s := range f.servers {
		s.waitReady(t)
	}
	return f
}

// member starts a server that is killed with the test. declared is its
// postern.yaml, settings are its environment.
func (p *program) member(t *testing.T, declared string, settings ...string) *member {
	t.Helper()
	m := &member{program: p, folder: t.TempDir(), kept: saidBy(t, []string{"serve"}), env: append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + p.home, "XDG_CACHE_HOME=" + p.home, "POSTERN_RATE_LIMIT=0",
	}, settings...)}
	if err := os.WriteFile(filepath.Join(m.folder, "postern.yaml"), []byte(declared), 0o600); err != nil {
		t.Fatal(err)
	}
	m.start(t)
	t.Cleanup(m.kill)
	return m
}

// freeAddress is one that nobody listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

func (m *member) start(t testing.TB) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.process = exec.Command(m.program.path, "serve")
	m.process.Dir, m.process.Env = m.folder, m.env
	m.process.Stdout, m.process.Stderr = m.kept, m.kept
	if err := m.process.Start(); err != nil {
		t.Error(err)
	}
}

// kill ends the process as a machine without power would, and waits until it
// is gone.
func (m *member) kill() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.process.Process == nil {
		return
	}
	_ = m.process.Process.Kill()
	_ = m.process.Wait()
}
