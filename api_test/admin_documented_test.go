package api_test

import (
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
)

var documentedMetric = regexp.MustCompile("`(postern_[a-z_]+)`")

// TestEachMeasurementIsDocumented compares docs/operating.md with what servers
// tell.
func TestEachMeasurementIsDocumented(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../docs/operating.md")
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		if cells := strings.Split(line, "|"); len(cells) > 3 {
			for _, name := range documentedMetric.FindAllStringSubmatch(cells[1], -1) {
				said[name[1]] = true
			}
		}
	}
	told := map[string]bool{}
	for _, s := range startMeasured(t) {
		_, body, _ := s.askAdmin("/metrics", "", http.Header{})
		for line := range strings.Lines(body) {
			if words := strings.Fields(line); words[0] == "#" && words[1] == "TYPE" && strings.HasPrefix(words[2], "postern_") {
				told[words[2]] = true
			}
		}
	}
	for name := range told {
		if !said[name] {
			t.Errorf("%s is not documented", name)
		}
	}
	for name := range said {
		if !told[name] {
			t.Errorf("%s is documented, and no server tells it", name)
		}
	}
	if len(told) < 30 {
		t.Errorf("servers tell only %v", told)
	}
}
