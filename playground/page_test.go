package playground

import (
	"path"
	"regexp"
	"strings"
	"testing"
)

var reference = regexp.MustCompile(`(?:src|href)="(/[^"]+)"|from '(\.\.?/[^']+)'`)

// TestThePageHasAllThatItNamesAndNothingThatItDoesNot finds a module that was
// renamed, and one that nobody uses any more.
func TestThePageHasAllThatItNamesAndNothingThatItDoesNot(t *testing.T) {
	files, err := load()
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]bool{index: true}
	for from, file := range files {
		for _, found := range reference.FindAllStringSubmatch(string(file.content), -1) {
			name := found[1]
			if found[2] != "" {
				name = path.Join(path.Dir(from), found[2])
			}
			named[name] = true
			if _, ok := files[name]; !ok {
				t.Errorf("%s names %s, which is not there", from, name)
			}
		}
	}
	for name := range files {
		if !named[name] {
			t.Errorf("nothing names %s", name)
		}
	}
}

// TestThePageObeysItsPolicy finds what the browser would refuse to run, and
// what would turn the text of a token into markup.
func TestThePageObeysItsPolicy(t *testing.T) {
	files, err := load()
	if err != nil {
		t.Fatal(err)
	}
	for name, file := range files {
		for _, never := range []string{"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", " style=", "<style", "onclick=\"", "https://cdn"} {
			if strings.Contains(string(file.content), never) {
				t.Errorf("%s has %s", name, never)
			}
		}
	}
}
