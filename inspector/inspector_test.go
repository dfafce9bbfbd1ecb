package inspector_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/postern-dev/postern/inspector"
)

const secret = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhdXRoMHxhZGEifQ.c2lnbmF0dXJl" // of auth0|ada

// seenOf sends requests through the inspector and returns what it tells of
// them.
func seenOf(t *testing.T, answer http.HandlerFunc, requests ...*http.Request) (seen []inspector.Seen, text string) {
	t.Helper()
	i := inspector.New([]string{"https://app.example.com"})
	for _, r := range requests {
		i.Wrap(answer).ServeHTTP(httptest.NewRecorder(), r)
	}
	server := httptest.NewServer(i)
	defer server.Close()
	response, err := http.Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	lines := bufio.NewScanner(response.Body)
	lines.Buffer(nil, 1<<20)
	for len(seen) < min(len(requests), 200) && lines.Scan() {
		text += lines.Text()
		if data, is := strings.CutPrefix(lines.Text(), "data: "); is {
			var s inspector.Seen
			if err := json.Unmarshal([]byte(data), &s); err != nil {
				t.Fatal(err)
			}
			seen = append(seen, s)
		}
	}
	return seen, text
}

func request(method, target string, header ...string) *http.Request {
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return r
}

// problem answers as the API does.
func problem(status int, code string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		_, _ = fmt.Fprintf(w, `{"code":%q,"detail":"why","hint":"how"}`, code)
	}
}

func TestDecisions(t *testing.T) {
	t.Parallel()
	const app, all = "https://app.example.com", "Access-Control-Allow-"
	bearer := []string{"Authorization", "Bearer " + secret}
	for _, tt := range []struct {
		name    string
		request *http.Request
		answer  http.HandlerFunc
		want    string
	}{
		{"accepted", request("GET", "/", bearer...), problem(200, "", "RateLimit", `"default";r=9`), "cors skipped, token ok, limit ok, right ok, handler ok"},
		{"no token", request("GET", "/"), problem(401, "token_missing"), "cors skipped, token refused, limit skipped, right skipped, handler skipped"},
		{"a bad token", request("GET", "/", bearer...), problem(401, "token_expired"), "cors skipped, token refused, limit skipped, right skipped, handler skipped"},
		{"two tokens", request("GET", "/", bearer...), problem(400, "credentials_ambiguous"), "cors skipped, token refused, limit skipped, right skipped, handler skipped"},
		{"no keys", request("GET", "/", bearer...), problem(503, "keys_unavailable"), "cors skipped, token refused, limit skipped, right skipped, handler skipped"},
		{"too many", request("GET", "/", bearer...), problem(429, "rate_limited"), "cors skipped, token ok, limit refused, right skipped, handler skipped"},
		{"no right", request("GET", "/", bearer...), problem(403, "scope_missing"), "cors skipped, token ok, limit skipped, right refused, handler skipped"},
		{"a bad body", request("POST", "/", bearer...), problem(422, "invalid"), "cors skipped, token ok, limit skipped, right ok, handler refused"},
		{"a page that may", request("GET", "/", "Origin", app), problem(200, "", all+"Origin", app), "cors ok, token skipped, limit skipped, right ok, handler ok"},
		{"a page that may not", request("GET", "/", "Origin", "https://x.example"), problem(200, ""), "cors refused, token skipped, limit skipped, right ok, handler ok"},
		{"a preflight", request("OPTIONS", "/", "Origin", app, "Access-Control-Request-Method", "PUT", "Access-Control-Request-Headers", "authorization"),
			problem(204, "", all+"Origin", app, all+"Methods", "GET,PUT", all+"Headers", "Authorization"), "cors ok"},
		{"a preflight for a method that is none", request("OPTIONS", "/", "Origin", app, "Access-Control-Request-Method", "TRACE"),
			problem(204, "", all+"Origin", app, all+"Methods", "GET,PUT"), "cors refused"},
		{"a preflight with a header of one's own", request("OPTIONS", "/", "Origin", app, "Access-Control-Request-Method", "GET", "Access-Control-Request-Headers", "x-mine"),
			problem(204, "", all+"Origin", app, all+"Headers", "Authorization"), "cors refused"},
		{"a foreign preflight", request("OPTIONS", "/", "Origin", "https://x.example", "Access-Control-Request-Method", "GET"), problem(204, ""), "cors refused"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			seen, _ := seenOf(t, tt.answer, tt.request)
			var got []string
			for _, d := range seen[0].Decisions {
				got = append(got, d.Step+" "+string(d.Outcome))
				if d.Says == "" || d.Outcome == inspector.Refused && d.Mend == "" {
					t.Errorf("%s is not explained: %+v", d.Step, d)
				}
			}
			if strings.Join(got, ", ") != tt.want {
				t.Errorf("got  %s\nwant %s", strings.Join(got, ", "), tt.want)
			}
		})
	}
}

func TestSecretsAreNotShown(t *testing.T) {
	t.Parallel()
	for _, r := range []*http.Request{
		request("GET", "/", "Authorization", "Bearer "+secret),
		request("GET", "/?access_token="+secret+"&filter[title]=hunter2"),
		request("GET", "/"+secret+"/x"),
		request("GET", "/"+strings.Repeat("hunter2", 20)),
		request("GET", "/", "Cookie", "a="+secret, "X-Key", "hunter2"),
	} {
		seen, text := seenOf(t, problem(401, "token_expired"), r)
		if strings.Contains(text, "eyJ") || strings.Contains(text, "hunter2") {
			t.Errorf("it shows %s", text)
		}
		if seen[0].Who != "" {
			t.Errorf("a token that was refused speaks for %s", seen[0].Who)
		}
	}
	if seen, _ := seenOf(t, problem(200, ""), request("GET", "/", "Authorization", "Bearer "+secret)); seen[0].Who != "auth0|ada" {
		t.Errorf("an accepted token speaks for %q", seen[0].Who)
	}
}

func TestTheLastOnesAreKept(t *testing.T) {
	t.Parallel()
	var requests []*http.Request
	for n := range 250 {
		requests = append(requests, request("GET", fmt.Sprintf("/%d", n)))
	}
	seen, _ := seenOf(t, problem(200, ""), requests...)
	if len(seen) != 200 || seen[0].Path != "/50" || seen[199].Path != "/249" {
		t.Errorf("%d are kept, from %s to %s", len(seen), seen[0].Path, seen[len(seen)-1].Path)
	}
}
