//go:build !nodev

package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/postern-dev/postern/check"
	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/collection/schema"
	"github.com/postern-dev/postern/jsonvalue"
	"github.com/postern-dev/postern/store"
)

const checkedFile = `
collections:
  notes:
    schema: {type: object, required: [title], properties: {title: {type: string}}}
    owner: true
    read: owner
tests:
  - do: GET /notes
    expect: STATUS
`

func writeFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "postern.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestCheck(t *testing.T) {
	good := strings.Replace(checkedFile, "STATUS", "401", 1)
	for _, tt := range []struct {
		name, file string
		code       int
		stdout     string
		stderr     string
	}{
		{"tests that pass, rules that none covers", good, 0, "ok    tests        1 passed\n" +
			"warn  rules        notes: no test shows that read is allowed where owner holds\n", ""},
		{"a test that fails", strings.Replace(checkedFile, "STATUS", "200", 1), exitFailed,
			"postern.yaml:8: GET /notes without a token is answered 401 token_missing, and 200 is expected", "something that is wrong"},
		{"a mistake in a declaration and one in a setting", "addr: nonsense\n" + strings.Replace(good, "read: owner", "raed: owner", 1),
			exitUsage, "", "2 mistakes"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			code, stdout, stderr := called(t, nil, "check", "--config", writeFile(t, tt.file))
			if code != tt.code || !strings.Contains(stdout, tt.stdout) || !strings.Contains(stderr, tt.stderr) {
				t.Errorf("exit code %d\n%s\n%s", code, stdout, stderr)
			}
		})
	}
}

func TestCheckSpeaksJSON(t *testing.T) {
	_, stdout, _ := called(t, nil, "check", "--json", "--config", writeFile(t, strings.Replace(checkedFile, "STATUS", "401", 1)))
	var report struct {
		OK       bool
		Findings []check.Finding
	}
	if err := json.Unmarshal([]byte(stdout), &report); err != nil || !report.OK || len(report.Findings) < 4 {
		t.Errorf("%v: %s", err, stdout)
	}
}

// TestCheckCountsWhatNoLongerFits keeps documents under a schema that asks for
// nothing, then looks at them under one that asks for a title.
func TestCheckCountsWhatNoLongerFits(t *testing.T) {
	url := "sqlite:" + filepath.Join(t.TempDir(), "check.db")
	keepNotes(t, url, `{"title":"milk"}`, `{"title":7}`, `{}`)
	code, stdout, stderr := called(t, map[string]string{"DATABASE_URL": url}, "check", "--database", "--config",
		writeFile(t, strings.Replace(checkedFile, "STATUS", "401", 1)))
	want := "warn  documents    notes: 2 of 3 no longer fit the schema; the first is 1: /title"
	if code != 0 || !strings.Contains(stdout, want) {
		t.Errorf("exit code %d\n%s\n%s", code, stdout, stderr)
	}
}

// TestCheckFindsWhatIsLost takes away a document behind the server's back.
func TestCheckFindsWhatIsLost(t *testing.T) {
	path := filepath.Join(t.TempDir(), "check.db")
	keepNotes(t, "sqlite:"+path, `{"title":"milk"}`, `{"title":"eggs"}`)
	file := writeFile(t, strings.Replace(checkedFile, "STATUS", "401", 1))
	env := map[string]string{"DATABASE_URL": "sqlite:" + path}
	for _, tt := range []struct {
		statement, says string
		code            int
	}{
		{"", "ok    database     2 documents and 2 changes agree", 0},
		{`DELETE FROM c_notes WHERE id = '1'`, "fail  database     notes: 1 documents that are not what their last change says; the first is 1", exitFailed},
	} {
		db, err := sql.Open("sqlite", path)
		if err == nil {
			_, err = db.Exec(tt.statement)
		}
		if err = errors.Join(err, db.Close()); err != nil {
			t.Fatal(err)
		}
		code, stdout, stderr := called(t, env, "check", "--database", "--offline", "--config", file)
		if code != tt.code || !strings.Contains(stdout, tt.says) {
			t.Errorf("exit code %d\n%s\n%s", code, stdout, stderr)
		}
	}
}

func keepNotes(t *testing.T, url string, bodies ...string) {
	t.Helper()
	s, err := store.Open(t.Context(), url, store.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	c := &collection.Collection{Name: "notes", Schema: schema.Any(), ID: collection.AnyID}
	if err := s.Declare(t.Context(), []*collection.Collection{c}); err != nil {
		t.Fatal(err)
	}
	err = s.Write(context.Background(), func(tx collection.Tx) error {
		for i, body := range bodies {
			v, err := jsonvalue.Parse([]byte(body), jsonvalue.Limits{})
			if err != nil {
				return err
			}
			d := &collection.Document{ID: string(rune('0' + i)), Version: 1, Birth: "aaaa", Body: v,
				CreatedAt: collection.Now(), UpdatedAt: collection.Now()}
			if err := tx.Insert(c, d); err != nil {
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
}
