package api_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// anywhere lets `postern dev` choose its ports.
var anywhere = []string{"dev", "--addr", "localhost:0", "--tenant-addr", "localhost:0", "--playground-addr", "localhost:0"}

// TestDevelopmentData starts the program as somebody does who tries it with
// documents.
func TestDevelopmentData(t *testing.T) {
	t.Parallel()
	p := build(t, "")
	t.Run("documents outlive the server", p.testDocumentsStay)
	t.Run("a second one is told that the file is in use", p.testTwoAtOnce)
	t.Run("a file of json-server is served", p.testDatabaseFile)
}

func (p *program) testDocumentsStay(t *testing.T) {
	const path = "/api/v1/announcements"
	for _, want := range []int{1, 2} {
		r := p.begin(t, nil, anywhere...)
		s := &server{URL: r.origins(t).api}
		s.waitReady(t)
		a := s.get(t, path, "")
		if got := strings.Count(a.Body, `"id"`); a.Status != http.StatusOK || got != want {
			t.Errorf("got %d with %d documents, want %d: %s", a.Status, got, want, a.Body)
		}
		token := strings.TrimSpace(p.run(t, nil, "token", "--tenant", r.origins(t).tenant+"/").stdout)
		if a := s.do(t, call{Method: "POST", Path: path, Token: token, Body: `{"title":"More"}`}.with("Content-Type", "application/json")); a.Status != http.StatusCreated {
			t.Errorf("ada announces and gets %d %s", a.Status, a.Body)
		}
		if code := r.stop(t, syscall.SIGINT); code != 0 {
			t.Errorf("exit code %d", code)
		}
	}
}

func (p *program) testTwoAtOnce(t *testing.T) {
	r := p.begin(t, nil, anywhere...)
	r.origins(t)
	second := p.run(t, nil, anywhere...)
	if second.code != 1 || !strings.Contains(second.stderr, "--memory") || !strings.Contains(second.stderr, "dev.db") {
		t.Errorf("got %+v", second)
	}
	r.stop(t, syscall.SIGINT)
}

func (p *program) testDatabaseFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "db.json")
	if err := os.WriteFile(file, []byte(`{"posts":[{"id":1,"title":"Hello"}]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	r := p.begin(t, nil, append([]string{"dev", file}, anywhere[1:]...)...)
	s := &server{URL: r.origins(t).api}
	s.waitReady(t)
	r.line(t, "  posts:") // of the postern.yaml to keep
	mustWorkPasted(t, r.line(t, "/api/v1/posts"))
	if a := s.get(t, "/api/v1/posts", ""); a.Problem.Code != "token_missing" {
		t.Errorf("who is not signed in gets %d %s", a.Status, a.Body)
	}
	r.stop(t, syscall.SIGINT)
}
