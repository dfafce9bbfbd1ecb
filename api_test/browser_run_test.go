package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/postern-dev/postern/config"
	"github.com/postern-dev/postern/devtenant"
)

// browser is where the browser is and what it is shown.
type browser struct {
	node, chromium string
	app, foreign   string // the origins of the two pages
	tenant         *devtenant.Tenant
	issuer         string
}

func newBrowser(t *testing.T) *browser {
	t.Helper()
	node, missing := exec.LookPath("node")
	require(t, "Node.js", "apt install nodejs npm", missing)
	chromium, missing := exec.LookPath(orElse(os.Getenv("CHROMIUM"), "/usr/bin/chromium"))
	require(t, "Chromium", "apt install chromium, or say in CHROMIUM where it is", missing)
	_, missing = os.Stat("browser/node_modules/playwright-core")
	require(t, "playwright-core", "run `npm ci` in api_test/browser", missing)

	b := &browser{node: node, chromium: chromium, app: newPage(t), foreign: newPage(t)}
	b.startTenant(t)
	return b
}

// newPage serves the page and returns its origin. It says localhost, so that
// the API on 127.0.0.1 is another site and not only another port.
func newPage(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.FileServer(http.Dir("browser/page")))
	t.Cleanup(server.Close)
	return asLocalhost(server)
}

func asLocalhost(server *httptest.Server) string {
	return strings.Replace("http://"+server.Listener.Addr().String(), "127.0.0.1", "localhost", 1)
}

func (b *browser) startTenant(t *testing.T, changes ...func(*devtenant.Options)) {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	t.Cleanup(server.Close)
	b.issuer = asLocalhost(server) + "/"
	options := devtenant.Options{Issuer: b.issuer}
	for _, change := range changes {
		change(&options)
	}
	var err error
	if b.tenant, err = devtenant.New(options); err != nil {
		t.Fatal(err)
	}
	server.Config.Handler = overheard(b.tenant.Handler())
	server.Start()
}

func (b *browser) token(t *testing.T, user string) string {
	t.Helper()
	token, _, err := b.tenant.Mint(devtenant.MintRequest{User: user})
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// welcome lets the page call a server, with tokens of the tenant.
func (b *browser) welcome(s *config.Settings) {
	s.Origins = []string{b.app}
	s.Issuers = []config.Issuer{{URL: b.issuer, Audiences: []string{devtenant.DefaultAudience}, Algorithms: []string{"RS256"}}}
}

// report is a line that run.mjs prints.
type report struct {
	Name   string `json:"name"`
	OK     bool   `json:"ok"`
	Detail struct {
		Status int               `json:"status"`
		Header map[string]string `json:"header"` // as far as the script may read it
		Body   string            `json:"body"`
		Error  string            `json:"error"`
		Text   string            `json:"text"` // of a complaint
		URL    string            `json:"url"`
	} `json:"detail"`
}

// run makes the calls and returns what was seen, by name, and what the browser
// complained about.
func (b *browser) run(t *testing.T, calls []pageCall) (seen map[string]*report, complaints []report) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var out, errs bytes.Buffer
	command := exec.CommandContext(ctx, b.node, "run.mjs")
	command.Dir = "browser"
	command.Env = append(os.Environ(), "CHROMIUM="+b.chromium)
	command.Stdin, command.Stdout, command.Stderr = b.script(calls), &out, &errs
	// Told to stop, the script takes the browser along; killed, it cannot.
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.WaitDelay = 5 * time.Second
	if err := command.Run(); err != nil {
		t.Errorf("run.mjs: %v\n%s", err, &errs)
	}
	seen = map[string]*report{}
	for lines := json.NewDecoder(&out); lines.More(); {
		var r report
		if err := lines.Decode(&r); err != nil {
			t.Fatalf("run.mjs printed no JSON: %v", err)
		}
		if r.Name == "console" {
			complaints = append(complaints, r)
			continue
		}
		seen[r.Name] = &r
	}
	return seen, complaints
}

// script writes the calls as run.mjs reads them.
func (b *browser) script(calls []pageCall) io.Reader {
	var script []map[string]any
	for _, c := range calls {
		script = append(script, map[string]any{"name": c.name, "page": orElse(c.page, b.app), "request": c.request()})
	}
	return strings.NewReader(mustJSON(script))
}

// request is the call in the words of fetch.
func (c pageCall) request() map[string]any {
	header := map[string]string{}
	for name, values := range c.call.Header {
		header[name] = values[0]
	}
	if c.call.Token != "" {
		header["Authorization"] = "Bearer " + c.call.Token
	}
	request := map[string]any{"url": c.server.URL + c.call.Path, "method": c.method(), "headers": header}
	if c.call.Body != "" {
		request["body"] = c.call.Body
	}
	if c.size > 0 {
		request["size"] = c.size
	}
	if c.credentials != "" {
		request["credentials"] = c.credentials
	}
	if c.want.status == http.StatusTooManyRequests {
		request["until"] = c.want.status
	}
	return request
}

func orElse(text, fallback string) string {
	if text == "" {
		return fallback
	}
	return text
}
