package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/postern-dev/postern/auth/authtest"
	"github.com/postern-dev/postern/config"
)

// calls are all that the pages ask for.
func (b *browser) calls(t *testing.T) []pageCall {
	t.Helper()
	s := start(t, b.welcome)
	ada, grace := b.token(t, "ada"), b.token(t, "grace")
	var calls []pageCall
	calls = append(calls, messages(s, ada, grace)...)
	calls = append(calls, refusals(s, grace)...)
	calls = append(calls, b.failures(t, ada)...)
	calls = append(calls, bodies(s)...)
	calls = append(calls, headCalls(s, ada)...)
	return append(calls, b.forbidden(s, ada)...)
}

// asJSON makes even a public call one that is preflighted; Auth0's samples
// send it with each GET.
var asJSON = http.Header{"Content-Type": {"application/json"}}

// asPlain is for bodies that need no preflight.
var asPlain = http.Header{"Content-Type": {"text/plain"}}

func messages(s *server, ada, grace string) []pageCall {
	const public, protected, admin = "/api/messages/public", "/api/messages/protected", "/api/messages/admin"
	return []pageCall{
		{name: "anybody reads the public message", server: s, call: call{Path: public},
			want: view{status: 200, text: "This is a public message."}},
		{name: "a sample app reads the public message", server: s, call: call{Path: public, Header: asJSON},
			want: view{status: 200, text: "This is a public message."}},
		{name: "ada reads the public message", server: s, call: call{Path: public, Token: ada},
			want: view{status: 200, text: "This is a public message."}},
		{name: "ada reads the protected message", server: s, call: call{Path: protected, Token: ada},
			want: view{status: 200, text: "This is a protected message."}},
		{name: "ada reads the admin message", server: s, call: call{Path: admin, Token: ada},
			want: view{status: 200, text: "This is an admin message."}},
		{name: "grace reads the public message", server: s, call: call{Path: public, Token: grace},
			want: view{status: 200, text: "This is a public message."}},
		{name: "grace reads the protected message", server: s, call: call{Path: protected, Token: grace},
			want: view{status: 200, text: "This is a protected message."}},
		{name: "grace learns why she does not read the admin message", server: s, call: call{Path: admin, Token: grace},
			want: view{status: 403, code: "permission_missing", text: `"message":"Permission denied"`}},
	}
}

func refusals(s *server, grace string) []pageCall {
	return []pageCall{
		{name: "401 without a token", server: s, call: call{Path: "/api/messages/protected"},
			want: view{status: 401, code: "token_missing", challenge: bareChallenge}},
		{name: "401 with a bad token", server: s, call: call{Path: "/api/messages/protected", Token: "a.b.c"},
			want: view{status: 401, code: "token_malformed", challenge: invalidToken}},
		{name: "403 without a scope", server: s, call: call{Path: "/trial/scope", Token: grace},
			want: view{status: 403, code: "scope_missing", challenge: lacksReadNotes}},
		{name: "404", server: s, call: call{Path: "/api/nowhere", Token: grace},
			want: view{status: 404, code: "not_found"}},
		{name: "404 with a slash too many", server: s, call: call{Path: "/trial/error/", Token: grace},
			want: view{status: 404, code: "not_found"}},
		{name: "405", server: s, call: call{Method: "DELETE", Path: "/api/messages/public"},
			want: view{status: 405, code: "method_not_allowed"}},
		{name: "431", server: s, call: call{Path: "/problems", Token: strings.Repeat("x", 33<<10)},
			want: view{status: 431, code: "headers_too_large"}},
	}
}

