package api_test

import (
	"net/http"
	"strings"
	"testing"
)

// TestTheOrderOfChecks sends requests with two mistakes at once: identity goes
// before the right to the collection, that before visibility, that before the
// right to the operation, then come precondition, body and what is taken.
func TestTheOrderOfChecks(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, changes ...change) {
		w := newWorld(t, changes...)
		w.tokens["expired"] = w.Issuer.Token(map[string]any{"exp": 1})
		w.mustRefuseAll(t, identityFirst())
		w.mustRefuseAll(t, thenTheCollection())
		w.mustRefuseAll(t, thenVisibility())
		w.mustRefuseAll(t, thenTheRest())
	})
}

func identityFirst() []bad {
	nobody, expired := fault{401, "token_missing", "-", ""}, fault{401, "token_expired", "-", ""}
	at := func(method, path string) call { return call{Method: method, Path: "/api/v1/" + path} }
	return []bad{
		{"nobody lists", "", at("", "notes"), nobody},
		{"nobody lists with a bad query", "", at("", "notes?colour=red"), nobody},
		{"nobody reads", "", at("", "notes/$note"), nobody},
		{"nobody reads with a bad query", "", at("", "notes/$note?colour=red"), nobody},
		{"nobody reads with a bad header", "", at("", "notes/$note").with("If-None-Match", "x"), nobody},
		{"nobody reads what there is not", "", at("", "notes/$absent"), nobody},
		{"nobody creates", "", post(`{"title":"a"}`), nobody},
		{"nobody creates what is not valid", "", post(`{}`), nobody},
		{"nobody creates what is no JSON", "", post(`{`), nobody},
		{"nobody creates nothing", "", post(``), nobody},
		{"nobody creates with a bad header", "", post(`{}`).with("If-Match", "x"), nobody},
		{"nobody creates with a bad query", "", to("POST", "notes?a=b", `{}`), nobody},
		{"nobody replaces what there is not", "", to("PUT", "notes/$absent", `{}`), nobody},
		{"nobody patches, with a bad header", "", merged(`{}`).with("If-Match", "x"), nobody},
		{"nobody deletes", "", at("DELETE", "notes/$note"), nobody},
		{"an expired token where nobody needs one", "expired", at("", "announcements"), expired},
		{"an expired token and a bad query", "expired", at("", "announcements?colour=red"), expired},
		{"an expired token and a bad body", "expired", post(`{`), expired},
		{"an expired token and what there is not", "expired", at("", "notes/$absent"), expired},
	}
}

func thenTheCollection() []bad {
	scope := fault{403, "scope_missing", "-", "write:announcements"}
	denied := fault{403, "not_allowed", "-", ""}
	return []bad{
		{"create without the scope", "ada", to("POST", "announcements", `{"text":"a"}`), scope},
		{"create without the scope what is not valid", "ada", to("POST", "announcements", `{"text":1}`), scope},
		{"create without the scope what is no JSON", "ada", to("POST", "announcements", `{`), scope},
		{"create without the scope, with a bad header", "ada", to("POST", "announcements", `{}`).with("Idempotency-Key", ""), scope},
		{"create without the scope, with a bad id", "ada", to("PUT", "announcements/A B", `{}`).with("If-None-Match", "*"), scope},
		{"create without the scope, with an id that is taken", "ada", to("PUT", "announcements/$announcement", `{}`).with("If-None-Match", "*"), scope},
		{"read where nobody may", "ada", call{Path: "/api/v1/drops/x"}, denied},
		{"list where nobody may", "ada", call{Path: "/api/v1/drops"}, denied},
		{"list where nobody may, with a bad query", "ada", call{Path: "/api/v1/drops?colour=red"}, denied},
		{"list where nobody may, with a bad cursor", "ada", call{Path: "/api/v1/drops?cursor=x"}, denied},
		{"replace where nobody may, what there is not", "ada", to("PUT", "drops/x", `{}`), denied},
		{"replace where nobody may, with no JSON", "ada", to("PUT", "drops/x", `{`), denied},
		{"delete where nobody may", "ada", call{Method: "DELETE", Path: "/api/v1/drops/x"}, denied},
	}
}

