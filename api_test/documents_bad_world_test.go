package api_test

import (
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/config"
	"github.com/postern-dev/postern/store/pgtest"
)

// onBoth runs the test on SQLite and on a PostgreSQL database of its own; the
// changes say which.
func onBoth(t *testing.T, test func(t *testing.T, changes ...change)) {
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		test(t, onSQLite(t))
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		url := pgtest.URL(t)
		test(t, func(s *config.Settings) { s.DatabaseURL = url })
	})
}

// plainJSON is the media type of most bodies.
const plainJSON = "application/json"

// world is a server with a few documents of two people, and the words by which
// rows of tables speak of them: $note and $tag are ada's note and its entity
// tag, $foreign and $foreigntag grace's, $absent an id that nobody has, $task
// ada's task that grace edits too, $private one that she does not.
type world struct {
	*server
	tokens map[string]string
	words  []string
}

// newWorld starts one. Besides notes, announcements and tasks it has a
// collection for each rule and format of ids that those lack.
func newWorld(t *testing.T, changes ...change) *world {
	t.Helper()
	collections := []*collection.Collection{notes(t), announcements(t), tasks(t), reports(t), drops(t), keys(t)}
	return fill(t, startCollections(t, collections, append(changes, noRateLimit, hasty)...))
}

// hasty leaves out the waiting for the disk, of which many small writes would
// do a lot; what survives a power cut is for the tests of the store.
func hasty(s *config.Settings) { s.Durability = "normal" }

// fill signs people in and has them write the documents of a world.
func fill(t *testing.T, s *server) *world {
	t.Helper()
	w := &world{server: s, tokens: map[string]string{}}
	for name, scope := range map[string]string{"ada": "openid", "grace": "openid", "editor": "write:announcements moderate"} {
		w.tokens[name] = s.Issuer.Token(map[string]any{"sub": name, "scope": scope})
	}
	w.words = []string{"$absent", "01890a5d-ac96-774b-bcce-b302099a8057"}
	w.plant(t, "$note", "ada", "notes", `{"title":"milk","slug":"milk","priority":1,"tags":["a","b"]}`)
	w.plant(t, "$foreign", "grace", "notes", `{"title":"secret of grace","slug":"secret"}`)
	w.plant(t, "$second", "ada", "notes", `{"title":"bread","slug":"bread"}`)
	w.plant(t, "$task", "ada", "tasks", `{"title":"shared","editors":["grace"]}`)
	w.plant(t, "$private", "ada", "tasks", `{"title":"mine alone"}`)
	w.plant(t, "$report", "ada", "reports", `{"text":"what only ada reads"}`)
	w.plant(t, "$announcement", "editor", "announcements", `{"text":"welcome"}`)
	return w
}

// plant creates a document and remembers its id and tag under the word.
func (w *world) plant(t *testing.T, word, as, of, body string) {
	t.Helper()
	a := w.write(t, "POST", as, "/api/v1/"+of, body)
	if a.Status != http.StatusCreated {
		t.Fatalf("%s got %d %s", word, a.Status, a.Body)
	}
	var made struct{ ID string }
	decode(t, a.Body, &made)
	w.words = append([]string{word + "tag", a.Header.Get("ETag"), word, made.ID}, w.words...)
}

// reports are read by their owner and changed by a moderator who cannot read
// them.
func reports(t *testing.T) *collection.Collection {
	moderate := collection.Rule{Kind: collection.Scope, Name: "moderate"}
	either := collection.Rule{Kind: collection.Any, Of: []collection.Rule{owner, moderate}}
	return &collection.Collection{
		Name: "reports", ID: collection.UUIDv4, Owned: true,
		Schema: mustSchema(t, `{"type":"object","properties":{"text":{"type":"string"},"state":{"type":"string"}}}`),
		Read:   owner, Create: owner, Update: either, Delete: moderate,
	}
}

// drops are a letter box: whoever is signed in may put something in, with a
// name among the editors, and nobody may read it.
func drops(t *testing.T) *collection.Collection {
	return &collection.Collection{
		Name: "drops", ID: collection.AnyID,
		Schema: mustSchema(t, `{"type":"object","properties":{"text":{"type":"string"},"editors":{"type":"array","items":{"type":"string"}}}}`),
		Create: collection.Rule{Kind: collection.Member, Path: collection.Path{"editors"}},
	}
}

// keys have ids of people's own choice, unique letters, and small quotas.
func keys(t *testing.T) *collection.Collection {
	signedIn := collection.Rule{Kind: collection.Authenticated}
	return &collection.Collection{
		Name: "keys", ID: collection.Slug, Owned: true, MaxDocuments: 5, MaxBytes: 2000,
		Schema: mustSchema(t, `{"type":"object","properties":{"letter":{"type":"string"},"part":{"type":"object","properties":{
			"n":{"type":"integer","minimum":0},"at":{"type":"string","format":"date"}}}}}`),
		Read: signedIn, Create: signedIn, Update: owner, Delete: owner,
		Unique: []collection.Unique{{Paths: []collection.Path{{"letter"}}}},
	}
}

// said is the text with the words of the world replaced.
func (w *world) said(text string) string { return strings.NewReplacer(w.words...).Replace(text) }

// write sends JSON.
func (w *world) write(t *testing.T, method, as, path, body string) answer {
	t.Helper()
	return w.knock(t, as, call{Method: method, Path: path, Body: body}.with("Content-Type", plainJSON))
}

// knock makes the call as somebody, from a page of the app.
func (w *world) knock(t *testing.T, as string, c call) answer {
	t.Helper()
	c.Path, c.Body, c.Token = w.said(c.Path), w.said(c.Body), w.tokens[as]
	header := http.Header{"Origin": {app}}
	for name, values := range c.Header {
		for _, value := range values {
			header.Add(name, w.said(value))
		}
	}
	c.Header = header
	a := knock(t, w.request(t, c))
	if a.Status >= http.StatusBadRequest {
		_, _ = io.WriteString(w.refusals(t), a.Body)
	}
	return a
}

// knock sends the request and reads the answer.
func knock(t *testing.T, request *http.Request) answer {
	t.Helper()
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	a := answer{Status: response.StatusCode, Header: response.Header, Body: string(body)}
	if response.Header.Get("Content-Type") == "application/problem+json" && len(body) > 0 {
		if err := json.Unmarshal(body, &a.Problem); err != nil {
			t.Errorf("the problem is not JSON: %v", err)
		}
	}
	return a
}

// everything is all that is stored, as far as anybody can see it.
func (w *world) everything(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	for _, look := range []struct{ as, of string }{
		{"ada", "notes"}, {"grace", "notes"}, {"ada", "tasks"}, {"", "announcements"}, {"ada", "reports"}, {"ada", "keys"},
	} {
		a := w.knock(t, look.as, call{Path: "/api/v1/" + look.of + "?limit=200"})
		if a.Status != http.StatusOK {
			t.Fatalf("%s got %d %s", look.of, a.Status, a.Body)
		}
		all.WriteString(withoutPosition(a.Body) + "\n")
	}
	return all.String()
}

var positionMember = regexp.MustCompile(`"changes":"[\w-]+"`)

// withoutPosition blots out page.changes, which is another text each time.
func withoutPosition(body string) string {
	return positionMember.ReplaceAllString(body, `"changes":"…"`)
}
