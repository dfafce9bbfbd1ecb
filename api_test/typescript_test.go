package api_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// typedApp is the folder in which the types of a deployment are made and an app
// is compiled with them.
type typedApp struct{ folder string }

// newTypedApp makes the types with openapi-typescript.
func newTypedApp(t *testing.T, document string) typedApp {
	t.Helper()
	_, missing := exec.LookPath("node")
	require(t, "Node.js", "apt install nodejs", missing)
	modules, err := filepath.Abs("typescript/node_modules")
	if err != nil {
		t.Fatal(err)
	}
	_, missing = os.Stat(filepath.Join(modules, "openapi-typescript"))
	require(t, "openapi-typescript", "run `npm ci` in api_test/typescript", missing)
	a := typedApp{t.TempDir()}
	if err := os.Symlink(modules, filepath.Join(a.folder, "node_modules")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"app.ts", "tsconfig.json", "package.json"} {
		text, err := os.ReadFile(filepath.Join("typescript", name))
		if err != nil {
			t.Fatal(err)
		}
		a.write(t, name, string(text))
	}
	a.write(t, "openapi.json", document)
	if out, err := a.run("openapi-typescript/bin/cli.js", "openapi.json", "-o", "schema.d.ts"); err != nil {
		t.Fatalf("openapi-typescript: %v\n%s", err, out)
	}
	return a
}

func (a typedApp) write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(a.folder, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// run runs a script of a package, or of the app.
func (a typedApp) run(script string, args ...string) (string, error) {
	if _, err := os.Stat(filepath.Join(a.folder, script)); err != nil {
		script = filepath.Join("node_modules", script)
	}
	command := exec.Command("node", append([]string{script}, args...)...)
	command.Dir = a.folder
	out, err := command.CombinedOutput()
	return string(out), err
}

// typedClientStory makes a TypeScript client of a deployment's document: an app
// compiles with it and works, and an app with a mistake does not compile.
func typedClientStory(t *testing.T) {
	if testing.Short() {
		t.Skip("the compiler takes its time, and the race detector sees none of it")
	}
	p := build(t, "")
	at := p.develop(t, nil)
	s := &server{URL: at.api}
	a := newTypedApp(t, s.get(t, "/openapi.json", "").Body)
	if out, err := a.run("typescript/bin/tsc", "-p", "."); err != nil {
		t.Fatalf("the app does not compile: %v\n%s", err, out)
	}
	token := strings.TrimSpace(p.run(t, nil, "token", "--tenant", at.tenant+"/", "--user", "ada").stdout)
	if out, err := a.run("built/app.js", at.api, token); err != nil || !strings.Contains(out, "all is well") {
		t.Errorf("the app fails: %v\n%s", err, out)
	}
	for _, mistakes := range [][]mistake{
		{
			{"body: { title: 'milk', done: false }", "body: { titel: 'milk', done: false }", ""},
			{"const version: number", "const version: string", ""},
			{"path: { id: made.data.id }", "path: {}", "body: { title: 'late' }"},
			{"body: { done: true }", "body: { done: 'yes' }", ""},
			{"query: { limit: 10 }", "query: { limit: 'ten' }", ""},
			{"const next: string | null", "const next: string", ""},
		},
		{
			{"note.id === made", "note.ident === made", ""},
			{"refused.error, 'an", "refused.errors, 'an", ""},
		},
		{{"api.GET('/api/v1/notes'", "api.GET('/api/v1/note'", ""}},
	} {
		a.mustNotCompile(t, mistakes)
	}
}

// mistake is something in app.ts and what is put in its place; shows is where
// the compiler finds it, if that is another line.
type mistake struct{ is, instead, shows string }

// mustNotCompile puts mistakes into the app. Each must be found where it is.
func (a typedApp) mustNotCompile(t *testing.T, mistakes []mistake) {
	t.Helper()
	app, err := os.ReadFile("typescript/app.ts")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(app), "\n")
	number := func(text string) int {
		at := slices.IndexFunc(lines, func(line string) bool { return strings.Contains(line, text) })
		if at < 0 {
			t.Fatalf("app.ts has no %q", text)
		}
		return at
	}
	var want []int
	for _, m := range mistakes {
		at := number(m.is)
		lines[at] = strings.Replace(lines[at], m.is, m.instead, 1)
		if m.shows != "" {
			at = number(m.shows)
		}
		want = append(want, at+1)
	}
	a.write(t, "app.ts", strings.Join(lines, "\n"))
	out, err := a.run("typescript/bin/tsc", "-p", ".", "--noEmit")
	if err == nil {
		t.Fatal("an app full of mistakes compiles")
	}
	for _, line := range want {
		if !regexp.MustCompile(`(?m)^app\.ts\(` + strconv.Itoa(line) + `,`).MatchString(out) {
			t.Errorf("nothing is wrong with line %d: %s\n%s", line, lines[line-1], out)
		}
	}
}
