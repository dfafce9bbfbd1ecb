package api_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
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

// build makes the binary of this checkout.
func build(t *testing.T, tags string) *program {
	t.Helper()
	p := &program{path: filepath.Join(t.TempDir(), "postern"), home: t.TempDir()}
	command := exec.Command("go", "build", "-tags", tags, "-o", p.path, "../cmd/postern")
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, output)
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
