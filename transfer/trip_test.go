package transfer_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/store"
	"github.com/postern-dev/postern/transfer"
)

// documentsOfTheTrip is how many documents travel; with -short fewer.
func documentsOfTheTrip() int {
	if testing.Short() {
		return 10_000
	}
	return 100_000
}

// TestFromSQLiteToPostgreSQLAndBack moves documents as `postern export` and
// `postern import` do, and compares everything.
func TestFromSQLiteToPostgreSQLAndBack(t *testing.T) {
	n := documentsOfTheTrip()
	here := open(t, sqliteURL(t))
	timed(t, n, "filled", func() { fill(t, here, n) })
	var first, second, third []byte
	timed(t, n, "exported from SQLite", func() { first = export(t, here) })
	there := open(t, postgresURL(t))
	timed(t, n, "checked", func() { check(t, there, first, int64(n)+3, 0) })
	timed(t, n, "imported into PostgreSQL", func() { move(t, there, first, int64(n)+3, 0) })
	timed(t, n, "exported from PostgreSQL", func() { second = export(t, there) })
	if !bytes.Equal(first, second) {
		t.Fatal("PostgreSQL's file is another")
	}
	timed(t, n, "imported again, with nothing to do", func() { move(t, there, first, 0, int64(n)+3) })
	back := open(t, sqliteURL(t))
	timed(t, n, "imported into SQLite", func() { move(t, back, second, int64(n)+3, 0) })
	if third = export(t, back); !bytes.Equal(first, third) {
		t.Fatal("the file after the way back is another")
	}
	compareAll(t, n, here, there, back)
}

// compareAll asks each database by itself: for documents, for those whom a rule
// shows, and for the order of an index.
func compareAll(t *testing.T, n int, stores ...*store.Store) {
	c := declared()[1]
	for _, s := range stores {
		for _, tt := range []struct {
			visible collection.Condition
			want    int
		}{
			{collection.Always(), n},
			{collection.OwnedBy(ada), (n + 2) / 3},
			{collection.Naming(collection.Path{"editors"}, collection.Owner{Issuer: ada.Issuer, Subject: "auth0|bob"}), (n + 2) / 3},
		} {
			if got, err := s.Count(t.Context(), c, collection.Scan{Visible: tt.visible}, 0); err != nil || got != tt.want {
				t.Errorf("%d documents, want %d: %v", got, tt.want, err)
			}
		}
		for _, i := range []int{0, 1, 2, n / 2, n - 1} {
			want := note(i)
			got, err := s.Get(t.Context(), c, want.ID, collection.Always())
			if err != nil || got == nil || got.Tag() != want.Tag() || got.Owner != want.Owner ||
				!got.CreatedAt.Equal(want.CreatedAt) || !got.UpdatedAt.Equal(want.UpdatedAt) ||
				string(got.Body.Append(nil)) != string(want.Body.Append(nil)) {
				t.Errorf("document %d became %+v: %v", i, got, err)
			}
		}
		if !s.Ready(c, c.Indexes[0]) {
			t.Error("the index is not ready")
		}
	}
}

func timed(t *testing.T, n int, what string, work func()) {
	began := time.Now()
	work()
	took := time.Since(began)
	t.Logf("%s: %v, %.0f documents a second", what, took.Round(time.Millisecond), float64(n)/took.Seconds())
}

func check(t *testing.T, s *store.Store, file []byte, missing, there int64) {
	t.Helper()
	report, err := transfer.Check(t.Context(), s, bytes.NewReader(file), importing())
	if err != nil || report.Written() != 0 || all(report) != missing+there {
		t.Fatalf("%v %+v", err, report)
	}
}

// move imports a file and wants it to write and to find so many documents.
func move(t *testing.T, s *store.Store, file []byte, written, there int64) {
	t.Helper()
	report, err := transfer.Import(t.Context(), s, bytes.NewReader(file), importing())
	if err != nil {
		t.Fatal(err)
	}
	if report.Written() != written || all(report) != written+there {
		t.Fatalf("%d written of %d, want %d and %d there", report.Written(), all(report), written, there)
	}
	for _, c := range report.Collections {
		if c.Written+c.There != c.Documents || len(c.SHA256) != 64 {
			t.Errorf("%+v", c)
		}
	}
}

func all(r transfer.Report) (n int64) {
	for _, c := range r.Collections {
		n += c.Documents
	}
	return n
}
