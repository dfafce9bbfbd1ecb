//go:build !nodev

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/postern-dev/postern/config"
)

// called runs a command within the test.
func called(t *testing.T, env map[string]string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	t.Chdir(t.TempDir())
	var out, err bytes.Buffer
	var environ []string
	for name, value := range env {
		environ = append(environ, name+"="+value)
	}
	code = run(args, process{t.Context(), func(name string) string { return env[name] }, environ, strings.NewReader(""), &out, &err})
	return code, out.String(), err.String()
}

func TestTheExitCodeSaysWhoseMistakeItIs(t *testing.T) {
	for _, tt := range []struct {
		name string
		err  error
		code int
	}{
		{"none", nil, 0},
		{"a setting", config.Mistakes{{Source: "POSTERN_ADDR", Problem: "is wrong"}}, exitUsage},
		{"a setting, wrapped", fmt.Errorf("start: %w", config.Mistakes{{Source: "POSTERN_ADDR"}}), exitUsage},
		{"the command line", usageError{errors.New("address x")}, exitUsage},
		{"anything else", errors.New("the disk is full"), exitFailed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var said bytes.Buffer
			if got := exitCode(tt.err, &said); got != tt.code {
				t.Errorf("got %d, want %d", got, tt.code)
			}
			if (said.Len() > 0) != (tt.err != nil) {
				t.Errorf("it says %q", said.String())
			}
		})
	}
}

func TestEveryCommandHasHelpWithAnExample(t *testing.T) {
	for _, command := range []string{"serve", "export", "import", "backup", "version", "health", "check", "explain", "auth0 terraform", "auth0 deploy", "dev", "token"} {
		t.Run(command, func(t *testing.T) {
			code, stdout, stderr := called(t, nil, append(strings.Fields(command), "--help")...)
			if code != 0 || !strings.Contains(stdout, "Example") || stderr != "" {
				t.Errorf("%d %s %s", code, stdout, stderr)
			}
		})
	}
}

func TestServeReportsAllMistakesAtOnce(t *testing.T) {
	code, _, stderr := called(t, map[string]string{"POSTERN_RATE_LIMIT": "x", "POSTERN_MAX_BODY": "y", "AUTH0_DOMAIN": "https://a b"}, "serve")
	for _, name := range []string{"POSTERN_RATE_LIMIT", "POSTERN_MAX_BODY", "AUTH0_DOMAIN"} {
		if !strings.Contains(stderr, name) {
			t.Errorf("%s is not reported: %s", name, stderr)
		}
	}
	if code != exitUsage {
		t.Errorf("exit code %d", code)
	}
}

func TestAServerThatListensEverywhereIsAskedOnLoopback(t *testing.T) {
	for addr, want := range map[string]string{
		":6060": "127.0.0.1:6060", "0.0.0.0:6060": "127.0.0.1:6060", "[::]:6060": "127.0.0.1:6060",
		"127.0.0.1:6060": "127.0.0.1:6060", "[::1]:6060": "[::1]:6060", "localhost:6060": "localhost:6060",
		"10.1.2.3:80": "10.1.2.3:80", "nonsense": "nonsense",
	} {
		if got := reachable(addr); got != want {
			t.Errorf("%s is asked at %s, want %s", addr, got, want)
		}
	}
}

func TestHealthIsAskedForWhereTheSettingsSay(t *testing.T) {
	asked := ""
	status := http.StatusOK
	stub := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = r.URL.Path
		w.WriteHeader(status)
	}))
	defer stub.Close()
	addr := stub.Listener.Addr().String()
	for _, tt := range []struct {
		args   []string
		status int
		path   string
		code   int
	}{
		{[]string{"health"}, 200, "/healthz", 0},
		{[]string{"health", "--ready"}, 200, "/readyz", 0},
		{[]string{"health", "--ready"}, 503, "/readyz", exitFailed},
		{[]string{"health"}, 500, "/healthz", exitFailed},
	} {
		t.Run(fmt.Sprint(tt.args, tt.status), func(t *testing.T) {
			asked, status = "", tt.status
			code, _, stderr := called(t, map[string]string{"POSTERN_ADDR": addr}, tt.args...)
			if code != tt.code || asked != tt.path {
				t.Errorf("exit code %d, asked %q: %s", code, asked, stderr)
			}
		})
	}
}

func TestAHealthThatHangsIsNone(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := askHealth(ctx, "http://127.0.0.1:1/healthz"); err == nil {
		t.Error("nobody answered and that is health")
	}
}

func TestListeningPortIsTheSameOnBothLoopbacks(t *testing.T) {
	listeners, err := listenLocally("localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = closeAll(listeners) }()
	for _, l := range listeners {
		if addr := l.Addr().(*net.TCPAddr); !addr.IP.IsLoopback() || portOf(l) != portOf(listeners[0]) {
			t.Errorf("it listens on %v", addr)
		}
	}
	if len(listeners) != len(bothLoopbacks()) {
		t.Errorf("%d listeners for %d loopbacks", len(listeners), len(bothLoopbacks()))
	}
}

func TestDevelopmentListensOnThisMachineOnly(t *testing.T) {
	for _, addr := range []string{
		"0.0.0.0:0", "[::]:0", "10.0.0.1:0", "192.168.0.1:0", "example.com:0", "localhost.example.com:0", "127.0.0.1.example.com:0",
		"localhost", "", "[::ffff:8.8.8.8]:0", "0:0", "127.1:0", "*:0",
	} {
		t.Run(addr, func(t *testing.T) {
			listeners, err := listenLocally(addr)
			var usage usageError
			if !errors.As(err, &usage) {
				t.Errorf("got %v", err)
			}
			_ = closeAll(listeners)
		})
	}
	for _, addr := range []string{"127.0.0.1:0", ":0"} {
		t.Run(addr+" is this machine", func(t *testing.T) {
			listeners, err := listenLocally(addr)
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range listeners {
				if !l.Addr().(*net.TCPAddr).IP.IsLoopback() {
					t.Errorf("it listens on %v", l.Addr())
				}
			}
			_ = closeAll(listeners)
		})
	}
}

func TestAPortThatIsTakenIsExplained(t *testing.T) {
	listeners, err := listenLocally("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = closeAll(listeners) }()
	_, err = listenLocally(listeners[0].Addr().String())
	if err == nil || !strings.Contains(err.Error(), "--tenant-addr") {
		t.Errorf("got %v", err)
	}
}
