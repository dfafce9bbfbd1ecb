package api_test

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// noRun is how many blocks of each document nobody runs or checks. The fence
// of such a block says why, and a new one has to be counted here, so that a
// block does not drop out unseen.
var noRun = map[string]int{
	"CONTRIBUTING.md":            1,
	"README.md":                  3,
	"docs/auth0.md":              4,
	"docs/calling-frameworks.md": 6,
	"docs/calling-mobile.md":     2,
	"docs/extending.md":          1,
	"docs/live.md":               1,
	"docs/moving.md":             4,
	"docs/performance.md":        1,
	"docs/postman.md":            2,
	"docs/reliability.md":        1,
	"docs/samples.md":            2,
	"docs/signing-out.md":        1,
	"docs/typescript.md":         1,
	"docs/upgrading.md":          2,
	"docs/scaling.md":            2,
}

// TestDocuments holds the documents to what they say. CONTRIBUTING.md has the
// rules for those who write them.
func TestDocuments(t *testing.T) {
	t.Parallel()
	docs := documents(t)
	t.Run("blocks that are not run are counted and say why", func(t *testing.T) { mustCountNoRun(t, docs) })
	t.Run("links lead somewhere", func(t *testing.T) {
		for _, d := range docs {
			d.mustLink(t)
		}
	})
	p := build(t, "")
	for _, d := range docs {
		t.Run(d.path, func(t *testing.T) {
			t.Parallel()
			d.mustWork(t, p)
		})
	}
}

// documents reads all that a newcomer may read, by their path from the root.
func documents(t *testing.T) (docs []*document) {
	t.Helper()
	paths, err := filepath.Glob("../*.md")
	if err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir("../docs", func(path string, _ os.DirEntry, err error) error {
		if strings.HasSuffix(path, ".md") {
			paths = append(paths, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		d, err := parseDocument(filepath.ToSlash(strings.TrimPrefix(path, ".."+string(filepath.Separator))), string(text))
		if err != nil {
			t.Error(err)
		}
		docs = append(docs, d)
	}
	return docs
}

func mustCountNoRun(t *testing.T, docs []*document) {
	seen := map[string]int{}
	for _, d := range docs {
		for _, b := range d.blocks {
			if !b.noRun {
				continue
			}
			seen[d.path]++
			if b.reason == "" {
				t.Errorf("%s: write why after the colon, such as `no-run: needs Docker`", b.at)
			}
		}
		if seen[d.path] != noRun[d.path] {
			t.Errorf("%s has %d blocks that are not run; noRun in docs_test.go says %d", d.path, seen[d.path], noRun[d.path])
		}
	}
	for path := range noRun {
		if !slices.ContainsFunc(docs, func(d *document) bool { return d.path == path }) {
			t.Errorf("%s is not there any more; noRun in docs_test.go counts its blocks", path)
		}
	}
}

// mustWork goes through the blocks as a reader does: from top to bottom, in one
// folder, with one server. A block that fails makes those below it worthless.
func (d *document) mustWork(t *testing.T, p *program) {
	r := &reader{program: p, folder: t.TempDir()}
	for i, b := range d.blocks {
		if b.noRun {
			continue
		}
		if b.file != "" {
			r.keep(b)
		}
		switch b.language {
		case "sh":
			if runtime.GOOS == "windows" {
				t.Skip("the blocks are written for a Unix shell")
			}
			r.run(t, b)
			r.compare(t, d.answerTo(i))
		case "json", "yaml", "js", "go":
			check[b.language](t, b)
		case "text", "diff", "mermaid":
		default:
			t.Errorf("%s: nobody can check a block of %q: take sh, json, yaml, js, go or text, or mark it `no-run: reason`", b.at, b.language)
		}
		if t.Failed() {
			return
		}
	}
}
