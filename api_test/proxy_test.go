package api_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/postern-dev/postern/config"
)

const deployment = "../examples/deploy/"

// nginxAround is what a machine has around a server block.
const nginxAround = `daemon off; pid nginx.pid; error_log stderr warn;
events { worker_connections 256; }
http {
	access_log off; client_body_temp_path body; proxy_temp_path proxy;
	fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
	include postern.conf;
}
`

// proxied is a server behind nginx.
type proxied struct {
	*server
	address string // of nginx
	roots   *x509.CertPool
}

// behindNginx runs nginx with the example's configuration before the server.
func behindNginx(t *testing.T, s *server) proxied {
	t.Helper()
	program, missing := exec.LookPath("nginx")
	if missing != nil {
		program, missing = exec.LookPath("/usr/sbin/nginx") // not in everybody's PATH
	}
	require(t, "nginx", "install the package nginx-light", missing)
	p := proxied{server: s, address: freeAddress(t)}
	folder := t.TempDir()
	p.roots = writeCertificate(t, folder)
	text, err := os.ReadFile(deployment + "nginx.conf")
	if err != nil {
		t.Fatal(err)
	}
	here := strings.NewReplacer("listen 443 ", "listen "+p.address+" ", "127.0.0.1:6060", strings.TrimPrefix(s.URL, "http://"),
		"/etc/ssl/certs/api.example.com.pem", folder+"/cert.pem", "/etc/ssl/private/api.example.com.key", folder+"/key.pem").Replace(string(text))
	around := nginxAround
	if os.Geteuid() == 0 {
		around = "user root; " + around // the folder is ours alone
	}
	for name, text := range map[string]string{"nginx.conf": around, "postern.conf": here} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	args := []string{"-p", folder, "-c", folder + "/nginx.conf", "-e", "stderr"}
	if said, err := exec.Command(program, append(args, "-t")...).CombinedOutput(); err != nil || strings.Contains(string(said), "[warn]") {
		t.Fatalf("nginx -t: %v\n%s", err, said)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	t.Cleanup(cancel)
	command := exec.CommandContext(ctx, program, args...)
	var said bytes.Buffer
	command.Stderr = &said
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Signal(syscall.SIGTERM)
		_ = command.Wait()
		if t.Failed() {
			t.Logf("nginx said: %s", &said)
		}
	})
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if c, err := net.Dial("tcp", p.address); err == nil {
			_ = c.Close()
			return p
		}
	}
	t.Fatalf("nginx does not listen: %s", &said)
	return p
}

// writeCertificate writes one for api.example.com, and returns who trusts it.
func writeCertificate(t *testing.T, folder string) *x509.CertPool {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"api.example.com"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for name, block := range map[string]*pem.Block{"cert.pem": {Type: "CERTIFICATE", Bytes: certificate}, "key.pem": {Type: "PRIVATE KEY", Bytes: private}} {
		if err := os.WriteFile(filepath.Join(folder, name), pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	roots := x509.NewCertPool()
	parsed, err := x509.ParseCertificate(certificate)
	if err != nil {
		t.Fatal(err)
	}
	roots.AddCert(parsed)
	return roots
}

// from is a client at an address of this machine's own.
func (p proxied) from(address string) *http.Client {
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}}
	return &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, "tcp", p.address)
		},
		TLSClientConfig:   &tls.Config{RootCAs: p.roots},
		ForceAttemptHTTP2: true,
	}}
}

// ask sends a call through nginx, from an address of this machine's own.
func (p proxied) ask(t *testing.T, from string, c call) answer {
	t.Helper()
	client := p.from(from)
	defer client.CloseIdleConnections()
	return p.send(t, client, c)
}

func (p proxied) send(t *testing.T, client *http.Client, c call) answer {
	t.Helper()
	request := p.request(t, c)
	request.URL.Scheme, request.URL.Host = "https", "api.example.com"
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.ProtoMajor != 2 {
		t.Errorf("HTTP/%d, %v", response.ProtoMajor, err)
	}
	a := answer{Status: response.StatusCode, Header: response.Header, Body: string(body)}
	if strings.HasPrefix(response.Header.Get("Content-Type"), "application/problem+json") {
		decode(t, a.Body, &a.Problem)
	}
	return a
}

