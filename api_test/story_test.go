package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"testing"
	"time"
)

// tell has a script in browser/ live through one of its stories, step by step.
// The browser may complain only of what is expected.
func (b *browser) tell(t *testing.T, expected func(report) bool, script string, args ...string) {
	t.Helper()
	ended := false
	for _, step := range b.steps(t, script, args...) {
		switch {
		case step.Name == "the end":
			ended = true
		case step.Name == "console":
			if !expected(step) {
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

func (b *browser) steps(t *testing.T, script string, args ...string) (steps []report) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	var out, errs bytes.Buffer
	command := exec.CommandContext(ctx, b.node, append([]string{script}, args...)...)
	command.Dir = "browser"
	command.Env = append(os.Environ(), "CHROMIUM="+b.chromium)
	command.Stdout, command.Stderr = &out, &errs
	// Told to stop, the script takes the browser along; killed, it cannot.
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.WaitDelay = 5 * time.Second
	if err := command.Run(); err != nil {
		t.Errorf("%s: %v\n%s", script, err, &errs)
	}
	for lines := json.NewDecoder(&out); lines.More(); {
		var step report
		if err := lines.Decode(&step); err != nil {
			t.Fatalf("%s printed no JSON: %v", script, err)
		}
		steps = append(steps, step)
	}
	return steps
}
