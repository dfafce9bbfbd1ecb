package api_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// program is the binary as users get it.
type program struct {
	path string
	home string
}

// binaries are made once a run, since linking takes seconds.
var binaries = binaryFolder{made: map[string]func() (string, error){}}

// binaryFolder has a binary for each set of tags that was asked for.
type binaryFolder struct {
	mu   sync.Mutex
	made map[string]func() (string, error)
	path string
}

// with returns the path of the binary with these tags.
func (f *binaryFolder) with(tags string) (string, error) {
	f.mu.Lock()
	if f.path == "" {
		var err error
		if f.path, err = os.MkdirTemp("", "postern-test"); err != nil {
			f.mu.Unlock()
			return "", err
		}
	}
	if f.made[tags] == nil {
		path := filepath.Join(f.path, "postern-"+tags)
		f.made[tags] = sync.OnceValues(func() (string, error) {
			output, err := exec.Command("go", "build", "-tags", tags, "-o", path, "../cmd/postern").CombinedOutput()
			if err != nil {
				err = fmt.Errorf("build: %w\n%s", err, output)
			}
			return path, err
		})
	}
	built := f.made[tags]
	f.mu.Unlock()
	return built()
}

// remove is for the end of the run.
func (f *binaryFolder) remove() { _ = os.RemoveAll(f.path) }

// build returns the binary of this checkout, under a name of the test's own.
func build(t *testing.T, tags string) *program {
	t.Helper()
	made, err := binaries.with(tags)
	if err != nil {
		t.Fatal(err)
	}
	p := &program{path: filepath.Join(t.TempDir(), "postern"), home: t.TempDir()}
	if err := os.Symlink(made, p.path); err != nil {
		p.path = made // where links need a right
	}
	return p
}

// command prepares a run in an empty folder, with nothing in the environment
// but what is given.
func (p *program) command(t *testing.T, env []string, args ...string) *exec.Cmd {
	t.Helper()
	return p.commandIn(t, t.TempDir(), env, args...)
}

// commandIn is command in a folder that is there already.
func (p *program) commandIn(t *testing.T, folder string, env []string, args ...string) *exec.Cmd {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	t.Cleanup(cancel)
	command := exec.CommandContext(ctx, p.path, args...)
	command.Dir = folder
	command.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + p.home, "XDG_CACHE_HOME=" + p.home}, env...)
	return command
}

// ended is a run that is over.
type ended struct {
	code           int
	stdout, stderr string
}

// run waits for the end of a run.
func (p *program) run(t *testing.T, env []string, args ...string) ended {
	t.Helper()
	command := p.command(t, env, args...)
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, io.MultiWriter(&stderr, saidBy(t, args))
	got := ended{exitCode(t, command.Run()), stdout.String(), stderr.String()}
	if len(args) > 0 && args[0] == "token" {
		written.Secret("token", strings.TrimSpace(got.stdout)) // it is there to print one
	} else {
		_, _ = io.WriteString(saidBy(t, args), got.stdout)
	}
	return got
}

func exitCode(t *testing.T, err error) int {
	t.Helper()
	if err == nil {
		return 0
	}
	exit, ok := errors.AsType[*exec.ExitError](err)
	if !ok {
		t.Fatal(err)
	}
	return exit.ExitCode()
}

// running is a run that goes on, and what it has printed so far.
type running struct {
	command *exec.Cmd
	done    chan struct{}
	kept    io.Writer // for the end of the run

	mu   sync.Mutex
	text string
}

// begin starts a run that is killed with the test if it has not ended before.
func (p *program) begin(t *testing.T, env []string, args ...string) *running {
	t.Helper()
	return p.beginIn(t, t.TempDir(), env, args...)
}

// beginIn is begin in a folder that is there already.
func (p *program) beginIn(t *testing.T, folder string, env []string, args ...string) *running {
	t.Helper()
	r := &running{command: p.commandIn(t, folder, env, args...), done: make(chan struct{}), kept: saidBy(t, args)}
	stdout, err := r.command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	r.command.Stderr = saidBy(t, args)
	if err := r.command.Start(); err != nil {
		t.Fatal(err)
	}
	go r.read(stdout)
	t.Cleanup(func() {
		_ = r.command.Process.Kill()
		<-r.done
		_ = r.command.Wait()
	})
	return r
}

func (r *running) read(stdout io.Reader) {
	defer close(r.done)
	for scanner := bufio.NewScanner(stdout); scanner.Scan(); {
		line := scanner.Text() + "\n"
		if !strings.HasPrefix(line, "curl -i ") { // the line of the banner is there to bring a token
			_, _ = io.WriteString(r.kept, line)
		}
		r.mu.Lock()
		r.text += line
		r.mu.Unlock()
	}
}

// line waits until a line with this text was printed and returns it.
func (r *running) line(t *testing.T, with string) string {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		r.mu.Lock()
		printed := r.text
		r.mu.Unlock()
		for line := range strings.Lines(printed) {
			if strings.Contains(line, with) {
				return strings.TrimSuffix(line, "\n")
			}
		}
	}
	t.Fatalf("it did not print %q, only:\n%s", with, r.text)
	return ""
}

// stop sends the signal and returns the exit code.
func (r *running) stop(t *testing.T, signal syscall.Signal) int {
	t.Helper()
	if err := r.command.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	<-r.done
	return exitCode(t, r.command.Wait())
}
