package api_test

import (
	"database/sql"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/postern-dev/postern/auth/authtest"
	"github.com/postern-dev/postern/cmd/postern/serve"
	"github.com/postern-dev/postern/config"
	"github.com/postern-dev/postern/store"
	"github.com/postern-dev/postern/store/pgtest"
)

// former is what an earlier Postern said of a database that it left.
type former struct {
	Issuer  string // the one that owners are of
	Note    string // an id of a note of ada's
	Answers []struct {
		As, Path, ETag, Body string
		Status               int
	}
}

// TestADatabaseOfAnEarlierPostern opens what testdata/upgrade has. Everything is
// answered as it was: documents, lists by every index, pages by a cursor and
// changes from a position of before. Then writes go on, and once more after a
// restart.
func TestADatabaseOfAnEarlierPostern(t *testing.T) {
	t.Parallel()
	for name, load := range map[string]func(*testing.T, string) string{"sqlite": loadLite, "postgres": loadPostgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var was former
			decode(t, readFile(t, "testdata/upgrade/"+name+".json"), &was)
			at := load(t, readFile(t, "testdata/upgrade/"+name+".sql"))
			issuer := authtest.NewIssuer(t)
			s := upgraded(t, issuer, was, at)
			s.mustAnswerAsBefore(t, was)
			s.mustGoOn(t, was)
			s.mustStop(t)
			mustBeWhole(t, at)
			s = upgraded(t, issuer, was, at)
			s.must(t, http.StatusPreconditionFailed, "PATCH", "/notes/"+was.Note, signIn(issuer, "ada"), `{"title":"late"}`, "If-Match", `"3-ycid"`)
			s.must(t, http.StatusOK, "GET", "/notes/"+was.Note, signIn(issuer, "ada"), "")
		})
	}
}

func loadLite(t *testing.T, dump string) string {
	t.Helper()
	path := t.TempDir() + "/former.db"
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.Exec(dump); err != nil {
		t.Fatal(err)
	}
	return "sqlite:" + path
}

func loadPostgres(t *testing.T, dump string) string {
	t.Helper()
	at := pgtest.URL(t)
	conn, err := pgx.Connect(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	if _, err := conn.Exec(t.Context(), dump); err != nil {
		t.Fatal(err)
	}
	return at
}

// upgraded runs this server on the database. Its issuer stands in for the one of
// then, whose tokens nobody signs any more.
func upgraded(t *testing.T, issuer *authtest.Issuer, was former, at string) *server {
	t.Helper()
	s := launchOptions(t, issuer, serve.Options{Collections: declared(t)}, noRateLimit, func(s *config.Settings) {
		s.DatabaseURL = at
		s.Issuers[0].URL, s.Issuers[0].Formerly = was.Issuer, []string{issuer.URL()}
		s.Issuers[0].JWKSURL = issuer.URL() + ".well-known/jwks.json"
		s.KeepChangesFor = 100 * 365 * 24 * time.Hour // those of then stay, whenever this runs
	})
	s.waitReady(t)
	s.promise(t)
	return s
}

// sealedText is what differs each time that it is sealed.
var sealedText = regexp.MustCompile(`"(next|prev|changes)":"[\w…-]+"`)

func (s *server) mustAnswerAsBefore(t *testing.T, was former) {
	t.Helper()
	if len(was.Answers) < 30 {
		t.Fatalf("only %d answers are known", len(was.Answers))
	}
	plain := func(body string) string {
		return requestID.ReplaceAllString(sealedText.ReplaceAllString(body, `"$1":"…"`), "")
	}
	for _, before := range was.Answers {
		token := ""
		if before.As != "" {
			token = signIn(s.Issuer, before.As)
		}
		a := s.ask(t, "GET", strings.Replace(before.Path, "wait=0", "wait=10", 1), token, "")
		if a.Status != before.Status || a.Header.Get("ETag") != before.ETag || a.Status < 400 && plain(a.Body) != plain(before.Body) {
			t.Errorf("%s, as %q: got %d %s %s\nbefore it was %d %s %s", before.Path, before.As, a.Status, a.Header.Get("ETag"), a.Body, before.Status, before.ETag, before.Body)
		}
	}
}

// mustGoOn writes, in each way, and follows from before the upgrade.
func (s *server) mustGoOn(t *testing.T, was former) {
	t.Helper()
	ada := signIn(s.Issuer, "ada")
	a := s.must(t, http.StatusOK, "PATCH", "/notes/"+was.Note, ada, `{"project":"upgraded"}`)
	if !strings.Contains(a.Body, `"version":4`) || !strings.Contains(a.Body, `"priority":9007199254740993`) {
		t.Errorf("the note is %s", a.Body)
	}
	s.must(t, http.StatusConflict, "POST", "/notes", ada, `{"title":"a second one","slug":"milk"}`)
	s.must(t, http.StatusCreated, "POST", "/notes", ada, `{"title":"new","project":"upgraded","slug":"gone"}`)
	list := s.must(t, http.StatusOK, "GET", "/notes?filter[project]=upgraded&sort=-due&count=exact", ada, "")
	if !contains(list.Body, `"value":2`, `"title":"oat milk"`, `"title":"new"`) {
		t.Errorf("the list is %s", list.Body)
	}
	for _, before := range was.Answers {
		if before.As == "ada" && strings.Contains(before.Path, "/changes?") {
			s.mustContinue(t, before.Path, ada, before.Body)
		}
	}
}

// mustContinue waits until changes from a position of before have two more.
func (s *server) mustContinue(t *testing.T, path, token, before string) {
	t.Helper()
	want, now := strings.Count(before, `"op":`)+2, ""
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		now = s.must(t, http.StatusOK, "GET", strings.Replace(path, "wait=0", "wait=10", 1), token, "").Body
		if strings.Count(now, `"op":`) == want && contains(now, `"project":"upgraded"`, `"title":"new"`, `"reset":false`) {
			return
		}
	}
	t.Errorf("%d changes from before are not %d: %s", strings.Count(now, `"op":`), want, now)
}

// mustBeWhole holds the database against itself: keys, indexes, people, usage
// and changes agree with the documents.
func mustBeWhole(t *testing.T, at string) {
	t.Helper()
	db, err := store.Open(t.Context(), at, store.Options{Log: slog.New(slog.DiscardHandler), ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	found, err := db.Verify(t.Context())
	if err != nil || len(found.Flaws) > 0 || found.Documents < 37 || found.Changes < 40 {
		t.Errorf("found %+v: %v", found, err)
	}
}
