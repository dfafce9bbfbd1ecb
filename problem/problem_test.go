package problem_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"regexp"
	"testing"
	"time"

	"github.com/postern-dev/postern/problem"
)

func write(t *testing.T, method, target string, p *problem.Problem) *httptest.ResponseRecorder {
	t.Helper()
	recorder := httptest.NewRecorder()
	recorder.Header().Set("X-Request-Id", "id-1")
	if err := problem.Write(recorder, httptest.NewRequest(method, target, nil), p); err != nil {
		t.Fatal(err)
	}
	return recorder
}

func TestAProblemIsWrittenWhole(t *testing.T) {
	fields := problem.BodyInvalid.New("")
	fields.Fields = []problem.Field{{Pointer: "/title", Detail: "must not be empty"}}
	fields.Message = "No"
	specific := problem.NotFound.New("No such thing.")
	specific.Specific = "It was x."
	for _, tt := range []struct {
		name, target string
		problem      *problem.Problem
		status       int
		want         string
	}{
		{"with the sentence of its kind", "/a", problem.Internal.New(""), 500,
			`{"type":"/problems/internal_error","title":"Internal error","status":500,"detail":"The server failed.","instance":"/a","code":"internal_error","requestId":"id-1","hint":"This is not your mistake. Tell the operator the requestId: the log has the cause under it."}`},
		{"with a detail and values of its own", "/a", specific, 404,
			`{"type":"/problems/not_found","title":"Not found","status":404,"detail":"No such thing.","instance":"/a","code":"not_found","requestId":"id-1","hint":"Check the address for spelling and a slash too many at the end. GET /openapi.json lists every address of this server. It was x."}`},
		{"with fields and a message", "/a", fields, 422,
			`{"type":"/problems/body_invalid","title":"Body invalid","status":422,"detail":"The request body breaks a rule.","instance":"/a","code":"body_invalid","requestId":"id-1","hint":"Each entry of errors points at a member of the body and says what is wrong with it.","errors":[{"pointer":"/title","detail":"must not be empty"}],"message":"No"}`},
		{"with an address in percent signs and no query", "/a%20b/%3Cscript%3E?secret=x", problem.MethodNotAllowed.New("It answers GET."), 405,
			`{"type":"/problems/method_not_allowed","title":"Method not allowed","status":405,"detail":"It answers GET.","instance":"/a%20b/%3Cscript%3E","code":"method_not_allowed","requestId":"id-1","hint":"Use one of the methods in the Allow header."}`},
		{"without its cause", "/a", problem.Overloaded.New("").Because(errors.New("secret")), 503,
			`{"type":"/problems/overloaded","title":"Overloaded","status":503,"detail":"The server has more requests in hand than it can serve.","instance":"/a","code":"overloaded","requestId":"id-1","hint":"Repeat the request after the time in Retry-After."}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := write(t, http.MethodGet, tt.target, tt.problem)
			if got.Code != tt.status || got.Body.String() != tt.want {
				t.Errorf("got %d %s\nwant %d %s", got.Code, got.Body, tt.status, tt.want)
			}
			if kind := got.Header().Get("Content-Type"); kind != "application/problem+json" {
				t.Errorf("Content-Type is %q", kind)
			}
		})
	}
}

func TestTheAnswerToHEADHasTheHeaderOnly(t *testing.T) {
	p := problem.NotFound.New("")
	with, without := write(t, http.MethodGet, "/a", p), write(t, http.MethodHead, "/a", p)
	if without.Body.Len() > 0 || without.Code != http.StatusNotFound {
		t.Errorf("got %d %q", without.Code, without.Body)
	}
	for name := range with.Header() {
		if with.Header().Get(name) != without.Header().Get(name) {
			t.Errorf("%s is %q for GET and %q for HEAD", name, with.Header().Get(name), without.Header().Get(name))
		}
	}
}

func TestHeadersOfAProblemGoOut(t *testing.T) {
	recorder := httptest.NewRecorder()
	recorder.Header().Set("Cache-Control", "private")
	recorder.Header().Set("Content-Type", "text/html")
	p := problem.RateLimited.New("").RetryAfter(1500*time.Millisecond).WithHeader("X-Other", "1")
	if err := problem.Write(recorder, httptest.NewRequest(http.MethodGet, "/", nil), p); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"Retry-After": "2", "X-Other": "1", "Cache-Control": "private", "Content-Type": problem.ContentType,
	} {
		if got := recorder.Header().Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if bare := write(t, http.MethodGet, "/", p); bare.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("Cache-Control is %q", bare.Header().Get("Cache-Control"))
	}
}

func TestRetryAfterIsInWholeSecondsAndAtLeastOne(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Second: "1", 0: "1", time.Nanosecond: "1", time.Second: "1", time.Second + 1: "2", time.Minute: "60",
	} {
		if got := problem.Overloaded.New("").RetryAfter(d).Header.Get("Retry-After"); got != want {
			t.Errorf("%v became %s, want %s", d, got, want)
		}
	}
}

func TestEveryKindExplainsItself(t *testing.T) {
	snake := regexp.MustCompile(`^[a-z]+(_[a-z]+)*$`)
	seen := map[string]bool{}
	for _, k := range problem.Kinds() {
		t.Run(k.Code, func(t *testing.T) {
			if !snake.MatchString(k.Code) || seen[k.Code] {
				t.Errorf("the code %q is not in snake case or there twice", k.Code)
			}
			seen[k.Code] = true
			if k.Status < 400 || k.Status > 599 || http.StatusText(k.Status) == "" {
				t.Errorf("the status is %d", k.Status)
			}
			for _, text := range []string{k.Title(), k.Sentence, k.Hint} {
				if first := text[:1]; first < "A" || first > "Z" {
					t.Errorf("%q is no sentence", text)
				}
			}
		})
	}
	if len(seen) < 11 {
		t.Errorf("only %d kinds", len(seen))
	}
}

func TestTheCauseIsForTheLog(t *testing.T) {
	cause := errors.New("disk full")
	p := problem.Internal.New("").Because(cause)
	if !errors.Is(p, cause) || p.Error() != "internal_error: disk full" || problem.Internal.New("").Error() != "internal_error" {
		t.Errorf("got %q", p.Error())
	}
}

func TestTextThatIsNotUTF8IsWrittenAsJSON(t *testing.T) {
	got := write(t, http.MethodGet, "/", problem.BadRequest.New("\xff\x00\"\n"))
	if !json.Valid(got.Body.Bytes()) {
		t.Errorf("got %q", got.Body)
	}
}
