package api_test

import (
	"encoding/json"
	"net"
	"net/http"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/postern-dev/postern/auth/authtest"
)

// TestTheProgram runs the binary as a user does.
func TestTheProgram(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("signals are sent as on Unix")
	}
	t.Parallel()
	p := build(t, "")
	t.Run("its exit code tells how it went", p.testExitCodes)
	t.Run("its version can be read", p.testVersion)
	t.Run("it serves until it is told to stop", p.testServe)
	t.Run("a stop loses no line of its log", p.testLogAtStop)
	t.Run("in development it brings its own tenant", p.testDevelopment)
	t.Run("for production it can be built without the tenant", func(t *testing.T) {
		build(t, "nodev").testWithoutTenant(t)
	})
}

func (p *program) testExitCodes(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = taken.Close() })
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = free.Close()
	tenant := []string{"AUTH0_DOMAIN=tenant.eu.auth0.com", "AUTH0_AUDIENCE=https://api.example.com"}
	for _, tt := range []struct {
		name string
		env  []string
		args string
		code int
		says []string // on stderr
	}{
		{"serve without settings", nil, "serve", 2, []string{"AUTH0_DOMAIN", "AUTH0_AUDIENCE"}},
		{"serve without an audience", tenant[:1], "serve", 2, []string{"AUTH0_AUDIENCE"}},
		{"serve without an issuer", tenant[1:], "serve", 2, []string{"AUTH0_DOMAIN"}},
		{"serve with several mistakes", append(tenant, "POSTERN_RATE_LIMIT=many", "CLIENT_ORIGIN_URL=*", "POSTERN_ADDRESS=:1"), "serve", 2,
			[]string{"POSTERN_RATE_LIMIT", "CLIENT_ORIGIN_URL", "POSTERN_ADDRESS", "POSTERN_ADDR"}},
		{"serve with two issuers at odds", append(tenant, "POSTERN_ISSUER=https://other.example/"), "serve", 2, []string{"AUTH0_DOMAIN", "POSTERN_ISSUER"}},
		{"serve with an issuer in plain http", append(tenant[1:], "POSTERN_ISSUER=http://tenant.example/"), "serve", 2, []string{"POSTERN_ISSUER", "https"}},
		{"serve where somebody else listens", tenant, "serve --addr " + taken.Addr().String(), 1, []string{"POSTERN_ADDR"}},
		{"serve with a file that is not there", tenant, "serve --config nowhere.yaml", 2, []string{"nowhere.yaml"}},
		{"no command", nil, "", 2, []string{"postern --help"}},
		{"a command that is not there", nil, "frobnicate", 2, []string{"frobnicate"}},
		{"a flag that is not there", nil, "serve --frobnicate", 2, []string{"frobnicate"}},
		{"help", nil, "--help", 0, nil},
		{"help of a command", nil, "serve --help", 0, nil},
		{"development for other machines", nil, "dev --addr 0.0.0.0:0 --tenant-addr localhost:0", 2, []string{"0.0.0.0", "this machine only"}},
		{"development with a tenant for other machines", nil, "dev --addr localhost:0 --tenant-addr 0.0.0.0:0", 2, []string{"0.0.0.0", "this machine only"}},
		{"development on all of IPv6", nil, "dev --addr [::]:0 --tenant-addr localhost:0", 2, []string{"this machine only"}},
		{"development under another name", nil, "dev --addr example.com:0 --tenant-addr localhost:0", 2, []string{"example.com"}},
		{"development on no port", nil, "dev --addr localhost --tenant-addr localhost:0", 2, []string{"localhost:6060"}},
		{"a token where there is no tenant", nil, "token --tenant http://localhost:" + portOf(free) + "/", 1, []string{"postern dev"}},
		{"a token of a tenant on another machine", nil, "token --tenant https://tenant.example/", 1, []string{"tenant.example"}},
		{"the health of nobody", nil, "health --addr " + free.Addr().String(), 1, []string{"health"}},
		{"health with a wrong setting", []string{"POSTERN_ADDR=x"}, "health", 2, []string{"POSTERN_ADDR"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := p.run(t, tt.env, strings.Fields(tt.args)...)
			if got.code != tt.code {
				t.Errorf("exit code %d, want %d: %s", got.code, tt.code, got.stderr)
			}
			for _, text := range tt.says {
				if !strings.Contains(got.stderr, text) {
					t.Errorf("it does not say %q but: %s", text, got.stderr)
				}
			}
		})
	}
}