func thenVisibility() []bad {
	absent := fault{404, "document_not_found", "-", ""}
	denied := fault{403, "not_allowed", "-", "To delete in tasks asks for owner."}
	foreign := func(method, body string) call { return to(method, "notes/$foreign", body) }
	task := func() call { return call{Method: "DELETE", Path: "/api/v1/tasks/$task"} }
	return []bad{
		{"another's document, with another version", "ada", foreign("PUT", `{"title":"a"}`).with("If-Match", `"9-aaaa"`), absent},
		{"another's document, with its version", "ada", foreign("PUT", `{"title":"a"}`).with("If-Match", `$foreigntag`), absent},
		{"another's document, with a stale version", "ada", foreign("PUT", `{"title":"a","version":0}`), absent},
		{"another's document, not valid", "ada", foreign("PUT", `{}`), absent},
		{"another's document, too large", "ada", foreign("PATCH", `{"title":1}`), absent},
		{"another's document, as what is taken", "ada", foreign("PATCH", `{"slug":"milk"}`), absent},
		{"another's document, read with its tag", "ada", call{Path: "/api/v1/notes/$foreign"}.with("If-None-Match", "$foreigntag"), absent},
		{"another's document, read with a star", "ada", call{Path: "/api/v1/notes/$foreign"}.with("If-None-Match", "*"), absent},
		{"another's document, deleted", "ada", call{Method: "DELETE", Path: "/api/v1/notes/$foreign"}.with("If-Match", "$foreigntag"), absent},
		{"a task that is not shared, deleted", "grace", call{Method: "DELETE", Path: "/api/v1/tasks/$private"}, absent},
		{"a shared task, deleted", "grace", task(), denied},
		{"a shared task, deleted in another version", "grace", task().with("If-Match", `"9-aaaa"`), denied},
		{"an announcement, replaced with what is not valid", "ada", to("PUT", "announcements/$announcement", `{"text":1}`), fault{403, "scope_missing", "-", ""}},
		{"an announcement that there is not, replaced", "ada", to("PUT", "announcements/nothing", `{"text":1}`), absent},
		{"an announcement, replaced in another version", "ada", to("PUT", "announcements/$announcement", `{}`).with("If-Match", `"9-aaaa"`), fault{403, "scope_missing", "-", ""}},
	}
}

func thenTheRest() []bad {
	fresh := func(of, id, body string) call { return to("PUT", of+"/"+id, body).with("If-None-Match", "*") }
	changed := fault{412, "precondition_failed", "-", `"current"`}
	other := `"9-aaaa"`
	return []bad{
		{"another version, not valid", "ada", put(`{}`).with("If-Match", other), changed},
		{"another version, and a slug that is taken", "ada", merged(`{"slug":"bread"}`).with("If-Match", other), changed},
		{"another version, and a patch that does not fit", "ada", patched(`[{"op":"remove","path":"/x"}]`).with("If-Match", other), changed},
		{"another version, and a test that does not hold", "ada", patched(`[{"op":"test","path":"/title","value":1}]`).with("If-Match", other), changed},
		{"another version, and no patch at all", "ada", patched(`{}`).with("If-Match", other), changed},
		{"not valid, and a slug that is taken", "ada", merged(`{"slug":"bread","title":""}`), invalid("/title", "")},
		{"not valid, and an id that is taken", "ada", fresh("notes", "$note", `{}`), invalid("/title", "")},
		{"not valid, and an id that another has", "ada", fresh("notes", "$foreign", `{}`), invalid("/title", "")},
		{"not valid, and a letter that is taken", "ada", to("POST", "keys", `{"letter":1}`), invalid("/letter", "")},
		{"an id that is taken", "ada", fresh("notes", "$note", `{"title":"a"}`), fault{409, "id_unavailable", "-", ""}},
		{"an id that another has", "ada", fresh("notes", "$foreign", `{"title":"a"}`), fault{409, "id_unavailable", "-", ""}},
		{"an id that is taken, and a slug, too", "ada", fresh("notes", "$note", `{"title":"a","slug":"bread"}`), fault{409, "id_unavailable", "-", ""}},
		{"a slug that is taken", "ada", merged(`{"slug":"bread"}`), fault{409, "unique_taken", "/slug", "among your documents"}},
		{"a drop without the caller's name", "ada", to("POST", "drops", `{"text":"a","editors":["grace"]}`), fault{403, "not_allowed", "-", ""}},
		{"a drop without the caller's name, not valid", "ada", to("POST", "drops", `{"text":1,"editors":["grace"]}`), fault{403, "not_allowed", "-", ""}},
		{"a drop with the caller's name, not valid", "ada", to("POST", "drops", `{"text":1,"editors":["ada"]}`), invalid("/text", "")},
	}
}

