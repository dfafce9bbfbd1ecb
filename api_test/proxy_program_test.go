package api_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

const deployment = "../examples/deploy/"

// front is a proxy that may stand before Postern.
type front struct {
	name, from string // from is the package that has it
	// write puts its configuration into the folder, made of the example, and
	// returns the arguments that check it and those that run it.
	write func(t *testing.T, folder string, p proxied) (check, run []string)
}

var fronts = []front{
	{"nginx", "nginx-light", writeNginx},
	{"caddy", "caddy", writeCaddy},
}

// nginxAround is what a machine has around a server block.
const nginxAround = `daemon off; pid nginx.pid; error_log stderr warn;
events { worker_connections 256; }
http {
	access_log off; client_body_temp_path body; proxy_temp_path proxy;
	fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
	include postern.conf;
}
`

func writeNginx(t *testing.T, folder string, p proxied) (check, run []string) {
	around := nginxAround
	if os.Geteuid() == 0 {
		around = "user root; " + around // the folder is ours alone
	}
	writeFile(t, folder, "nginx.conf", around)
	writeFile(t, folder, "postern.conf", strings.NewReplacer("listen 443 ", "listen "+p.address+" ", "listen 80;", "listen "+p.clear+";", "127.0.0.1:6060", p.upstream(),
		"/etc/ssl/certs/api.example.com.pem", folder+"/cert.pem", "/etc/ssl/private/api.example.com.key", folder+"/key.pem").
		Replace(readFile(t, deployment+"nginx.conf")))
	run = []string{"-p", folder, "-c", folder + "/nginx.conf", "-e", "stderr"}
	return append([]string{"-t"}, run...), run
}

// writeCaddy has Caddy keep to this machine: a certificate of ours, and no other
// port than the one that it is given.
func writeCaddy(t *testing.T, folder string, p proxied) (check, run []string) {
	around := "{\n\tadmin off\n\thttp_port " + port(t, p.clear) + "\n\thttps_port " + port(t, p.address) +
		"\n\tdefault_bind 127.0.0.1\n\tstorage file_system " + folder + "\n\tservers {"
	writeFile(t, folder, "Caddyfile", strings.NewReplacer("{\n\tservers {", around, "api.example.com {", "api.example.com {\n\ttls "+folder+"/cert.pem "+folder+"/key.pem",
		"127.0.0.1:6060", p.upstream()).Replace(readFile(t, deployment+"Caddyfile")))
	arguments := []string{"--config", folder + "/Caddyfile", "--adapter", "caddyfile"}
	return append([]string{"validate"}, arguments...), append([]string{"run"}, arguments...)
}

func port(t *testing.T, address string) string {
	t.Helper()
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	return port
}

func writeFile(t *testing.T, folder, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// behind runs the proxy with the example's configuration before the server.
func (f front) behind(t *testing.T, s *server) proxied {
	t.Helper()
	program, missing := exec.LookPath(f.name)
	if missing != nil {
		program, missing = exec.LookPath("/usr/sbin/" + f.name) // not in everybody's PATH
	}
	require(t, f.name, "install the package "+f.from, missing)
	p := proxied{server: s, address: freeAddress(t), clear: freeAddress(t)}
	folder := t.TempDir()
	p.roots = writeCertificate(t, folder)
	check, run := f.write(t, folder, p)
	if said, err := exec.Command(program, check...).CombinedOutput(); err != nil || warns(string(said)) {
		t.Fatalf("%s %v: %v\n%s", f.name, check, err, said)
	}
	p.run(t, program, run)
	return p
}

// warns tells whether a proxy has objections to the example, and not to what
// the test makes of it.
func warns(said string) bool {
	return strings.Contains(said, "[warn]") || strings.Contains(said, "not formatted") || strings.Contains(said, "deprecated")
}

// run runs the proxy until the test ends, and returns when it listens.
func (p proxied) run(t *testing.T, program string, arguments []string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	t.Cleanup(cancel)
	command := exec.CommandContext(ctx, program, arguments...)
	var said bytes.Buffer
	command.Stderr = &said
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Signal(syscall.SIGTERM)
		_ = command.Wait()
		if t.Failed() {
			t.Logf("%s said: %s", program, &said)
		}
	})
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if listens(p.address) && listens(p.clear) {
			return
		}
	}
	t.Fatalf("%s does not listen", program)
}

func listens(address string) bool {
	c, err := net.Dial("tcp", address)
	if err == nil {
		_ = c.Close()
	}
	return err == nil
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
