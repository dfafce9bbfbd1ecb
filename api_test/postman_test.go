package api_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// run is what newman says of one run of a collection.
type run struct {
	Run struct {
		Stats struct {
			Assertions struct{ Total int }
		}
		Failures []struct {
			Source struct{ Name string }
			Error  struct{ Name, Message string }
		}
	}
}

// postmanStory runs the collection of a server from top to bottom, as
// Postman's users do, with a token that the environment's client fetches and
// with one that somebody pasted.
func postmanStory(t *testing.T) {
	if testing.Short() {
		t.Skip("newman takes its time, and the race detector sees none of it")
	}
	_, missing := exec.LookPath("node")
	require(t, "Node.js", "apt install nodejs", missing)
	_, missing = os.Stat("newman/node_modules/newman")
	require(t, "newman", "run `npm ci` in api_test/newman", missing)
	p := build(t, "")
	at := p.develop(t, nil)
	s := &server{URL: at.api}
	folder := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	document := s.get(t, "/openapi.json", "").Body
	list := write("collection.json", p.run(t, nil, "postman", "collection", "--from", write("openapi.json", document)).stdout)
	environment := write("environment.json", p.run(t, nil, "postman", "environment", "--dev").stdout)
	here := []string{list, "-e", environment, "--env-var", "baseUrl=" + at.api, "--env-var", "issuer=" + at.tenant + "/"}
	ada := strings.TrimSpace(p.run(t, nil, "token", "--tenant", at.tenant+"/", "--user", "ada").stdout)
	// One is the tenant's to call, four are for browsers with sessions, and some ask
	// for more than a token can have.
	operations := strings.Count(document, `"operationId":`) - 1 - 4 - len(strongRule.FindAllString(document, -1))
	for name, more := range map[string][]string{
		"a fetched token": {"--env-var", "eraseMyData=yes"},
		"a pasted token":  {"--env-var", "eraseMyData=yes", "--env-var", "accessToken=" + ada},
	} {
		got := newman(t, append(more, here...)...)
		for _, failure := range got.Run.Failures {
			t.Errorf("%s: %s: %s: %s", name, failure.Source.Name, failure.Error.Name, failure.Error.Message)
		}
		if stats := got.Run.Stats; stats.Assertions.Total != 2*operations {
			t.Errorf("%s: %+v, for %d operations", name, stats, operations)
		}
	}
	spared := newman(t, here...)
	if stats := spared.Run.Stats; len(spared.Run.Failures) > 0 || stats.Assertions.Total != 2*(operations-1) {
		t.Errorf("without a word nothing is erased, and all else is done: %+v", stats)
	}
	bad := newman(t, append([]string{"--env-var", "accessToken=x.y.z"}, here...)...)
	if len(bad.Run.Failures) < operations/2 || !strings.Contains(bad.Run.Failures[0].Error.Message, "token_malformed") {
		t.Errorf("with a bad token there are %d failures", len(bad.Run.Failures))
	}
}

var strongRule = regexp.MustCompile(`"x-postern-rule":\s*"[^"]*\{acr: `)

// newman runs a collection and returns its report.
func newman(t *testing.T, args ...string) (report run) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "report.json")
	args = append([]string{"newman/node_modules/newman/bin/newman.js", "run"}, args...)
	args = append(args, "--reporters", "json", "--reporter-json-export", path)
	out, failed := exec.CommandContext(t.Context(), "node", args...).CombinedOutput()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("newman: %v\n%s", failed, out)
	}
	if err := json.Unmarshal(text, &report); err != nil {
		t.Fatal(err)
	}
	return report
}
