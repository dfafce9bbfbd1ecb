package transfer_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/store"
	"github.com/postern-dev/postern/transfer"
)

// both runs the test on each database.
func both(t *testing.T, test func(t *testing.T, s *store.Store)) {
	t.Run("SQLite", func(t *testing.T) { test(t, open(t, sqliteURL(t))) })
	t.Run("PostgreSQL", func(t *testing.T) { test(t, open(t, postgresURL(t))) })
}

// refused wants both ways to refuse the file, and the database to keep what it
// has.
func refused(t *testing.T, s *store.Store, file []byte, change ...func(*transfer.Importing)) transfer.Report {
	t.Helper()
	before := export(t, s)
	o := importing(change...)
	var checked, imported *transfer.RefusedError
	if _, err := transfer.Check(t.Context(), s, bytes.NewReader(file), o); !errors.As(err, &checked) {
		t.Fatalf("the check says %v", err)
	}
	if _, err := transfer.Import(t.Context(), s, bytes.NewReader(file), o); !errors.As(err, &imported) {
		t.Fatalf("the import says %v", err)
	}
	if !bytes.Equal(before, export(t, s)) {
		t.Error("the database was changed")
	}
	return checked.Report
}

func TestAnImportOverwritesNothing(t *testing.T) {
	file := sample(t)
	notes := declared()[1]
	both(t, func(t *testing.T, s *store.Store) {
		other := note(2)
		other.Body = value(`{"title":"another","rank":1.0}`)
		insert(t, s, notes, func(add func(*collection.Document)) { add(note(1)); add(other) })
		report := refused(t, s, file)
		if d := report.Different; d.Documents != 1 || d.First[0].String() != "line 4: notes/0000002" || report.Collections[0].There != 1 {
			t.Errorf("%+v", report)
		}
	})
}

// Each part of a document makes it another one.
func TestWhatMakesADocumentAnother(t *testing.T) {
	file := sample(t)
	notes := declared()[1]
	for name, change := range map[string]func(*collection.Document){
		"owner":   func(d *collection.Document) { d.Owner = eve },
		"version": func(d *collection.Document) { d.Version++ },
		"birth":   func(d *collection.Document) { d.Birth = "zzzz" },
		"created": func(d *collection.Document) { d.CreatedAt = at.AddDate(1, 0, 0) },
		"updated": func(d *collection.Document) { d.UpdatedAt = at.AddDate(1, 0, 0) },
		"digits":  func(d *collection.Document) { d.Body = d.Body.With("rank", value("12345678901234567890.100")) },
		"order":   func(d *collection.Document) { d.Body = d.Body.Without("title").With("title", value(`"milk"`)) },
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, sqliteURL(t))
			d := note(0)
			change(d)
			insert(t, s, notes, func(add func(*collection.Document)) { add(d) })
			if report := refused(t, s, file); report.Different.Documents != 1 {
				t.Errorf("%+v", report)
			}
		})
	}
}

func TestAnImportDoesNotMixUp(t *testing.T) {
	file := sample(t)
	merge := func(o *transfer.Importing) { o.Merge = true }
	for _, id := range []string{"!before", "0000002a", "zzz"} {
		t.Run(id, func(t *testing.T) {
			foreign := document(100_000, `{}`)
			foreign.ID = strings.Replace(id, "!", "-", 1)
			both(t, func(t *testing.T, s *store.Store) {
				insert(t, s, declared()[1], func(add func(*collection.Document)) { add(foreign); add(note(3)) })
				report := refused(t, s, file)
				if f := report.Foreign; f.Documents != 1 || f.First[0].ID != foreign.ID || f.First[0].Line != 0 {
					t.Errorf("%+v", report)
				}
				done, err := transfer.Import(t.Context(), s, bytes.NewReader(file), importing(merge))
				if err != nil || done.Written() != 8 {
					t.Fatalf("merge: %v %+v", err, done)
				}
				if n, err := s.Count(t.Context(), declared()[1], collection.Scan{Visible: collection.Always()}, 0); n != 7 || err != nil {
					t.Errorf("%d documents, want 7: %v", n, err)
				}
			})
		})
	}
	t.Run("in a collection of which the file has nothing", func(t *testing.T) {
		s := open(t, sqliteURL(t))
		insert(t, s, declared()[0], func(add func(*collection.Document)) { add(note(1)) })
		only := lines{`{"postern":1,"exportedAt":"2026-01-31T12:00:00.000Z","collections":["tags"]}` + "\n",
			`{"end":[{"name":"tags","documents":0,"sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}]}` + "\n"}
		if report := refused(t, s, []byte(strings.Join(only, ""))); report.Foreign.Documents != 1 {
			t.Errorf("%+v", report)
		}
	})
}

