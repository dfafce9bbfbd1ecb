package api_test

import (
	"os"
	"strings"
	"syscall"
	"testing"
)

// playgroundStory lives through the playground as a newcomer does: the program
// as it is started by hand, its page, its tenant and its API, in a browser.
func playgroundStory(t *testing.T) {
	b := newBrowser(t)
	_, missing := os.Stat("browser/node_modules/axe-core")
	require(t, "axe-core", "run `npm ci` in api_test/browser", missing)
	p := build(t, "")
	for _, story := range []string{"using", "breaking", "stepping up"} {
		t.Run(story, func(t *testing.T) {
			at := p.develop(t, nil)
			b.tell(t, at.expect, "playground.mjs", at.playground, story)
		})
	}
}

// notesStory lives through the notes application of the playground with several
// people at once.
func notesStory(t *testing.T) {
	b := newBrowser(t)
	_, missing := os.Stat("browser/node_modules/axe-core")
	require(t, "axe-core", "run `npm ci` in api_test/browser", missing)
	at := build(t, "").develop(t, nil)
	b.tell(t, func(complaint report) bool {
		text := complaint.Detail.Text
		// A refused form, a refused save, an answer that was lost on purpose.
		return strings.HasPrefix(complaint.Detail.URL, at.api+"/api/v1/") &&
			(strings.Contains(text, "status of 422") || strings.Contains(text, "status of 412") || strings.Contains(text, "net::ERR_FAILED"))
	}, "notes.mjs", at.playground)
}

// origins are where the three servers of `postern dev` are.
type origins struct{ api, tenant, playground, admin string }

// develop runs `postern dev` until the test ends, on ports of its own.
func (p *program) develop(t *testing.T, env []string, args ...string) origins {
	t.Helper()
	ports := []string{"dev", "--memory", "--addr", "localhost:0", "--tenant-addr", "localhost:0", "--playground-addr", "localhost:0"}
	r := p.begin(t, env, append(ports, args...)...)
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
	return origins{api: r.place(t, "API"), tenant: r.place(t, "Tenant"), playground: r.place(t, "Playground")}
}

// place reads one of them.
func (r *running) place(t *testing.T, name string) string {
	t.Helper()
	return strings.TrimSuffix(strings.TrimSpace(strings.TrimPrefix(r.line(t, "  "+name+" "), "  "+name)), "/")
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

// inspectorStory watches in the inspector what a page sends, and what the
// browser keeps it from sending.
func inspectorStory(t *testing.T) {
	b := newBrowser(t)
	_, missing := os.Stat("browser/node_modules/axe-core")
	require(t, "axe-core", "run `npm ci` in api_test/browser", missing)
	at := build(t, "").develop(t, nil)
	b.tell(t, func(report) bool { return false }, "inspector.mjs", at.playground, at.api)
}
