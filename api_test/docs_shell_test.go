package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// reader does what a document says, in a folder of its own. Each document has
// its own `postern dev`, on ports that are free: 6060, 6061 and 4040 may be
// somebody else's.
type reader struct {
	program *program
	folder  string
	dev     *running
	at      origins
	files   map[string]string // what the blocks are to find, by its name
	printed string            // by the last shell block
}

// keep remembers a block under the name that its fence says.
func (r *reader) keep(b block) {
	if r.files == nil {
		r.files = map[string]string{}
	}
	r.files[filepath.Base(b.file)] = b.text
}

// writeFiles is done before each run, since another server has other addresses.
func (r *reader) writeFiles(t *testing.T) {
	t.Helper()
	for name, text := range r.files {
		if err := os.WriteFile(filepath.Join(r.folder, name), []byte(r.here(text)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// devLine starts the server, so nothing can stand below it in its block.
var devLine = regexp.MustCompile(`(?m)^(?:go run \./cmd/postern|postern) dev\b(.*)\n\z`)

func (r *reader) run(t *testing.T, b block) {
	t.Helper()
	text := b.text
	dev := devLine.FindStringSubmatch(text)
	if dev != nil {
		text = strings.TrimSuffix(text, dev[0])
	} else if r.dev == nil {
		r.startDev(t, nil)
	}
	if strings.TrimSpace(text) != "" {
		r.shell(t, b.at, text)
	}
	if dev != nil {
		r.startDev(t, strings.Fields(dev[1]))
	}
}

// cache is where the programs of this reader keep what is theirs: the guides
// are followed side by side, and two servers cannot have one database.
func (r *reader) cache() string { return filepath.Join(r.folder, ".cache") }

// startDev replaces the server by one with these flags.
func (r *reader) startDev(t *testing.T, flags []string) {
	t.Helper()
	r.writeFiles(t)
	if r.dev != nil {
		r.dev.stop(t, syscall.SIGINT)
	}
	flags = slices.Concat([]string{"dev"}, flags, []string{"--addr", "localhost:0", "--tenant-addr", "localhost:0", "--playground-addr", "localhost:0"})
	admin := slices.Contains(flags, "--admin-addr")
	if admin {
		flags = append(flags, "--admin-addr", "localhost:0")
	}
	r.dev = r.program.beginIn(t, r.folder, []string{"XDG_CACHE_HOME=" + r.cache()}, flags...)
	r.at = r.dev.origins(t)
	if admin {
		r.at.admin = r.dev.place(t, "Operator")
	}
	(&server{URL: r.at.api}).waitReady(t)
}

// here puts the addresses of this server in place of those that documents say.
func (r *reader) here(text string) string {
	if r.dev == nil {
		return text
	}
	return strings.NewReplacer(
		"http://localhost:6060", r.at.api, "http://localhost:6061", r.at.tenant, "http://localhost:4040", r.at.playground,
		"http://localhost:6062", r.at.admin,
	).Replace(text)
}

// typed is what the reader types for a block: the program is built already, and
// its tenant is not where `postern token` would look.
func (r *reader) typed(text string) string {
	const token = "postern token --tenant http://localhost:6061/"
	return r.here(strings.NewReplacer(
		"go run ./cmd/postern token", token, "go run ./cmd/postern", "postern", "postern token", token,
	).Replace(text))
}

// shell runs a block with the variables that the blocks above have set, and
// stops at the first command that fails.
func (r *reader) shell(t *testing.T, at, text string) {
	t.Helper()
	for _, tool := range []string{"bash", "curl", "node"} {
		if _, missing := exec.LookPath(tool); tool == "bash" || strings.Contains(text, tool+" ") {
			require(t, tool, "install it", missing)
		}
	}
	const script = "set -euo pipefail; [ ! -e .variables ] || . ./.variables; set -a\n%s\nexport -p >.variables\n"
	r.writeFiles(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, "bash", "-c", fmt.Sprintf(script, r.typed(text)))
	command.Dir = r.folder
	command.Env = []string{
		"PATH=" + filepath.Dir(r.program.path) + string(os.PathListSeparator) + os.Getenv("PATH"),
		"HOME=" + r.program.home, "XDG_CACHE_HOME=" + r.cache(), "NO_PROXY=localhost",
	}
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	if err := command.Run(); err != nil {
		t.Errorf("%s: %v\n%s%s", at, err, &stdout, &stderr)
	}
	r.printed = stdout.String()
}

// answerTo is the block that says what a shell block prints; nil where nothing
// says so. It stands right below, in JSON or text.
func (d *document) answerTo(i int) *block {
	if i+1 == len(d.blocks) {
		return nil
	}
	next := d.blocks[i+1]
	if next.noRun || !next.follows || next.language != "json" && next.language != "text" {
		return nil
	}
	return &next
}

// compare holds what was printed against what the document says. Of JSON the
// last line counts.
func (r *reader) compare(t *testing.T, says *block) {
	t.Helper()
	if says == nil || t.Failed() {
		return
	}
	got, want := strings.TrimSpace(r.printed), strings.TrimSpace(r.here(says.text))
	if says.language == "text" {
		if got != want {
			t.Errorf("%s: it printed\n%s\nnot\n%s", says.at, got, want)
		}
		return
	}
	got = got[strings.LastIndex(got, "\n")+1:]
	var printed, expected any
	if err := json.Unmarshal([]byte(got), &printed); err != nil {
		t.Fatalf("%s: it printed no JSON: %s", says.at, got)
	}
	checkJSON(t, *says)
	_ = json.Unmarshal([]byte(want), &expected)
	if at := difference("", printed, expected); at != "" {
		t.Errorf("%s: %s\nit printed %s", says.at, at, got)
	}
}

// changing are members that differ from run to run.
var changing = []string{"requestId", "expiresAt", "time", "access_token", "signingKey", "publishedKeys",
	"id", "createdAt", "updatedAt", "at", "changes"}

// difference says where two values differ; empty if they do not.
func difference(at string, got, want any) string {
	if g, isList := got.([]any); isList {
		w, _ := want.([]any)
		if len(g) != len(w) {
			return fmt.Sprintf("%s has %d items, not %d", at, len(g), len(w))
		}
		for i := range g {
			if d := difference(fmt.Sprintf("%s/%d", at, i), g[i], w[i]); d != "" {
				return d
			}
		}
		return ""
	}
	g, isObject := got.(map[string]any)
	w, shouldBe := want.(map[string]any)
	if !isObject || !shouldBe {
		if mustJSON(got) != mustJSON(want) {
			return fmt.Sprintf("%s is %s, not %s", at, mustJSON(got), mustJSON(want))
		}
		return ""
	}
	for name := range w {
		if _, there := g[name]; !there {
			return at + "/" + name + " is not there"
		}
	}
	for name, value := range g {
		said, there := w[name]
		if !there {
			return at + "/" + name + " is left out"
		}
		if slices.Contains(changing, name) {
			continue
		}
		if d := difference(at+"/"+name, value, said); d != "" {
			return d
		}
	}
	return ""
}