func TestDocumentsThatDoNotFit(t *testing.T) {
	from := open(t, sqliteURL(t))
	insert(t, from, declared()[1], func(add func(*collection.Document)) {
		for i := range 1200 {
			d := note(i)
			if i%2 == 0 {
				d.Body = d.Body.With("title", value(`"`+strings.Repeat("x", 41)+`"`))
			}
			add(d)
		}
	})
	file := export(t, from)
	s := open(t, sqliteURL(t))
	report := refused(t, s, file)
	if u := report.Unfit; u.Documents != 600 || len(u.First) != 20 || u.First[1].Line != 4 || !strings.HasPrefix(u.First[1].Detail, "/title ") {
		t.Errorf("%+v", report)
	}
	err := &transfer.RefusedError{Report: report}
	if text := err.Error(); !strings.Contains(text, "and 580 more") || strings.Contains(text, "xxx") {
		t.Error(text)
	}
	done, failed := transfer.Import(t.Context(), s, bytes.NewReader(file), importing(func(o *transfer.Importing) { o.KeepInvalid = true }))
	if failed != nil || done.Unfit.Documents != 600 || done.Written() != 1200 {
		t.Errorf("%v %+v", failed, done)
	}
	if !bytes.Equal(file, export(t, s)) {
		t.Error("they came out changed")
	}
}

func TestAUniqueThatIsTakenIsToldWithItsLine(t *testing.T) {
	from := open(t, sqliteURL(t))
	free := declared()
	free[1].Unique = nil
	if err := from.Declare(t.Context(), free); err != nil {
		t.Fatal(err)
	}
	insert(t, from, free[1], func(add func(*collection.Document)) {
		for i := range 9 {
			d := note(i)
			if i == 7 {
				d.Body = d.Body.With("slug", value(`"s4"`)) // both are eve's
			}
			add(d)
		}
	})
	file := export(t, from)
	both(t, func(t *testing.T, s *store.Store) {
		report, err := transfer.Import(t.Context(), s, bytes.NewReader(file), importing())
		var write *transfer.WriteError
		var unique *collection.UniqueError
		if !errors.As(err, &write) || write.Line != 9 || write.ID != "0000007" || !errors.As(err, &unique) || report.Written() != 0 {
			t.Errorf("got %v, %+v", err, report)
		}
	})
}

func TestUnknownCollectionsAreRefusedFirst(t *testing.T) {
	file := sample(t)
	s := open(t, sqliteURL(t))
	o := importing()
	o.Collections = o.Collections[:1]
	_, err := transfer.Import(t.Context(), s, bytes.NewReader(file), o)
	var unknown *transfer.UnknownError
	if !errors.As(err, &unknown) || len(unknown.Names) != 1 || unknown.Names[0] != "notes" {
		t.Errorf("got %v", err)
	}
	if n, err := s.Count(t.Context(), declared()[0], collection.Scan{Visible: collection.Always()}, 0); n != 0 || err != nil {
		t.Errorf("%d documents were written: %v", n, err)
	}
}

func TestCollectionsThatAreNoLongerDeclaredAreTold(t *testing.T) {
	s := open(t, sqliteURL(t))
	fill(t, s, 3)
	var file bytes.Buffer
	done, err := transfer.Export(t.Context(), s, &file, transfer.Exporting{Collections: declared()[1:], At: at})
	if err != nil || len(done.LeftOut) != 1 || done.LeftOut[0] != "tags" || len(done.Collections) != 1 {
		t.Errorf("%v %+v", err, done)
	}
}

type full struct{ room int }

func (f *full) Write(p []byte) (int, error) {
	if f.room -= len(p); f.room < 0 {
		return 0, errors.New("no space left on device")
	}
	return len(p), nil
}

func TestAnExportThatCannotBeWrittenFails(t *testing.T) {
	s := open(t, sqliteURL(t))
	fill(t, s, 3)
	for _, room := range []int{0, 100} {
		done, err := transfer.Export(t.Context(), s, &full{room}, transfer.Exporting{Collections: declared(), At: at})
		if err == nil || done.Collections != nil {
			t.Errorf("with room for %d bytes: %+v", room, done)
		}
	}
}
