package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/jsonvalue"
	"github.com/postern-dev/postern/store"
	"github.com/postern-dev/postern/store/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// declaration is a settings file with one collection.
const declaration = "collections:\n  notes: {read: authenticated, write: authenticated, schema: {type: object, properties: {title: {maxLength: 9}}}}\n"

// moving is a folder with a database of three notes, for commands about them.
type moving struct {
	folder string
	input  string
	env    map[string]string
}

func newMoving(t *testing.T) *moving {
	t.Helper()
	m := &moving{folder: t.TempDir(), env: map[string]string{}}
	m.env["DATABASE_URL"] = "sqlite:" + m.path("old.db")
	if err := os.WriteFile(m.path("postern.yaml"), []byte(declaration), 0o600); err != nil {
		t.Fatal(err)
	}
	_, list, err := databaseFlags{Config: m.path("postern.yaml")}.load(m.process(t, nil, nil))
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), m.env["DATABASE_URL"], store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Declare(t.Context(), list); err != nil {
		t.Fatal(err)
	}
	err = s.Write(t.Context(), func(tx collection.Tx) error {
		for _, id := range []string{"a", "b", "c"} {
			body := jsonvalue.ObjectOf(jsonvalue.Member{Name: "title", Value: jsonvalue.String(id)})
			d := &collection.Document{ID: id, Version: 1, Birth: "aaaa", CreatedAt: time.UnixMilli(0), UpdatedAt: time.UnixMilli(0), Body: body}
			if err := tx.Insert(list[0], d); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return m
}

func (m *moving) path(name string) string { return filepath.Join(m.folder, name) }

func (m *moving) process(t *testing.T, stdout, stderr *bytes.Buffer) process {
	return process{t.Context(), func(name string) string { return m.env[name] }, nil, strings.NewReader(m.input), stdout, stderr}
}

// run runs a command in the folder.
func (m *moving) run(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	t.Chdir(m.folder)
	var out, err bytes.Buffer
	code = run(args, m.process(t, &out, &err))
	return code, out.String(), err.String()
}

// must wants exit code 0.
func (m *moving) must(t *testing.T, args ...string) (stdout, stderr string) {
	t.Helper()
	code, stdout, stderr := m.run(t, args...)
	if code != 0 {
		t.Fatalf("%v ended with %d: %s", args, code, stderr)
	}
	return stdout, stderr
}

func TestMovingIsTwoCommands(t *testing.T) {
	m := newMoving(t)
	for _, url := range []string{"sqlite:" + m.path("new.db"), pgtest.URL(t)} {
		file := m.path("notes-" + url[:6])
		said, _ := m.must(t, "export", "-o", file)
		if !strings.Contains(said, "notes               3  ") {
			t.Errorf("export says\n%s", said)
		}
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("the file is %v, %v", info.Mode(), err)
		}
		m.must(t, "import", "--database-url", url, file)
		said, _ = m.must(t, "import", "--database-url", url, "--json", file)
		var report struct {
			Collections []struct{ Documents, Written, There int }
		}
		if err := json.Unmarshal([]byte(said), &report); err != nil || len(report.Collections) != 1 || report.Collections[0].There != 3 {
			t.Errorf("the second import says %s", said)
		}
		lines, summary := m.must(t, "export", "--database-url", url)
		original, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if _, got, _ := strings.Cut(lines, "\n"); !strings.HasSuffix(string(original), got) || !strings.Contains(summary, "notes") {
			t.Errorf("it came out as\n%s%s", lines, summary)
		}
	}
}

func TestImportFromStandardInput(t *testing.T) {
	m := newMoving(t)
	m.input, _ = m.must(t, "export")
	m.must(t, "import", "--database-url", "sqlite:new.db", "-")
	m.input = strings.Replace(m.input, `"a"}`, `"x"}`, 1)
	code, _, stderr := m.run(t, "import", "--database-url", "sqlite:other.db", "-")
	if code != exitFailed || !strings.Contains(stderr, "checksum of notes") {
		t.Errorf("%d %s", code, stderr)
	}
	m.input = m.input[:len(m.input)-20]
	if code, _, stderr := m.run(t, "import", "--database-url", "sqlite:third.db", "-"); code != exitFailed || !strings.Contains(stderr, "cut off") {
		t.Errorf("%d %s", code, stderr)
	}
}

func TestBackupAndRestore(t *testing.T) {
	m := newMoving(t)
	said, _ := m.must(t, "backup", "copy.db")
	if !strings.HasPrefix(said, "copy.db: ") || !strings.Contains(said, " bytes in ") {
		t.Errorf("it says %q", said)
	}
	if info, err := os.Stat(m.path("copy.db")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the copy is %v, %v", info.Mode(), err)
	}
	was, _ := m.must(t, "export")
	is, _ := m.must(t, "export", "--database-url", "sqlite:copy.db")
	_, was, _ = strings.Cut(was, "\n")
	if _, is, _ = strings.Cut(is, "\n"); was != is {
		t.Errorf("the copy has\n%s", is)
	}
	m.env["DATABASE_URL"] = "postgres://postern@localhost/postern"
	code, _, stderr := m.run(t, "backup", "pg.dump")
	if code != exitFailed || !strings.Contains(stderr, `pg_dump --format=custom --file=pg.dump "$DATABASE_URL"`) {
		t.Errorf("%d %s", code, stderr)
	}
}

// Each refusal has its exit code, says what to do and leaves everything as it
// was.
func TestMovingIsRefused(t *testing.T) {
	m := newMoving(t)
	m.must(t, "export", "-o", "good")
	good, err := os.ReadFile(m.path("good"))
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"cut":         string(good[:len(good)-9]),
		"nobody.yaml": "addr: :6060\n",
		"other.yaml":  strings.Replace(declaration, "notes", "nodes", 1),
		"narrow.yaml": strings.Replace(declaration, "9", "0", 1),
	} {
		if err := os.WriteFile(m.path(name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		args string
		code int
		says string
	}{
		{"export -o good", exitUsage, "nothing is overwritten"},
		{"export -o nowhere/file", exitFailed, "no such file"},
		{"export --config nobody.yaml", exitUsage, "no collections are declared"},
		{"export --database-url sqlite:nothing.db", exitFailed, "--database-url"},
		{"export --database-url sqlite::memory:", exitUsage, "gone with the server"},
		{"export --database-url mysql:x", exitUsage, "--database-url"},
		{"import", exitUsage, "<file>"},
		{"import nowhere", exitUsage, "nowhere"},
		{"import .", exitUsage, "folder"},
		{"import cut", exitFailed, "cut: line 5: the file is cut off"},
		{"import postern.yaml", exitFailed, "no export of Postern"},
		{"import --config other.yaml good", exitFailed, "not declared here: notes"},
		{"import --config narrow.yaml --database-url sqlite:new.db good", exitFailed, "3 documents do not fit"},
		{"backup good", exitUsage, "nothing is overwritten"},
		{"backup nowhere/copy", exitFailed, "nowhere"},
		{"backup --database-url sqlite:nothing.db copy", exitFailed, "--database-url"},
	} {
		t.Run(tt.args, func(t *testing.T) {
			code, stdout, stderr := m.run(t, strings.Fields(tt.args)...)
			if code != tt.code || !strings.Contains(stderr, tt.says) || stdout != "" {
				t.Errorf("%d, want %d: %s%s", code, tt.code, stdout, stderr)
			}
		})
	}
	m.must(t, "import", "--config", "narrow.yaml", "--database-url", "sqlite:new.db", "--keep-invalid", "good")
	if is, err := os.ReadFile(m.path("good")); err != nil || !bytes.Equal(is, good) {
		t.Error("the file was changed")
	}
	if left, _ := filepath.Glob(m.path("nothing.db*")); left != nil {
		t.Errorf("%v was made", left)
	}
}

func TestAMeterIsForTerminalsOnly(t *testing.T) {
	var out bytes.Buffer
	m := newMeter(&out, "import", 1000)
	m.at(5, 10)
	m.end()
	if out.Len() > 0 {
		t.Errorf("it says %q", out.String())
	}
	if got := m.line(500, 250, 2*time.Second); got != "import: 500 documents, 250 a second, 25 %" {
		t.Error(got)
	}
}
