package devtenant_test

import (
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/postern-dev/postern/devtenant"
)

func TestMistakesInOptionsAreNamed(t *testing.T) {
	for _, tt := range []struct {
		name string
		opts devtenant.Options
		want string
	}{
		{"https", devtenant.Options{Issuer: "https://localhost:6061/"}, "must start with http://"},
		{"another machine", devtenant.Options{Issuer: "http://example.com:6061/"}, "must be on localhost"},
		{"a look-alike name", devtenant.Options{Issuer: "http://localhost.example.com:6061/"}, "must be on localhost"},
		{"every interface", devtenant.Options{Issuer: "http://0.0.0.0:6061/"}, "must be on localhost"},
		{"no slash", devtenant.Options{Issuer: "http://localhost:6061"}, `write it as "http://localhost:6061/"`},
		{"upper-case scheme", devtenant.Options{Issuer: "HTTP://localhost:6061/"}, `write it as "http://localhost:6061/"`},
		{"a path", devtenant.Options{Issuer: "http://localhost:6061/dt/"}, "host and port only"},
		{"a user", devtenant.Options{Issuer: "http://ada@localhost:6061/"}, "host and port only"},
		{"a zero in front", devtenant.Options{Issuer: "http://localhost:06061/"}, "the port must be"},
		{"no such port", devtenant.Options{Issuer: "http://localhost:65536/"}, "the port must be"},
		{"origin with a slash", devtenant.Options{TrustedOrigins: []string{"http://localhost:4040/"}}, "trusted origin"},
		{"origin null", devtenant.Options{TrustedOrigins: []string{"null"}}, "trusted origin"},
		{"lifetime below", devtenant.Options{Lifetime: time.Millisecond}, "impossible lifetime"},
		{"lifetime above", devtenant.Options{Lifetime: devtenant.MaxLifetime + 1}, "impossible lifetime"},
		{"user without subject", devtenant.Options{Users: []devtenant.User{{Name: "bob"}}}, "both are needed"},
		{"user twice", devtenant.Options{Users: []devtenant.User{{Name: "bob", Subject: "1"}, {Name: "bob", Subject: "2"}}}, "twice"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := devtenant.New(tt.opts)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want an error with %q", err, tt.want)
			}
		})
	}
}

func TestAllMistakesAreReportedTogether(t *testing.T) {
	_, err := devtenant.New(devtenant.Options{
		Issuer: "https://localhost/", Lifetime: -1, TrustedOrigins: []string{"one", "two"}, Users: []devtenant.User{{Name: "bob"}},
	})
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{"http://", devtenant.ErrLifetime.Error(), `"one"`, `"two"`, `"bob"`} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want it to name %s too", err, want)
		}
	}
}

func TestTheZeroOptionsAreADefaultTenant(t *testing.T) {
	tenant, err := devtenant.New(devtenant.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, scope, err := tenant.Mint(devtenant.MintRequest{User: "ada", Audience: devtenant.DefaultAudience}); err != nil || scope == "" {
		t.Errorf("got scope %q, %v", scope, err)
	}
}

func TestTheCallerCannotChangeUsersLater(t *testing.T) {
	users := devtenant.DefaultUsers()
	h := open(t, func(o *devtenant.Options) { o.Users = users })
	users[0].Permissions[0] = "everything"
	if _, scope, err := h.Mint(devtenant.MintRequest{User: "ada", Scope: "everything"}); err != nil || scope != "" {
		t.Errorf("got %q, %v; want nothing granted", scope, err)
	}
}

// html/template and text/template are barred for the size of the binary: they
// keep the linker from dropping unused methods.
func TestThePackageKnowsOnlyGoJoseAndYAML(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatal("no files", err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range parsed.Imports {
			path, _ := strconv.Unquote(spec.Path.Value)
			foreign := strings.Contains(path, ".") && path != "github.com/go-jose/go-jose/v4" && !strings.HasPrefix(path, "github.com/goccy/go-yaml")
			if foreign || strings.HasSuffix(path, "/template") {
				t.Errorf("%s imports %s", file, path)
			}
		}
	}
}