// failures are those of the server or of what it depends on.
func (b *browser) failures(t *testing.T, ada string) []pageCall {
	t.Helper()
	s := start(t, b.welcome)
	slow := start(t, b.welcome, func(s *config.Settings) { s.RequestTimeout = 50 * time.Millisecond })
	narrow := start(t, b.welcome, func(s *config.Settings) { s.RateLimit = 1 })
	lonely := authtest.NewIssuer(t)
	lonely.Break(authtest.Down())
	keyless := startWith(t, lonely, func(s *config.Settings) { s.Origins = []string{b.app} })
	return []pageCall{
		{name: "429", server: narrow, call: call{Path: "/api/messages/protected", Token: ada},
			want: view{status: 429, code: "rate_limited", retry: true}},
		{name: "500 of an error", server: s, call: call{Path: "/trial/error"},
			want: view{status: 500, code: "internal_error"}},
		{name: "500 of a panic", server: s, call: call{Path: "/trial/panic", Header: asJSON},
			want: view{status: 500, code: "internal_error"}},
		{name: "503 in time", server: slow, call: call{Path: "/trial/slow"},
			want: view{status: 503, code: "timed_out", retry: true}},
		{name: "503 without keys", server: keyless, call: call{Path: "/api/messages/protected", Token: lonely.Token(nil)},
			want: view{status: 503, code: "keys_unavailable", retry: true}},
		{name: "an answer that breaks off is an error", server: s, call: call{Path: "/trial/half"},
			want: view{status: 200, cut: true}},
	}
}

// bodies are requests that send one. The refused ones that are large are still
// being sent when the answer comes.
func bodies(s *server) []pageCall {
	post := call{Method: "POST", Path: "/trial/echo", Header: asJSON}
	plain := call{Method: "POST", Path: "/trial/echo", Header: asPlain}
	tooLarge := view{status: 413, code: "body_too_large"}
	notJSON := view{status: 415, code: "media_type_refused"}
	return []pageCall{
		{name: "a body comes back", server: s, call: call{Method: "POST", Path: "/trial/echo", Body: `{"title":"milk"}`, Header: asJSON},
			want: view{status: 200, text: `{"title":"milk"}`}},
		{name: "413 of a byte too many", server: s, call: post, size: 1<<20 + 1, want: tooLarge},
		{name: "413 of a large body", server: s, call: post, size: 8 << 20, want: tooLarge},
		{name: "413 without a preflight", server: s, call: plain, size: 8 << 20, want: tooLarge},
		{name: "415", server: s, call: plain, size: 10, want: notJSON},
		{name: "415 of the largest body", server: s, call: plain, size: 1 << 20, want: notJSON},
		{name: "422", server: s, call: call{Method: "POST", Path: "/trial/rule", Body: `{}`, Header: asJSON},
			want: view{status: 422, code: "body_invalid", text: `"pointer":"/title"`}},
	}
}

func headCalls(s *server, ada string) []pageCall {
	return []pageCall{
		{name: "HEAD", server: s, call: call{Method: "HEAD", Path: "/api/messages/admin", Token: ada},
			want: view{status: 200}},
		{name: "HEAD without a token", server: s, call: call{Method: "HEAD", Path: "/api/messages/admin"},
			want: view{status: 401, code: "token_missing", challenge: bareChallenge}},
	}
}

// forbidden are the calls that the browser does not let through.
func (b *browser) forbidden(s *server, ada string) []pageCall {
	calls := []pageCall{
		{name: "a header field that nobody allowed", server: s, call: call{Path: "/api/v1/me", Header: http.Header{"X-Unheard-Of": {"1"}}}},
		{name: "cookies", server: s, call: call{Path: "/openapi.json"}, credentials: "include"},
	}
	for _, c := range []pageCall{
		{name: "the public message", call: call{Path: "/api/messages/public"}},
		{name: "the protected message", call: call{Path: "/api/messages/protected", Token: ada}},
		{name: "a refusal", call: call{Path: "/api/messages/protected"}},
		{name: "a failure", call: call{Path: "/trial/error"}},
		{name: "a deletion", call: call{Method: "DELETE", Path: "/api/messages/public"}},
		{name: "a body", call: call{Method: "POST", Path: "/trial/echo", Body: "{}", Header: asJSON}},
		{name: "a body of plain text", call: call{Method: "POST", Path: "/trial/echo", Body: "{}", Header: asPlain}},
		{name: "an address that does not exist", call: call{Path: "/api/nowhere"}},
	} {
		c.name, c.server, c.page = "a foreign page: "+c.name, s, b.foreign
		calls = append(calls, c)
	}
	return calls
}
