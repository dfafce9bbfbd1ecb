//go:build !nodev

package main

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/postern-dev/postern/auth/authtest"
	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/collection/schema"
	"github.com/postern-dev/postern/explain"
	"github.com/postern-dev/postern/store"
)

// trusted is the environment of a deployment that trusts the issuer.
func trusted(issuer *authtest.Issuer) map[string]string {
	return map[string]string{"POSTERN_ISSUER": issuer.URL(), "AUTH0_AUDIENCE": issuer.Audience()}
}

func TestExplainEndsAsTheTokenDeserves(t *testing.T) {
	issuer := authtest.NewIssuer(t)
	for _, tt := range []struct {
		name, token string
		env         map[string]string
		args        []string
		code        int
		stdout      string
		stderr      string
	}{
		{"accepted", issuer.Token(nil), trusted(issuer), nil, 0, "Accepted", ""},
		{"refused", issuer.Token(map[string]any{"aud": "x"}), trusted(issuer), nil, exitFailed, "Refused (audience_wrong)", "not accepted"},
		{"offline, with an issuer whose keys are never kept", issuer.Token(nil), trusted(issuer), []string{"--offline"}, exitFailed, "Unchecked (keys_unavailable)", "not accepted"},
		{"no token", "", trusted(issuer), nil, exitUsage, "", "standard input"},
		{"nobody is trusted", issuer.Token(nil), nil, nil, exitUsage, "", "AUTH0_DOMAIN is not set"},
		{"by flags", issuer.Token(nil), nil, []string{"--issuer", issuer.URL(), "--audience", issuer.Audience()}, 0, "Accepted", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			args := append([]string{"explain"}, tt.args...)
			if tt.token != "" {
				args = append(args, tt.token)
			}
			code, stdout, stderr := called(t, tt.env, args...)
			if code != tt.code || !strings.Contains(stdout, tt.stdout) || !strings.Contains(stderr, tt.stderr) {
				t.Errorf("exit code %d\n%s\n%s", code, stdout, stderr)
			}
		})
	}
	if n := issuer.KeySets(); n != 3 {
		t.Errorf("%d fetches of keys, want one each for the three that may fetch", n)
	}
}

func TestExplainReadsStandardInputAndSpeaksJSON(t *testing.T) {
	t.Chdir(t.TempDir())
	issuer := authtest.NewIssuer(t)
	env := trusted(issuer)
	var out, err bytes.Buffer
	token := "Bearer " + issuer.Token(nil) + "\n"
	code := run([]string{"explain", "--json"}, process{t.Context(), func(name string) string { return env[name] }, nil, strings.NewReader(token), &out, &err})
	var report explain.Report
	if e := json.Unmarshal(out.Bytes(), &report); e != nil || code != 0 || report.Verdict != explain.Accepted || len(report.Checks) != 15 || len(report.Access) < 5 {
		t.Errorf("exit code %d, %v: %s%s", code, e, &out, &err)
	}
}

// TestExplainUsesKeptKeys judges by what a server has kept, with an issuer that
// nobody can reach, and leaves it as it is.
func TestExplainUsesKeptKeys(t *testing.T) {
	issuer := authtest.NewIssuer(t, authtest.Name("https://tenant.example/"))
	config := writeFile(t, strings.Replace(checkedFile, "STATUS", "401", 1))
	database := filepath.Join(t.TempDir(), "kept.db")
	env := trusted(issuer)
	env["DATABASE_URL"] = "sqlite:" + database
	args := []string{"explain", "--offline", "--config", config, issuer.Token(nil)}

	code, stdout, stderr := called(t, env, args...)
	if code != exitFailed || !strings.Contains(stdout, "Unchecked") || !strings.Contains(stderr, "Kept keys and revocations are not read") {
		t.Errorf("without a database: exit code %d\n%s\n%s", code, stdout, stderr)
	}
	if _, err := os.Stat(database); !os.IsNotExist(err) {
		t.Errorf("a database was made: %v", err)
	}
	keepKeys(t, env["DATABASE_URL"], issuer, time.Now().Add(-time.Hour))
	code, stdout, stderr = called(t, env, args...)
	if code != 0 || !strings.Contains(stdout, "fetched 1h0m") || !strings.Contains(stdout, "some       notes: read") {
		t.Errorf("with kept keys: exit code %d\n%s\n%s", code, stdout, stderr)
	}
	_, stdout, _ = called(t, env, append(args[:4:4], issuer.Sign(map[string]any{"kid": "new"}, issuer.Payload(nil), nil))...)
	if !strings.Contains(stdout, "Unchecked") {
		t.Errorf("a key that is not among the kept ones: %s", stdout)
	}
}

