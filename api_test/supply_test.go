package api_test

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// TestActionsArePinned holds that what runs in CI is named by its commit, which
// nobody can move, with the version beside it for people.
func TestActionsArePinned(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../.github/workflows/*.y*ml")
	if err != nil || len(files) < 2 {
		t.Fatalf("found %v: %v", files, err)
	}
	pinned := regexp.MustCompile(`^\s*(?:- )?uses: [\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$`)
	for _, file := range files {
		text := readFile(t, file)
		used := 0
		for line := range strings.Lines(text) {
			if !strings.Contains(line, "uses:") {
				continue
			}
			used++
			if !pinned.MatchString(strings.TrimSuffix(line, "\n")) {
				t.Errorf("%s: not pinned by a commit with its version beside it: %s", file, line)
			}
		}
		if used == 0 || !strings.Contains(text, "\npermissions:\n  contents: read\n") || !strings.Contains(text, "timeout-minutes:") {
			t.Errorf("%s uses %d actions; it has to begin with few permissions and to end in time", file, used)
		}
		for _, given := range []string{"pull_request_target", "secrets.", "${{ github.event", "permissions: write-all"} {
			if strings.Contains(text, given) {
				t.Errorf("%s has %s, by which a stranger's change could get at more than it needs", file, given)
			}
		}
	}
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestTheSignatureLibraryIsTheOneThatWasRead stands beside govulncheck, which knows
// nothing of this module, whatever is found in it.
func TestTheSignatureLibraryIsTheOneThatWasRead(t *testing.T) {
	t.Parallel()
	const library, was = "gopkg.in/go-jose/go-jose.v2", "v2.6.3"
	for _, file := range []string{"../go.mod", "../go.sum"} {
		versions := regexp.MustCompile(regexp.QuoteMeta(library)+` (v[^\s/]+)`).FindAllStringSubmatch(readFile(t, file), -1)
		for _, is := range versions {
			if is[1] != was {
				t.Errorf("%s has %s %s, and %s was read. Read what changed in jws.go, signing.go, asymmetric.go and jwt/, "+
					"and the advisories of github.com/go-jose/go-jose since: its flaws are often those of v2. "+
					"Then say here and in docs/decisions/0017-go-jose-v2.md which version was read", file, library, is[1], was)
			}
		}
		if len(versions) == 0 {
			t.Errorf("%s is not in %s any more: this test and docs/decisions/0017-go-jose-v2.md go, too", library, file)
		}
	}
	command := exec.Command("go", "list", "-f", `{{range .GoFiles}}{{$.Dir}}/{{.}}{{"\n"}}{{end}}`, "./...")
	command.Dir = ".."
	listed, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	var know []string
	for _, file := range strings.Fields(string(listed)) {
		text := readFile(t, file)
		if strings.Contains(text, `"`+library) || strings.Contains(text, `"github.com/auth0/go-jwt-middleware`) {
			know = append(know, filepath.Base(filepath.Dir(file))+"/"+filepath.Base(file))
		}
	}
	if want := []string{"auth/checks.go", "auth/verifier.go"}; !slices.Equal(know, want) {
		t.Errorf("the way out is through %v, not %v", know, want)
	}
}

// TestAReleaseCanBeBuiltAgain makes a release in two folders of the same commit:
// it is the same, byte for byte, and tells what is in it.
func TestAReleaseCanBeBuiltAgain(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it links the program twice")
	}
	_, missing := exec.Command("git", "-C", "..", "rev-parse", "HEAD").Output()
	require(t, "the repository's history", "clone it with git", missing)
	_, missing = exec.Command("go", "tool", "-modfile=../tools/go.mod", "cyclonedx-gomod", "version").Output()
	require(t, "cyclonedx-gomod", "let go fetch the modules of tools/go.mod", missing)
	one, other := release(t), release(t)
	if !maps.Equal(one.sums, other.sums) {
		t.Errorf("two builds differ:\n%v\n%v", one.sums, other.sums)
	}
	var told making
	decode(t, (&program{path: one.binary, home: t.TempDir()}).run(t, nil, "version", "--json").stdout, &told)
	if told.Commit != one.commit || told.Changed || told.Go != runtime.Version() {
		t.Errorf("of the commit %s the binary tells %+v", one.commit, told)
	}
	var bill struct {
		BOMFormat  string
		Components []struct{ Name, Version string }
	}
	decode(t, readFile(t, one.binary+".cdx.json"), &bill)
	listed := map[string]string{}
	for _, c := range bill.Components {
		listed[c.Name] = c.Version
	}
	delete(listed, "std")
	if bill.BOMFormat != "CycloneDX" || len(told.Modules) < 20 || !maps.Equal(listed, told.Modules) {
		t.Errorf("the bill lists %v\nand the binary has %v", listed, told.Modules)
	}
}

// making is what the program tells of its making.
type making struct {
	Commit  string
	Changed bool
	Go      string
	Modules map[string]string
}

// released is the release for this machine.
type released struct {
	binary, commit string
	sums           map[string]string
}

// release clones the repository into a new folder and runs the script there.
func release(t *testing.T) released {
	t.Helper()
	folder, out := t.TempDir(), t.TempDir()
	platform := runtime.GOOS + "/" + runtime.GOARCH
	for _, command := range []*exec.Cmd{
		exec.Command("git", "clone", "-q", "..", folder),
		exec.Command("bash", filepath.Join(folder, ".ci/release"), out, platform),
	} {
		if said, err := command.CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", command.Args, err, said)
		}
	}
	commit, err := exec.Command("git", "-C", folder, "rev-parse", "HEAD").Output()
	if err != nil {
		t.Fatal(err)
	}
	r := released{binary: filepath.Join(out, "postern-"+strings.ReplaceAll(platform, "/", "-")), commit: strings.TrimSpace(string(commit)), sums: map[string]string{}}
	for line := range strings.Lines(readFile(t, filepath.Join(out, "SHA256SUMS"))) {
		sum, name, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		is := sha256.Sum256([]byte(readFile(t, filepath.Join(out, name))))
		if hex.EncodeToString(is[:]) != sum {
			t.Errorf("the checksum of %s is wrong", name)
		}
		r.sums[name] = sum
	}
	if names := slices.Sorted(maps.Keys(r.sums)); len(names) != 2 {
		t.Errorf("the checksums are of %v", names)
	}
	return r
}

// TestEachDefaultHasItsTest holds that the security model names no test that
// is not there.
func TestEachDefaultHasItsTest(t *testing.T) {
	t.Parallel()
	there := map[string]bool{}
	err := filepath.WalkDir("..", func(path string, entry os.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		for _, name := range regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)`).FindAllStringSubmatch(readFile(t, path), -1) {
			there[name[1]] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile("`((?:Test|Fuzz)\\w+)`").FindAllStringSubmatch(readFile(t, "../docs/security.md"), -1)
	if len(named) < 40 {
		t.Errorf("only %d tests are named", len(named))
	}
	for _, name := range named {
		if !there[name[1]] {
			t.Errorf("%s is not there", name[1])
		}
	}
}
