package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

// TestTagsAreKnownAgain sends a document's tag back in all forms that clients
// and proxies make of it.
func TestTagsAreKnownAgain(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, changes ...change) {
		w := newWorld(t, changes...)
		for _, form := range []string{
			`"TAG"`, `W/"TAG"`, `"TAG-gzip"`, `"TAG--gzip"`, `W/"TAG-gzip"`, `"TAG-br"`, `"TAG;br"`, `"TAG:zstd"`, `"TAGgzip"`, `"TAG-deflate"`,
			`"1-zzzz", "TAG"`, `"TAG","1-zzzz"`, ` "TAG" , `, `*`,
		} {
			t.Run(form, func(t *testing.T) { w.mustKnow(t, form) })
		}
	})
}

func (w *world) mustKnow(t *testing.T, form string) {
	t.Helper()
	read := call{Path: "/api/v1/notes/$note"}
	quoted := w.knock(t, "ada", read).Header.Get("ETag")
	sent := strings.ReplaceAll(form, "TAG", strings.Trim(quoted, `"`))
	a := w.knock(t, "ada", read.with("If-None-Match", sent))
	if a.Status != http.StatusNotModified || a.Body != "" || a.Header.Get("ETag") != quoted {
		t.Errorf("GET got %d %v %s", a.Status, a.Header, a.Body)
	}
	mustBeKept(t, a)
	a = w.knock(t, "ada", merged(`{"done":true}`).with("If-Match", sent))
	if a.Status != http.StatusOK || a.Header.Get("ETag") == quoted || a.Header.Get("ETag") == "" {
		t.Errorf("PATCH got %d %v %s", a.Status, a.Header, a.Body)
	}
	if form == "*" {
		return
	}
	a = w.knock(t, "ada", merged(`{"done":false}`).with("If-Match", sent))
	if a.Status != http.StatusPreconditionFailed || !contains(a.Body, `"current":{"id":`, `"done":true`) {
		t.Errorf("the second PATCH got %d %s", a.Status, a.Body)
	}
	a = w.knock(t, "ada", read.with("If-None-Match", sent))
	if a.Status != http.StatusOK || a.Body == "" {
		t.Errorf("GET got %d %s", a.Status, a.Body)
	}
	mustBeKept(t, a)
}

// mustBeKept fails unless browsers may keep the answer, for this caller only,
// and ask again.
func mustBeKept(t *testing.T, a answer) {
	t.Helper()
	if a.Header.Get("Cache-Control") != "private, no-cache" || !slices.Contains(words(a.Header, "Vary"), "Authorization") {
		t.Errorf("%d: Cache-Control is %q, Vary %q", a.Status, a.Header.Get("Cache-Control"), a.Header.Values("Vary"))
	}
	mustBeReadable(t, a)
}

// TestADocumentMadeAgainHasAnotherTag deletes a document and makes one with the
// same id, body and version: the old tag must not fit it.
func TestADocumentMadeAgainHasAnotherTag(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, changes ...change) {
		w := newWorld(t, changes...)
		fresh := to("PUT", "notes/$absent", `{"title":"a"}`).with("If-None-Match", "*")
		first := w.knock(t, "ada", fresh)
		old := first.Header.Get("ETag")
		remove := call{Method: "DELETE", Path: "/api/v1/notes/$absent"}
		if a := w.knock(t, "ada", remove.with("If-Match", old)); first.Status != 201 || a.Status != 204 || a.Body != "" {
			t.Fatalf("got %d, then %d %s", first.Status, a.Status, a.Body)
		}
		second := w.knock(t, "ada", fresh)
		if second.Status != 201 || second.Header.Get("ETag") == old || !contains(second.Body, `"version":1`) {
			t.Fatalf("got %d %v %s", second.Status, second.Header, second.Body)
		}
		for _, c := range []call{to("PUT", "notes/$absent", `{"title":"b"}`), to("PATCH", "notes/$absent", `{"title":"b"}`), remove} {
			if a := w.knock(t, "ada", c.with("If-Match", old)); a.Status != http.StatusPreconditionFailed {
				t.Errorf("%s with the tag of its predecessor got %d %s", c.Method, a.Status, a.Body)
			}
		}
		if a := w.knock(t, "ada", call{Path: "/api/v1/notes/$absent"}.with("If-None-Match", old)); a.Status != http.StatusOK {
			t.Errorf("GET with the tag of its predecessor got %d", a.Status)
		}
		if a := w.knock(t, "ada", fresh); a.Status != http.StatusConflict {
			t.Errorf("made a third time, got %d %s", a.Status, a.Body)
		}
	})
}