func portOf(l net.Listener) string {
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

func (p *program) testVersion(t *testing.T) {
	if got := p.run(t, nil, "version"); got.code != 0 || !strings.HasPrefix(got.stdout, "postern ") || !strings.Contains(got.stdout, runtime.Version()) {
		t.Errorf("got %+v", got)
	}
	var build struct {
		Go      string            `json:"go"`
		Modules map[string]string `json:"modules"`
	}
	got := p.run(t, nil, "version", "--json")
	if err := json.Unmarshal([]byte(got.stdout), &build); err != nil || build.Modules["github.com/gin-gonic/gin"] == "" {
		t.Errorf("got %+v: %v", got, err)
	}
}

func (p *program) testServe(t *testing.T) {
	issuer := authtest.NewIssuer(t)
	for name, signal := range map[string]syscall.Signal{"SIGTERM": syscall.SIGTERM, "SIGINT": syscall.SIGINT} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := p.begin(t, []string{
				"POSTERN_ISSUER=" + issuer.URL(), "AUTH0_AUDIENCE=" + issuer.Audience(), "CLIENT_ORIGIN_URL=" + app,
				"POSTERN_ADDR=127.0.0.1:0", "POSTERN_DRAIN_DELAY=0s",
			}, "serve")
			var listening struct{ Address string }
			decode(t, r.line(t, `"msg":"listening"`), &listening)
			s := &server{URL: "http://" + listening.Address, Issuer: issuer}
			s.waitReady(t)
			a := s.do(t, call{Path: protectedPath, Token: issuer.Token(nil)}.with("Origin", app))
			if a.Status != http.StatusOK {
				t.Errorf("a good token got %d %s", a.Status, a.Body)
			}
			mustBeReadable(t, a)
			s.mustRefuse(t, call{Path: protectedPath}, missing)
			for _, args := range [][]string{{"health", "--addr", listening.Address}, {"health", "--ready", "--addr", listening.Address}} {
				if got := p.run(t, nil, args...); got.code != 0 {
					t.Errorf("%v: %+v", args, got)
				}
			}
			if code := r.stop(t, signal); code != 0 {
				t.Errorf("exit code %d", code)
			}
			r.line(t, `"msg":"stopped"`)
		})
	}
}

// testLogAtStop stops the server right after its last answers, whose lines it
// has had no reason to write yet.
func (p *program) testLogAtStop(t *testing.T) {
	t.Parallel()
	issuer := authtest.NewIssuer(t)
	r := p.begin(t, []string{
		"POSTERN_ISSUER=" + issuer.URL(), "AUTH0_AUDIENCE=" + issuer.Audience(), "CLIENT_ORIGIN_URL=" + app,
		"POSTERN_ADDR=127.0.0.1:0", "POSTERN_ADMIN_ADDR=off", "POSTERN_DRAIN_DELAY=0s",
	}, "serve")
	var listening struct{ Address string }
	decode(t, r.line(t, `"msg":"listening"`), &listening)
	s := &server{URL: "http://" + listening.Address, Issuer: issuer}
	s.waitReady(t)
	var asked []string
	for range 20 { // fewer than 32 KiB, and than the limits of one address
		asked = append(asked, s.get(t, "/api/messages/public", "").Header.Get("X-Request-Id"))
	}
	if code := r.stop(t, syscall.SIGTERM); code != 0 {
		t.Errorf("exit code %d", code)
	}
	for _, id := range asked {
		if n := strings.Count(r.text, `"msg":"request","requestId":"`+id+`"`); id == "" || n != 1 {
			t.Errorf("the log has %d lines of the request %q, want one", n, id)
		}
	}
	if last := r.text[strings.LastIndex(strings.TrimSpace(r.text), "\n")+1:]; !strings.Contains(last, `"msg":"stopped"`) {
		t.Errorf("the last line is %s", last)
	}
}

var curlLine = regexp.MustCompile(`^curl -i (\S+)(?: -H '(Authorization): ([^']+)')?$`)

