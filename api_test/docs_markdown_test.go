package api_test

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// document is a Markdown file, as far as it can be checked.
type document struct {
	path    string // from the root of the repository
	blocks  []block
	anchors []string // of its headings
	links   []link
}

// block is a fenced block of code. Its fence says more than the language:
//
//	```sh no-run: needs Docker
//	```yaml postern.yaml
type block struct {
	at       string // file and line, for people
	language string
	file     string // the name under which the reader keeps it
	noRun    bool
	reason   string
	text     string
	// follows tells that nothing but blank lines stands between this block and
	// the one above.
	follows bool
}

type link struct{ at, target string }

var (
	fenceLine  = regexp.MustCompile("^( *)(`{3,}|~{3,})(.*)$")
	inlineLink = regexp.MustCompile(`\]\(([^()\s]+)\)`)
	inlineCode = regexp.MustCompile("`[^`]*`")
	marked     = regexp.MustCompile(`^(.*?)\bno-run(?::\s*(.*))?$`)
)

// parseDocument reads the little of CommonMark that the documents use.
func parseDocument(name, text string) (*document, error) {
	d := &document{path: name}
	var open *block
	var fence, indent string
	adjacent := false
	for i, line := range strings.Split(text, "\n") {
		at := fmt.Sprintf("%s:%d", name, i+1)
		parts := fenceLine.FindStringSubmatch(line)
		switch {
		case open != nil && parts != nil && parts[3] == "" && strings.HasPrefix(parts[2], fence):
			d.blocks = append(d.blocks, *open)
			open, adjacent = nil, true
		case open != nil:
			open.text += strings.TrimPrefix(line, indent) + "\n"
		case parts != nil:
			open = newBlock(at, parts[3])
			open.follows = adjacent
			indent, fence = parts[1], parts[2]
		case strings.TrimSpace(line) != "":
			adjacent = false
			d.prose(at, line)
		}
	}
	if open != nil {
		return d, fmt.Errorf("%s: the block is not closed", open.at)
	}
	return d, nil
}

func newBlock(at, info string) *block {
	b := &block{at: at}
	if parts := marked.FindStringSubmatch(info); parts != nil {
		b.noRun, b.reason, info = true, strings.TrimSpace(parts[2]), parts[1]
	}
	words := append(strings.Fields(info), "", "")
	b.language, b.file = words[0], words[1]
	return b
}

// prose takes the links and the headings from a line that is not code.
func (d *document) prose(at, line string) {
	if title := strings.TrimLeft(line, "#"); title != line && strings.HasPrefix(title, " ") {
		d.anchors = append(d.anchors, d.anchor(title))
	}
	for _, found := range inlineLink.FindAllStringSubmatch(inlineCode.ReplaceAllString(line, "code"), -1) {
		d.links = append(d.links, link{at, found[1]})
	}
}

// anchor is what GitHub makes of a heading, the second of a name with -1.
func (d *document) anchor(title string) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
			return unicode.ToLower(r)
		}
		return -1
	}, strings.TrimSpace(title))
	unique := name
	for n := 1; slices.Contains(d.anchors, unique); n++ {
		unique = fmt.Sprintf("%s-%d", name, n)
	}
	return unique
}

// mustLink follows the links that stay in the repository.
func (d *document) mustLink(t *testing.T) {
	for _, l := range d.links {
		if strings.Contains(l.target, ":") {
			continue
		}
		target, anchor, _ := strings.Cut(l.target, "#")
		to := d
		if target != "" {
			name := path.Join(path.Dir(d.path), target)
			if to = follow(t, l, name); to == nil {
				continue
			}
		}
		if anchor != "" && !slices.Contains(to.anchors, anchor) {
			t.Errorf("%s: %s has no heading #%s, only %q", l.at, to.path, anchor, to.anchors)
		}
	}
}

// follow opens what a link leads to; nil where that is no document.
func follow(t *testing.T, l link, name string) *document {
	t.Helper()
	file := filepath.Join("..", filepath.FromSlash(name))
	info, err := os.Stat(file)
	if err != nil {
		t.Errorf("%s: the link leads nowhere: %v", l.at, err)
		return nil
	}
	if info.IsDir() || !strings.HasSuffix(name, ".md") {
		return nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	d, _ := parseDocument(name, string(text))
	return d
}

func TestADocumentIsReadAsItIsWritten(t *testing.T) {
	d, err := parseDocument("x.md", "# A `b` c?\n\n## A b c\n[one](a.md#b) and `[no](link)`\n"+
		"```sh no-run: needs Docker\nx\n```\n\n```json\n{}\n```\ntext\n\n- in a list\n  ```yaml postern.yaml\n  a: b\n  ```\n")
	if err != nil {
		t.Fatal(err)
	}
	want := []block{
		{at: "x.md:5", language: "sh", noRun: true, reason: "needs Docker", text: "x\n"},
		{at: "x.md:9", language: "json", text: "{}\n", follows: true},
		{at: "x.md:15", language: "yaml", file: "postern.yaml", text: "a: b\n"},
	}
	if !slices.Equal(d.blocks, want) {
		t.Errorf("got %+v\nwant %+v", d.blocks, want)
	}
	if !slices.Equal(d.anchors, []string{"a-b-c", "a-b-c-1"}) || !slices.Equal(d.links, []link{{"x.md:4", "a.md#b"}}) {
		t.Errorf("got %q and %q", d.anchors, d.links)
	}
	if _, err := parseDocument("x.md", "```sh\n"); err == nil {
		t.Error("a block without an end is none")
	}
}
