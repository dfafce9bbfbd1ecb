package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestPlayground lives through the playground as a newcomer does: the program
// as it is started by hand, its page, its tenant and its API, in a browser.
func TestPlayground(t *testing.T) {
	b := newBrowser(t)
	_, missing := os.Stat("browser/node_modules/axe-core")
	require(t, "axe-core", "run `npm ci` in api_test/browser", missing)
	p := build(t, "")
	for _, story := range []string{"using", "breaking"} {
		t.Run(story, func(t *testing.T) { b.tell(t, p.develop(t), story) })
	}
}

// origins are where the three servers of `postern dev` are.
type origins struct{ api, tenant, playground string }

// develop runs `postern dev` until the test ends, on ports of its own.
func (p *program) develop(t *testing.T) origins {
	t.Helper()
	r := p.begin(t, nil, "dev", "--addr", "localhost:0", "--tenant-addr", "localhost:0", "--playground-addr", "localhost:0")
	at := r.origins(t)
	t.Cleanup(func() {
		if code := r.stop(t, syscall.SIGINT); code != 0 {
			t.Errorf("exit code %d", code)
		}
	})
	return at
}

// origins reads from the banner where the servers are.
func (r *running) origins(t *testing.T) origins {
	t.Helper()
	r.line(t, "More tokens")
	place := func(name string) string {
		return strings.TrimSuffix(strings.TrimSpace(strings.TrimPrefix(r.line(t, "  "+name+" "), "  "+name)), "/")
	}
	return origins{place("API"), place("Tenant"), place("Playground")}
}

// tell has playground.mjs live through one of its stories.
func (b *browser) tell(t *testing.T, at origins, story string) {
	t.Helper()
	ended := false
	for _, step := range b.steps(t, at.playground, story) {
		switch {
		case step.Name == "the end":
			ended = true
		case step.Name == "console":
			if !at.expect(step) {
				t.Errorf("the console shows: %s (%s)", step.Detail.Text, step.Detail.URL)
			}
		default:
			t.Run(step.Name, func(t *testing.T) {
				if !step.OK {
					t.Error(step.Detail.Error, step.Detail.URL)
				}
			})
		}
	}
	if !ended {
		t.Error("the story was not told to its end")
	}
}

func (b *browser) steps(t *testing.T, home, story string) (steps []report) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var out, errs bytes.Buffer
	command := exec.CommandContext(ctx, b.node, "playground.mjs", home, story)
	command.Dir = "browser"
	command.Env = append(os.Environ(), "CHROMIUM="+b.chromium)
	command.Stdout, command.Stderr = &out, &errs
	// Told to stop, the script takes the browser along; killed, it cannot.
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.WaitDelay = 5 * time.Second
	if err := command.Run(); err != nil {
		t.Errorf("playground.mjs: %v\n%s", err, &errs)
	}
	for lines := json.NewDecoder(&out); lines.More(); {
		var step report
		if err := lines.Decode(&step); err != nil {
			t.Fatalf("playground.mjs printed no JSON: %v", err)
		}
		steps = append(steps, step)
	}
	return steps
}

// expect tells whether the stories are about what the browser complains of:
// refusals of the API, a refresh token that was revoked, and a tenant that does
// not answer.
func (at origins) expect(complaint report) bool {
	text, url := complaint.Detail.Text, complaint.Detail.URL
	switch {
	case strings.HasPrefix(url, at.api+"/api/"):
		return strings.Contains(text, "status of 40")
	case url == at.tenant+"/oauth/token":
		return strings.Contains(text, "net::ERR_FAILED") || strings.Contains(text, "status of 403")
	}
	return strings.Contains(text, at.tenant+"/oauth/token' from origin") && strings.Contains(text, "blocked by CORS policy")
}
