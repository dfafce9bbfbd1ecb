package config

import (
	"errors"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/postern-dev/postern/origin"
)

// FuzzEnvironment sets any two variables, with a password in front of what the
// database's has. Settings that come out must be safe to serve with, and
// mistakes must be told without the password.
func FuzzEnvironment(f *testing.F) {
	const password = "hunter2-of-the-fuzzer"
	var names []string
	for _, s := range table() {
		for _, v := range s.env {
			names = append(names, v.name)
			f.Add(uint8(len(names)-1), s.example, uint8(0), "")
			f.Add(uint8(len(names)-1), v.example, uint8(len(names)), "1e9, *, null, http://a\x00")
		}
	}
	for _, value := range []string{"https://*.com", "0", "-1", "NaN", "9999999h", "1EiB", "[::]:70000", "RS256,HS256", "none", "postgres://u@h/d?sslmode=x", "10.0.0.0/99"} {
		for n := range names {
			f.Add(uint8(n), value, uint8(n+1), value)
		}
	}
	f.Fuzz(func(t *testing.T, one uint8, first string, two uint8, second string) {
		env := map[string]string{names[int(two)%len(names)]: second}
		env[names[int(one)%len(names)]] = first
		if tail, set := env["DATABASE_URL"]; set {
			env["DATABASE_URL"] = "postgres://postern:" + password + "@" + tail
		}
		mustLoadSafely(t, Sources{Getenv: func(name string) string { return env[name] }}, password, env)
	})
}

// FuzzSettingsFile reads any bytes as the settings file.
func FuzzSettingsFile(f *testing.F) {
	whole := ""
	for _, s := range table() {
		if s.key == "" || s.example == "" || strings.Contains(s.key, ".") {
			continue
		}
		f.Add(s.key + ": " + s.example + "\n")
		f.Add(s.key + ": [" + s.example + ", *a]\n" + s.key + ": &a x\n")
		whole += s.key + ": \"" + s.example + "\"\n"
	}
	f.Add(whole)
	for _, s := range []string{"issuers:\n- url: https://a.example/\n  audiences: [x]\n  algorithms: [none]\n", "session: {clientId: a, clientSecret: b}\n", "origins: ['*']\n",
		"a: !!binary aGk=\n", "---\n...\n---\n", "\t", "{", "rateLimit: 1e999\n", "\xff\xfe"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		mustLoadSafely(t, Sources{ReadFile: func(string) ([]byte, error) { return []byte(text), nil }}, "", text)
	})
}

// mustLoadSafely holds that the same comes out twice, and either settings that
// are safe or mistakes that say where they are.
func mustLoadSafely(t *testing.T, from Sources, password string, what any) {
	t.Helper()
	settings, err := Load(from)
	again, _ := Load(from)
	if !reflect.DeepEqual(settings, again) {
		t.Fatalf("%q is read as %+v and then as %+v", what, settings, again)
	}
	if err == nil {
		mustBeSafe(t, settings)
		return
	}
	var mistakes Mistakes
	if !errors.As(err, &mistakes) || len(mistakes) == 0 || password != "" && strings.Contains(err.Error(), password) {
		t.Fatalf("%q: %v", what, err)
	}
	for _, m := range mistakes {
		if m.Source == "" || m.Problem == "" {
			t.Fatalf("%q: %+v", what, m)
		}
	}
}

// mustBeSafe holds settings against what no value of a variable may bring.
func mustBeSafe(t *testing.T, s Settings) {
	t.Helper()
	for _, issuer := range s.Issuers {
		u, err := url.Parse(issuer.URL)
		if err != nil || u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Host == "" {
			t.Fatalf("issuer %q", issuer.URL)
		}
		local := u.Hostname() == "localhost" || strings.HasPrefix(u.Hostname(), "127.") || strings.Contains(u.Hostname(), ":")
		if u.Scheme != "https" && (u.Scheme != "http" || !local) {
			t.Fatalf("issuer %q", issuer.URL)
		}
	}
	for _, algorithm := range s.Algorithms {
		if strings.HasPrefix(algorithm, "HS") || strings.EqualFold(algorithm, "none") {
			t.Fatalf("algorithm %q", algorithm)
		}
	}
	allowed, err := origin.ParseList(s.Origins)
	if err != nil {
		t.Fatalf("origins %q: %v", s.Origins, err)
	}
	for _, foreign := range []string{"null", "*", "https://evil.example", "https://evil.com"} {
		if allowed.Allows(foreign) && !strings.Contains(strings.Join(s.Origins, " "), strings.TrimPrefix(foreign, "https://evil")) {
			t.Fatalf("origins %q allow %q", s.Origins, foreign)
		}
	}
	for _, proxy := range s.TrustedProxies {
		if !proxy.IsValid() {
			t.Fatalf("proxies %v", s.TrustedProxies)
		}
	}
	if s.RateLimit < 0 || s.MaxBody < 1 || s.MaxInFlight < 1 || s.MaxInFlightEach < 0 || s.RequestTimeout <= 0 || s.MaxPage < 1 || s.ClockSkew < 0 {
		t.Fatalf("limits %+v", s)
	}
}
