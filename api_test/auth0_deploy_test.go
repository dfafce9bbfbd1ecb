package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/postern-dev/postern/auth0"
)

const deployCLI = "deploy/node_modules/auth0-deploy-cli"

// hostileSetup has in it what the languages of the tools give a meaning to. The
// environment of the CLI has a HOME.
func hostileSetup() auth0.Setup {
	return auth0.Setup{
		Name: `Nö"tes ${x} ##HOME## @@HOME@@ \`, Audience: "https://api.example.com",
		Pages: []string{"https://app.example.com", "http://localhost:5173/notes"}, TestClient: true,
		Scopes: []auth0.Scope{
			{Name: "write:notes", Description: "Create \"${x}\" %{if true}\nnotes: - 'a' # ##HOME## \u0085 \u202e é 😀 \\"},
			{Name: "##HOME##", Description: "@@HOME@@"},
			{Name: "$${a}%{b}", Description: "null"},
			{Name: "read:notes"},
		},
	}
}

// management is as much of Auth0's Management API as the CLI uses for what we
// write: lists to which it adds.
type management struct {
	mu     sync.Mutex
	lists  map[string][]map[string]any
	others []string // requests that nobody foresaw
}

func (m *management) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m.mu.Lock()
	defer m.mu.Unlock()
	kind := strings.TrimPrefix(r.URL.Path, "/api/v2/")
	w.Header().Set("Content-Type", "application/json")
	switch r.Method + " " + kind {
	case "POST resource-servers", "POST clients", "POST client-grants":
		var body map[string]any
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			m.others = append(m.others, err.Error())
		}
		m.lists[kind] = append(m.lists[kind], body)
		answer := map[string]any{"id": fmt.Sprint(kind, len(m.lists[kind])), "client_id": fmt.Sprint("id", len(m.lists[kind]))}
		for name, value := range body {
			if name != "client_id" {
				answer[name] = value
			}
		}
		w.WriteHeader(http.StatusCreated)
		_, _ = w.Write([]byte(mustJSON(answer)))
	case "GET resource-servers", "GET clients", "GET client-grants":
		var items []map[string]any
		for i, body := range m.lists[kind] {
			items = append(items, map[string]any{"name": body["name"], "client_id": fmt.Sprint("id", i+1)})
		}
		_, _ = w.Write([]byte(mustJSON(map[string]any{strings.ReplaceAll(kind, "-", "_"): append([]map[string]any{}, items...),
			"total": len(items), "start": 0, "limit": 100})))
	default:
		m.others = append(m.others, r.Method+" "+r.URL.Path)
		w.WriteHeader(http.StatusNotFound)
	}
}

// TestDeployCLI has Auth0's own CLI read what we write, check it by its schema
// and send it to a tenant.
func TestDeployCLI(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("the CLI takes half a minute to compile its schemas, and the race detector sees none of it")
	}
	node, missing := exec.LookPath("node")
	require(t, "Node.js", "apt install nodejs npm", missing)
	_, missing = os.Stat(deployCLI)
	require(t, "auth0-deploy-cli", "run `npm ci` in api_test/deploy", missing)
	_, missing = exec.Command(node, "-e", "process.exit(parseFloat(process.versions.node) < 20 ? 1 : 0)").Output()
	require(t, "Node.js 20", "install a newer one: Auth0's deploy CLI asks for it", missing)
	setup := hostileSetup()
	tenant := &management{lists: map[string][]map[string]any{}}
	deploy(t, node, tenant, setup)

	if len(tenant.others) > 0 || len(tenant.lists["resource-servers"]) != 1 || len(tenant.lists["clients"]) != 2 || len(tenant.lists["client-grants"]) != 1 {
		t.Fatalf("the CLI sent %v and %v", tenant.lists, tenant.others)
	}
	api, page, tests := tenant.lists["resource-servers"][0], tenant.lists["clients"][0], tenant.lists["clients"][1]
	for _, tt := range []struct {
		what      string
		got, want any
	}{
		{"the API's name", api["name"], setup.Name + " API"},
		{"identifier", api["identifier"], setup.Audience},
		{"algorithm", api["signing_alg"], "RS256"},
		{"RBAC", api["enforce_policies"], true},
		{"dialect", api["token_dialect"], "access_token_authz"},
		{"scopes", scopesSent(api), map[string]string{"##HOME##": "@@HOME@@", "$${a}%{b}": "null", "read:notes": "",
			"write:notes": "Create \"${x}\" %{if true} notes: - 'a' # ##HOME## \u202e é 😀 \\"}},
		{"the page's name", page["name"], setup.Name},
		{"kind", page["app_type"], "spa"},
		{"callbacks", page["callbacks"], []any{"https://app.example.com", "https://app.example.com/callback", "http://localhost:5173/notes", "http://localhost:5173/notes/callback"}},
		{"web origins", page["web_origins"], []any{"https://app.example.com", "http://localhost:5173"}},
		{"rotation", page["refresh_token"].(map[string]any)["rotation_type"], "rotating"},
		{"the name of the client for tests", tests["name"], setup.Name + " tests"},
		{"its grant", tenant.lists["client-grants"][0], map[string]any{"client_id": "id2", "audience": setup.Audience,
			"scope": []any{"##HOME##", "$${a}%{b}", "read:notes", "write:notes"}}},
	} {
		if !reflect.DeepEqual(tt.got, tt.want) {
			t.Errorf("%s: %#v, want %#v", tt.what, tt.got, tt.want)
		}
	}
}

func scopesSent(api map[string]any) map[string]string {
	sent := map[string]string{}
	for _, item := range api["scopes"].([]any) {
		scope := item.(map[string]any)
		sent[scope["value"].(string)] = scope["description"].(string)
	}
	return sent
}

// deploy runs the CLI as the guide says, against a tenant on this machine.
func deploy(t *testing.T, node string, tenant http.Handler, setup auth0.Setup) {
	t.Helper()
	server := httptest.NewTLSServer(tenant)
	t.Cleanup(server.Close)
	folder := t.TempDir()
	text, err := setup.Deploy()
	if err != nil {
		t.Fatal(err)
	}
	authority := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	for name, data := range map[string][]byte{"tenant.yaml": text, "authority.pem": authority} {
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cli, err := filepath.Abs(deployCLI + "/lib/index.js")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, node, cli, "import", "--input_file", "tenant.yaml")
	command.Dir = folder
	command.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + folder, "AUTH0_DOMAIN=" + server.Listener.Addr().String(),
		"AUTH0_ACCESS_TOKEN=none", "NODE_EXTRA_CA_CERTS=" + filepath.Join(folder, "authority.pem")}
	output, err := command.CombinedOutput()
	if err != nil || !bytes.Contains(output, []byte("Import Successful")) {
		t.Fatalf("%v\n%s\n%s", err, output, text)
	}
}
