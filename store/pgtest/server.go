//go:build unix

package pgtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// account owns the databases.
const account = "postgres"

// ErrMissing says that this machine has no PostgreSQL.
var ErrMissing = errors.New("PostgreSQL is not installed")

// server is a running PostgreSQL that listens on a socket in its folder.
type server struct {
	folder  string
	process *os.Process
	ended   chan struct{}
	log     *os.File
	// again runs it once more, after it ended.
	again func() error
}

// start initializes a cluster and runs it with the options, as name=value.
func start(options []string) (_ *server, err error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	s := &server{}
	if s.folder, err = os.MkdirTemp("", "pgtest-*"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(s.folder))
		}
	}()
	who, err := drop(s.folder)
	if err != nil {
		return nil, err
	}
	data := filepath.Join(s.folder, "data")
	initdb := exec.Command(filepath.Join(bin, "initdb"), "-D", data, "-U", account, "-A", "trust",
		"-E", "UTF8", "--locale", "C.UTF-8", "--no-sync")
	initdb.SysProcAttr, initdb.Dir = &syscall.SysProcAttr{Credential: who}, s.folder
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w\n%s", err, out)
	}
	s.again = func() error {
		s.ended = make(chan struct{})
		return s.run(filepath.Join(bin, "postgres"), data, who, options)
	}
	if err := s.again(); err != nil {
		return nil, err
	}
	if err := s.wait(); err != nil {
		s.stop()
		return nil, err
	}
	return s, nil
}

// binaries finds the folder of initdb and postgres: the newest that Debian
// installed, or that on the path.
func binaries() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil {
		return "", err
	}
	if len(found) > 0 {
		return filepath.Dir(slices.MaxFunc(found, func(a, b string) int { return version(a) - version(b) })), nil
	}
	path, err := exec.LookPath("initdb")
	if err != nil {
		return "", ErrMissing
	}
	if path, err = filepath.EvalSymlinks(path); err != nil {
		return "", err
	}
	return filepath.Dir(path), nil
}

func version(path string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path)))) // 0 for a folder that is no number
	return n
}

// drop gives the folder to an ordinary user, as whom the server runs then:
// PostgreSQL refuses to run as root.
func drop(folder string) (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup(account)
	if err != nil {
		return nil, fmt.Errorf("%w, or has no user: %w", ErrMissing, err)
	}
	uid, err := strconv.Atoi(u.Uid)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.Atoi(u.Gid)
	if err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, os.Chown(folder, uid, gid)
}

// run starts the server.
func (s *server) run(postgres, data string, who *syscall.Credential, options []string) error {
	var err error
	if s.log, err = os.Create(filepath.Join(s.folder, "log")); err != nil {
		return err
	}
	args := []string{"-D", data, "-k", s.folder, "-h", "", "-c", "max_connections=200"}
	for _, o := range options {
		args = append(args, "-c", o)
	}
	command := exec.Command(postgres, args...)
	command.Dir, command.Stdout, command.Stderr = s.folder, s.log, s.log
	command.SysProcAttr = attributes(who)
	begun := make(chan error)
	go func() {
		// The kernel ends the server with the thread that started it, which
		// therefore has to stay.
		runtime.LockOSThread()
		err := command.Start()
		s.process = command.Process
		begun <- err
		if err == nil {
			_ = command.Wait() // how a test's server ends is of no interest
			close(s.ended)
		}
	}()
	return <-begun
}

// wait returns when the server answers.
func (s *server) wait() error {
	var err error
	for range 300 {
		var conn *pgx.Conn
		if conn, err = pgx.Connect(context.Background(), s.url("postgres")); err == nil {
			return conn.Close(context.Background())
		}
		select {
		case <-s.ended:
			text, _ := os.ReadFile(s.log.Name())
			return fmt.Errorf("postgres ended: %s", text)
		case <-time.After(100 * time.Millisecond):
		}
	}
	return fmt.Errorf("postgres does not answer: %w", err)
}

// stop ends the server without waiting for clients.
func (s *server) stop() {
	_ = s.process.Signal(syscall.SIGINT)
	select {
	case <-s.ended:
	case <-time.After(10 * time.Second):
		_ = s.process.Kill()
	}
	_ = s.log.Close()
	_ = os.RemoveAll(s.folder)
}