func keepKeys(t *testing.T, url string, issuer *authtest.Issuer, fetched time.Time) {
	t.Helper()
	s, err := store.Open(t.Context(), url, store.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	c := &collection.Collection{Name: "notes", Schema: schema.Any(), ID: collection.AnyID}
	if err := s.Declare(t.Context(), []*collection.Collection{c}); err != nil {
		t.Fatal(err)
	}
	keys, err := json.Marshal(map[string]any{"keys": []any{issuer.Key().JWK()}})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Save(t.Context(), issuer.URL(), keys, fetched); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestExplainLooksIntoTheListAndAtTheProof is a bound token that was called back,
// with a proof for another address.
func TestExplainLooksIntoTheListAndAtTheProof(t *testing.T) {
	issuer := authtest.NewIssuer(t)
	config := writeFile(t, strings.Replace(checkedFile, "STATUS", "401", 1))
	database := "sqlite:" + filepath.Join(t.TempDir(), "kept.db")
	keepKeys(t, database, issuer, time.Now())
	env := trusted(issuer)
	env["DATABASE_URL"], env["POSTERN_PUBLIC_URL"] = database, "https://api.example.com"
	h := authtest.NewHolder("ES256")
	claims := h.Confirmation()
	claims["sub"] = "auth0|ada"
	token := issuer.Token(claims)
	proof := h.Proof("POST", "https://api.example.com/api/v1/notes", token, nil, nil)
	explained := func(args ...string) (int, string) {
		code, stdout, stderr := called(t, env, append([]string{"explain", "--config", config}, append(args, token)...)...)
		return code, stdout + stderr
	}
	mustSay := func(code int, text string, want int, says ...string) {
		t.Helper()
		for _, part := range says {
			if code != want || !strings.Contains(text, part) {
				t.Errorf("exit code %d, want %d and %q:\n%s", code, want, part, text)
			}
		}
	}
	code, text := explained("--proof", proof, "--method", "POST", "--url", "https://API.example.com:443/api/v1/notes?x=1")
	mustSay(code, text, 0, "Accepted", "ok         proof signature  Fits the key", "skipped    proof replay", "ok         revoked          Nobody has called it back.")
	code, text = explained("--proof", proof, "--url", "https://api.example.com/api/v1/notes")
	mustSay(code, text, exitFailed, "Refused (proof_mismatch)", `refused    proof method     `, `htm is "POST", the method GET`)
	if code, _, stderr := called(t, env, "revoke", "--config", config, "--subject", "auth0|ada"); code != 0 {
		t.Fatal(stderr)
	}
	code, text = explained()
	mustSay(code, text, exitFailed, "Refused (token_revoked)", "refused    revoked ")
	delete(env, "DATABASE_URL")
	code, text = explained("--database", database)
	mustSay(code, text, exitFailed, "Refused (token_revoked)")
	code, text = explained("--database", "sqlite:"+filepath.Join(t.TempDir(), "none.db"))
	mustSay(code, text, 0, "revocations are not read", "skipped    revoked ", "a server may know")
	for _, args := range [][]string{{"--proof", proof}, {"--url", "https://api.example.com/"}} {
		code, text = explained(args...)
		mustSay(code, text, exitUsage, "--url")
	}
}