// TestATakenIdSaysNothingAboutWhoHasIt compares the answers of an id of one's
// own and one of somebody else.
func TestATakenIdSaysNothingAboutWhoHasIt(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, changes ...change) {
		w := newWorld(t, changes...)
		var bodies []wireProblem
		for _, id := range []string{"$note", "$foreign"} {
			a := w.knock(t, "ada", to("PUT", "notes/"+id, `{"title":"a"}`).with("If-None-Match", "*"))
			a.Problem.RequestID, a.Problem.Instance = "", ""
			bodies = append(bodies, a.Problem)
			if a.Header.Get("ETag") != "" || a.Header.Get("Location") != "" {
				t.Errorf("the answer says %v", a.Header)
			}
		}
		if mustJSON(bodies[0]) != mustJSON(bodies[1]) {
			t.Errorf("%v\nand %v", bodies[0], bodies[1])
		}
	})
}

// TestWhoMayChangeAndNotReadLearnsNothing has a moderator change a report that
// only its owner reads. The moderator is told the version it made, so that its
// next change can name it.
func TestWhoMayChangeAndNotReadLearnsNothing(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, changes ...change) {
		w := newWorld(t, changes...)
		state := to("PATCH", "reports/$report", `{"state":"closed"}`)
		a := w.knock(t, "editor", state)
		if a.Status != http.StatusNoContent || a.Body != "" || !strings.HasPrefix(a.Header.Get("ETag"), `"2-`) {
			t.Errorf("got %d %v %s", a.Status, a.Header, a.Body)
		}
		a = w.knock(t, "editor", batch(`{"method":"PATCH","path":"/reports/$report","body":{"state":"open"}}`))
		if a.Status != http.StatusOK || !strings.HasPrefix(a.Body, `{"responses":[{"status":204,"headers":{"ETag":"\"3-`) || strings.Contains(a.Body, "body") {
			t.Errorf("got %d %s", a.Status, a.Body)
		}
		a = w.knock(t, "editor", state.with("If-Match", `"1-aaaa"`))
		if a.Status != http.StatusPreconditionFailed || a.Header.Get("ETag") != "" {
			t.Errorf("got %d %v %s", a.Status, a.Header, a.Body)
		}
		if text := w.everything(t); !contains(text, `"state":"open"`, "what only ada reads") || contains(a.Body, `"current":`) {
			t.Errorf("%s\nand %s", text, a.Body)
		}
		test := to("PATCH", "reports/$report", `[{"op":"test","path":"/text","value":"what only ada reads"}]`)
		test.Header.Set("Content-Type", jsonPatch)
		w.mustRefuseAll(t, []bad{
			{"read", "editor", call{Path: "/api/v1/reports/$report"}, fault{404, "document_not_found", "-", ""}},
			{"test", "editor", test, fault{403, "not_allowed", "-", "To read in reports asks for owner."}},
		})
	})
}
