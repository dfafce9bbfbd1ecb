package api_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/postern-dev/postern/store"
	"github.com/postern-dev/postern/store/pgtest"
)

// composed is what docker-compose.yml says.
type composed struct {
	Services map[string]struct {
		User        string
		ReadOnly    bool `yaml:"read_only"`
		Tmpfs       []string
		CapDrop     []string `yaml:"cap_drop"`
		CapAdd      []string `yaml:"cap_add"`
		SecurityOpt []string `yaml:"security_opt"`
		Ports       []string
		Secrets     []string
		Environment map[string]string
		Privileged  bool
		NetworkMode string `yaml:"network_mode"`
		PidsLimit   int    `yaml:"pids_limit"`
	}
	Secrets map[string]struct{ File string }
}

// TestTheContainerHasNothingToSpare reads what the image and its settings say.
func TestTheContainerHasNothingToSpare(t *testing.T) {
	t.Parallel()
	image := readFile(t, "../Dockerfile")
	for _, part := range []string{"CGO_ENABLED=0 ", "-trimpath", "-tags nodev", "FROM gcr.io/distroless/static", "\nUSER 65532:65532\n", "\nHEALTHCHECK ", `CMD ["/postern", "health"]`} {
		if !strings.Contains(image, part) {
			t.Errorf("the Dockerfile lacks %q", part)
		}
	}
	var all composed
	if err := yaml.Unmarshal([]byte(readFile(t, "../docker-compose.yml")), &all); err != nil {
		t.Fatal(err)
	}
	s := all.Services["postern"]
	temporary := slices.ContainsFunc(s.Tmpfs, func(at string) bool {
		return strings.HasPrefix(at, "/tmp:") && strings.Contains(at, "noexec") && strings.Contains(at, "size=")
	})
	if s.User != "65532:65532" || !s.ReadOnly || !temporary || s.Privileged || s.NetworkMode != "" || s.PidsLimit == 0 {
		t.Errorf("the service postern may do more than it has to: %+v", s)
	}
	for _, port := range s.Ports {
		if !strings.HasPrefix(port, "127.0.0.1:") {
			t.Errorf("it is published to everybody: %s", port)
		}
	}
	if len(s.CapAdd) > 0 || len(all.Services["postgres"].Ports) > 0 {
		t.Errorf("it has capabilities %v, and its database is published at %v", s.CapAdd, all.Services["postgres"].Ports)
	}
	for name, s := range all.Services {
		if !slices.Equal(s.CapDrop, []string{"ALL"}) || !slices.Contains(s.SecurityOpt, "no-new-privileges:true") {
			t.Errorf("%s keeps privileges: %v, %v", name, s.CapDrop, s.SecurityOpt)
		}
		for _, secret := range s.Secrets {
			if all.Secrets[secret].File == "" {
				t.Errorf("%s wants the secret %s, which there is not", name, secret)
			}
		}
		for variable, value := range s.Environment {
			if strings.Contains(variable, "PASSWORD") && !strings.HasSuffix(variable, "_FILE") || value == "trust" || strings.Contains(value, "postgres://") {
				t.Errorf("%s has a secret, or needs none, in its environment: %s", name, variable)
			}
		}
	}
}

// TestTheRoleOfTheContainerOwnsItsDatabaseAlone makes the secrets, and has a real
// PostgreSQL run what that of the container does at its first start.
func TestTheRoleOfTheContainerOwnsItsDatabaseAlone(t *testing.T) {
	t.Parallel()
	_, missing := exec.LookPath("psql")
	require(t, "psql", "install the package postgresql-client", missing)
	server, err := pgconn.ParseConfig(pgtest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	run := func(script string, env ...string) {
		t.Helper()
		path, err := filepath.Abs(deployment + script)
		if err != nil {
			t.Fatal(err)
		}
		command := exec.Command("sh", path)
		command.Dir, command.Env = folder, append(os.Environ(), env...)
		if said, err := command.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", script, err, said)
		}
	}
	run("make-secrets")
	run("postgres-role.sh", "PGHOST="+server.Host, "POSTGRES_USER="+server.User, "POSTERN_PASSWORD_FILE="+folder+"/secrets/postern-password")
	address := readFile(t, folder+"/secrets/database")
	password := readFile(t, folder+"/secrets/postern-password")
	if len(password) != 48 || !strings.Contains(address, ":"+password+"@postgres/") || password == readFile(t, folder+"/secrets/postgres-password") {
		t.Errorf("the address %s is not of the password %s", address, password)
	}
	s, err := store.Open(t.Context(), strings.Replace(address, "@postgres/postern?", "@/postern?host="+server.Host+"&", 1), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if err := s.Declare(t.Context(), declared(t)); err != nil {
		t.Error(err)
	}
	if role, exposed, err := s.ExposedRole(t.Context()); exposed || err != nil {
		t.Errorf("%s %v", role.Says, err)
	}
}

// TestTheContainerKnowsItsCommit runs the image's command in what Docker would
// send of the repository.
func TestTheContainerKnowsItsCommit(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it builds the whole program")
	}
	commit, missing := exec.Command("git", "-C", "..", "rev-parse", "HEAD").Output()
	require(t, "the repository's history", "clone it with git", missing)
	folder, binary := filepath.Join(t.TempDir(), "src"), filepath.Join(t.TempDir(), "postern")
	if said, err := exec.Command("git", "clone", "-q", "..", folder).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	for line := range strings.Lines(readFile(t, "../.dockerignore")) {
		leaveOut(t, folder, strings.TrimSpace(line))
	}
	build := regexp.MustCompile(`(?m)^RUN (.*go build.*)$`).FindStringSubmatch(readFile(t, "../Dockerfile"))
	if build == nil || !strings.Contains(build[1], "-o /postern ") {
		t.Fatalf("the Dockerfile builds nothing: %v", build)
	}
	command := exec.Command("sh", "-c", strings.Replace(build[1], "-o /postern ", "-o "+binary+" ", 1))
	command.Dir, command.Env = folder, append(os.Environ(), "GOFLAGS=-buildvcs=auto") // as in the image
	if said, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	var told making
	decode(t, (&program{path: binary, home: t.TempDir()}).run(t, nil, "version", "--json").stdout, &told)
	if told.Commit != strings.TrimSpace(string(commit)) || told.Changed {
		t.Errorf("of the commit %s the image tells %s, changed: %v", commit, told.Commit, told.Changed)
	}
}

// leaveOut removes what a line of .dockerignore keeps from the build.
func leaveOut(t *testing.T, folder, pattern string) {
	t.Helper()
	if pattern == "" || strings.HasPrefix(pattern, "#") {
		return
	}
	if strings.HasPrefix(pattern, "!") || strings.Contains(pattern, "**") && !strings.HasPrefix(pattern, "**/") {
		t.Fatalf("this test does not know what %s means", pattern)
	}
	name, anywhere := strings.CutPrefix(pattern, "**/")
	found, err := filepath.Glob(filepath.Join(folder, name))
	if anywhere {
		err = filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
			if err == nil && entry.Name() == name {
				found = append(found, path)
			}
			return err
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range found {
		if err := os.RemoveAll(path); err != nil {
			t.Fatal(err)
		}
	}
}