// TestEchoesAreFine sends back what was read, members of the server's included.
func TestEchoesAreFine(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, changes ...change) {
		w := newWorld(t, changes...)
		read := call{Path: "/api/v1/notes/$note?include=can"}
		for _, c := range []call{put(""), merged(""), patched("")} {
			a := w.knock(t, "ada", read)
			c.Body = a.Body
			if slices.Contains(c.Header["Content-Type"], jsonPatch) {
				c.Body = `[{"op":"replace","path":"","value":` + a.Body + `}]`
			}
			if !contains(a.Body, `"owner":"ada"`, `"can":{"update":true,"delete":true}`, `"version":`) {
				t.Fatalf("got %s", a.Body)
			}
			after := w.knock(t, "ada", c)
			if after.Status != http.StatusOK || contains(after.Body, `"can"`) || !contains(after.Body, `"title":"milk"`) {
				t.Errorf("got %d %s", after.Status, after.Body)
			}
			if again := w.knock(t, "ada", c); again.Status != http.StatusPreconditionFailed {
				t.Errorf("the same echo later got %d %s", again.Status, again.Body)
			}
		}
		if a := w.knock(t, "ada", to("PUT", "notes/$absent", `{"title":"a","id":"$absent","can":{}}`).with("If-None-Match", "*")); a.Status != 201 {
			t.Errorf("a new document with its id got %d %s", a.Status, a.Body)
		}
		if a := w.knock(t, "ada", call{Path: "/api/v1/notes/$note?fields=title"}); contains(a.Body, "owner") || contains(a.Body, "createdAt") {
			t.Errorf("only the title: %s", a.Body)
		}
	})
}

// TestIdempotencyKeys sends requests again, and others under the same key.
func TestIdempotencyKeys(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, changes ...change) {
		w := newWorld(t, changes...)
		keyed := func(body string) call { return post(body).with("Idempotency-Key", "k-1") }
		first := w.knock(t, "ada", keyed(`{"title":"once"}`))
		for _, key := range []string{"k-1", `"k-1"`} {
			again := w.knock(t, "ada", post(`{"title":"once"}`).with("Idempotency-Key", key))
			if again.Status != 201 || again.Body != first.Body || again.Header.Get("Idempotency-Replayed") != "true" ||
				again.Header.Get("ETag") != first.Header.Get("ETag") || again.Header.Get("Location") != first.Header.Get("Location") {
				t.Errorf("%s again: %d %v %s\nfirst %s", key, again.Status, again.Header, again.Body, first.Body)
			}
		}
		reused := fault{422, "idempotency_key_reused", "-", ""}
		w.mustRefuseAll(t, []bad{
			{"another body", "ada", keyed(`{"title":"twice"}`), reused},
			{"one blank more", "ada", keyed(`{"title": "once"}`), reused},
			{"another body, not valid", "ada", keyed(`{}`), reused},
			{"no JSON", "ada", keyed(`{`), noJSON("", "ends")},
		})
		other := w.knock(t, "grace", keyed(`{"title":"once"}`))
		if other.Status != 201 || other.Header.Get("Idempotency-Replayed") != "" || contains(other.Body, `"owner":"ada"`) {
			t.Errorf("somebody else's: %d %s", other.Status, other.Body)
		}
		if a := w.knock(t, "ada", to("POST", "tasks", `{"title":"once"}`).with("Idempotency-Key", "k-1")); a.Status != 201 || a.Header.Get("Idempotency-Replayed") != "" {
			t.Errorf("at another place: %d %s", a.Status, a.Body)
		}
		w.mustBatchOnce(t)
	})
}

// mustBatchOnce sends batches of one and of two again, and others under their
// keys.
func (w *world) mustBatchOnce(t *testing.T) {
	t.Helper()
	reused := fault{422, "idempotency_key_reused", "-", ""}
	for key, c := range map[string]call{"one": batch(fine), "two": batch(fine, fine)} {
		c = c.with("Idempotency-Key", key)
		first, again := w.knock(t, "ada", c), w.knock(t, "ada", c)
		if first.Status != 200 || again.Body != first.Body || again.Header.Get("Idempotency-Replayed") != "true" {
			t.Errorf("%s: %d %s\nthen %d %s", key, first.Status, first.Body, again.Status, again.Body)
		}
		changed := batch(strings.Replace(fine, "fine", "other", 1)).with("Idempotency-Key", key)
		w.mustRefuseAll(t, []bad{{"another batch of " + key, "ada", changed, reused}})
	}
}

// TestARefusedRequestMayBeSentAgain uses the key of a refused request for one
// that is right.
func TestARefusedRequestMayBeSentAgain(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, changes ...change) {
		w := newWorld(t, changes...)
		for _, body := range []string{`{"title":""}`, `{"title":"a","slug":"milk"}`} {
			if a := w.knock(t, "ada", post(body).with("Idempotency-Key", "k")); a.Status < 400 {
				t.Fatalf("got %d %s", a.Status, a.Body)
			}
		}
		a := w.knock(t, "ada", post(`{"title":"a"}`).with("Idempotency-Key", "k"))
		if a.Status != 201 || a.Header.Get("Idempotency-Replayed") != "" {
			t.Errorf("got %d %v %s", a.Status, a.Header, a.Body)
		}
	})
}