// nginxBefore is how a server is set up before which nginx stands.
func nginxBefore(s *config.Settings) {
	s.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
	s.PublicURL = "https://api.example.com"
}

// TestBehindNginx sends what matters through the proxy of the example.
func TestBehindNginx(t *testing.T) {
	t.Parallel()
	s := startDeclared(t, nginxBefore)
	p := behindNginx(t, s)
	token := s.Issuer.Token(nil)
	json := func(body string) call {
		return call{Method: "POST", Path: "/api/v1/notes", Token: token, Body: body}.with("Content-Type", "application/json").with("Origin", app)
	}
	t.Run("a page can read what it is answered", func(t *testing.T) {
		for _, tt := range []struct {
			call   call
			status int
			code   string
		}{
			{json(`{"title":"milk"}`), 201, ""},
			{json(`{"title":"` + strings.Repeat("x", 1<<20+1) + `"}`), 413, "body_too_large"},
			{call{Path: "/api/v1/me", Token: token}.with("Origin", app).with("X-Large", strings.Repeat("x", 40<<10)), 431, "headers_too_large"},
			{call{Path: "/api/v1/me", Token: "x"}.with("Origin", app), 401, "token_opaque"},
			{call{Method: "OPTIONS", Path: "/api/v1/me"}.with("Origin", app).with("Access-Control-Request-Method", "GET"), 204, ""},
		} {
			a := p.ask(t, "127.0.0.1", tt.call)
			if a.Status != tt.status || a.Problem.Code != tt.code {
				t.Errorf("%s %s: %d %.200s, want %d %s", tt.call.Method, tt.call.Path, a.Status, a.Body, tt.status, tt.code)
			}
			if got := a.Header.Values("Access-Control-Allow-Origin"); len(got) != 1 || got[0] != app {
				t.Errorf("%d: a page reads it if %v", a.Status, got)
			}
		}
	})
	t.Run("whoever claims an address is counted by the real one", testClaims)
	t.Run("followers hear of changes at once", func(t *testing.T) { p.testStream(t, token, json) })
}

// testClaims has an address send three requests at a limit of two, each with
// another claim. A slow machine may take so long that the budget comes back, and
// then another address tries; were claims believed, none would ever be refused.
func testClaims(t *testing.T) {
	p := behindNginx(t, startDeclared(t, nginxBefore, narrow))
	refused := false
	for round := 1; round <= 100 && !refused; round++ {
		client := p.from(fmt.Sprintf("127.0.1.%d", round))
		for n := range 3 {
			c := call{Path: "/api/messages/public"}.with("X-Forwarded-For", fmt.Sprintf("203.0.113.%d, 203.0.113.%d", n, n))
			refused = p.send(t, client, c).Status == http.StatusTooManyRequests
		}
		client.CloseIdleConnections()
	}
	if !refused {
		t.Error("an address that claims to be many is never refused")
	}
	if a := p.ask(t, "127.0.0.3", call{Path: "/api/messages/public"}); a.Status != http.StatusOK || !strings.HasPrefix(a.Header.Get("RateLimit"), `"default";r=1;`) {
		t.Errorf("clients are not told apart: %d with %s left", a.Status, a.Header.Get("RateLimit"))
	}
}

func (p proxied) testStream(t *testing.T, token string, json func(string) call) {
	request := p.request(t, call{Path: "/api/v1/notes/changes", Token: token}.with("Accept", "text/event-stream"))
	request.URL.Scheme, request.URL.Host = "https", "api.example.com"
	response, err := p.from("127.0.0.1").Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	came := make(chan string, 100)
	go func() {
		for lines := bufio.NewScanner(response.Body); lines.Scan(); {
			came <- lines.Text()
		}
	}()
	await := func(text string) {
		t.Helper()
		for deadline := time.After(5 * time.Second); ; {
			select {
			case line := <-came:
				if strings.Contains(line, text) {
					return
				}
			case <-deadline:
				t.Fatalf("%q did not come: it is held back", text)
			}
		}
	}
	await("retry:")
	p.ask(t, "127.0.0.1", json(`{"title":"through nginx"}`))
	await("through nginx")
}