func (p *program) testDevelopment(t *testing.T) {
	ignored := []string{"AUTH0_DOMAIN=tenant.eu.auth0.com", "AUTH0_AUDIENCE=https://elsewhere.example.com"}
	r := p.begin(t, ignored, "dev", "--addr", "localhost:0", "--tenant-addr", "localhost:0", "--playground-addr", "localhost:0", "--origins", app)
	r.line(t, "More tokens")
	field := func(name string) string {
		return strings.TrimSpace(strings.TrimPrefix(r.line(t, "  "+name+" "), "  "+name))
	}
	s, tenant := &server{URL: field("API")}, field("Tenant")
	s.waitReady(t)
	for _, path := range []string{"/api/messages/public", "/api/messages/admin"} {
		t.Run("the banner's line works for "+path, func(t *testing.T) { mustWorkPasted(t, r.line(t, path)) })
	}
	for user, status := range map[string]int{"ada": 200, "grace": 403, "alan": 403} {
		t.Run(user+" comes as far as her or his rights go", func(t *testing.T) {
			got := p.run(t, nil, "token", "--tenant", tenant, "--user", user)
			if got.code != 0 {
				t.Fatalf("token: %+v", got)
			}
			token := strings.TrimSpace(got.stdout)
			s.mustAccept(t, call{Path: protectedPath, Token: token})
			if a := s.get(t, "/api/messages/admin", token); a.Status != status {
				t.Errorf("admin: got %d %s, want %d", a.Status, a.Body, status)
			}
			if a := s.get(t, "/api/v1/me", token); !strings.Contains(a.Body, `"auth0|`+user+`"`) {
				t.Errorf("me: %s", a.Body)
			}
		})
	}
	t.Run("a user who is not there has no token", func(t *testing.T) {
		if got := p.run(t, nil, "token", "--tenant", tenant, "--user", "mallory"); got.code != 1 || !strings.Contains(got.stderr, "ada") {
			t.Errorf("got %+v", got)
		}
	})
	t.Run("a refusal explains itself with values", func(t *testing.T) {
		stray := authtest.NewIssuer(t).Token(nil)
		if a := s.get(t, "/api/v1/me", stray); a.Problem.Code != "issuer_unknown" || !strings.Contains(a.Problem.Hint, tenant) {
			t.Errorf("got %s", a.Body)
		}
	})
	if code := r.stop(t, syscall.SIGTERM); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if got := p.run(t, nil, "token", "--tenant", tenant); got.code != 1 || !strings.Contains(got.stderr, "postern dev") {
		t.Errorf("after the end token says %+v", got)
	}
}

// mustWorkPasted sends what the line asks for, and runs it where there is a
// shell with curl.
func mustWorkPasted(t *testing.T, line string) {
	t.Helper()
	parts := curlLine.FindStringSubmatch(line)
	if parts == nil {
		t.Fatalf("the line has another form: %s", line)
	}
	request, err := http.NewRequest(http.MethodGet, parts[1], nil)
	if err != nil {
		t.Fatal(err)
	}
	if parts[2] != "" {
		request.Header.Set(parts[2], parts[3])
	}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Errorf("got %d", response.StatusCode)
	}
	if _, err := exec.LookPath("curl"); err != nil {
		t.Log("there is no curl to paste it for")
		return
	}
	output, err := exec.Command("sh", "-c", line).Output()
	if err != nil || !strings.HasPrefix(string(output), "HTTP/1.1 200 OK") || !strings.Contains(string(output), "\r\n\r\n{") {
		t.Errorf("curl printed %s (%v)", output, err)
	}
}

func (p *program) testWithoutTenant(t *testing.T) {
	for _, args := range []string{"dev", "token"} {
		if got := p.run(t, nil, args); got.code != 2 {
			t.Errorf("%s: %+v, want a command that is not there", args, got)
		}
	}
	if got := p.run(t, nil, "--help"); strings.Contains(got.stdout, "dev") || !strings.Contains(got.stdout, "serve") {
		t.Errorf("the help says: %s", got.stdout)
	}
	if got := p.run(t, nil, "serve"); got.code != 2 || !strings.Contains(got.stderr, "AUTH0_DOMAIN") {
		t.Errorf("serve: %+v", got)
	}
}
