package check_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/postern-dev/postern/check"
	"github.com/postern-dev/postern/middleware"
	"github.com/postern-dev/postern/origin"
)

// handled carries requests to a handler.
type handled struct{ http.Handler }

func (h handled) RoundTrip(r *http.Request) (*http.Response, error) {
	a := &answer{Response: http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: http.NoBody, Request: r}}
	h.ServeHTTP(a, r)
	return &a.Response, nil
}

type answer struct{ http.Response }

func (a *answer) Header() http.Header                { return a.Response.Header }
func (a *answer) WriteHeader(status int)             { a.StatusCode = status }
func (a *answer) Write(data []byte) (n int, _ error) { return len(data), nil }

// api answers with the CORS of the real one.
func api(t *testing.T, allowed ...string) http.Handler {
	t.Helper()
	list, err := origin.ParseList(allowed)
	if err != nil {
		t.Fatal(err)
	}
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.Use(middleware.CORS(list))
	engine.Any("/*path", func(c *gin.Context) { c.Status(http.StatusUnauthorized) })
	return engine
}

func play(t *testing.T, page check.Page, extra ...string) (string, []check.Finding) {
	t.Helper()
	findings, err := page.Play(t.Context(), check.Calls("http://api.invalid/notes", extra))
	if err != nil {
		t.Fatal(err)
	}
	var report strings.Builder
	if err := check.Print(&report, findings); err != nil {
		t.Fatal(err)
	}
	return report.String(), findings
}

func TestPages(t *testing.T) {
	allowed := []string{"https://app.example.com", "https://*.example.org", "http://localhost:5173"}
	const add = "mend: Set CLIENT_ORIGIN_URL=https://app.example.com,https://*.example.org,http://localhost:5173,"
	for _, tt := range []struct {
		name, address string
		want, mend    string
	}{
		{"an allowed one", "https://app.example.com", "ok    cors         https://app.example.com: pages there may call", ""},
		{"with a slash", "https://app.example.com/", "ok    cors         https://app.example.com:", ""},
		{"with a path", "https://app.example.com/notes?x=1#top", "ok    cors         https://app.example.com:", ""},
		{"in capitals", "https://App.Example.COM", "ok    cors         https://app.example.com:", ""},
		{"with the usual port", "https://app.example.com:443", "ok    cors         https://app.example.com:", ""},
		{"below a star", "https://a.example.org", "ok    cors         https://a.example.org:", ""},
		{"too far below a star", "https://a.b.example.org", "the star stands for one label only", add + "https://a.b.example.org"},
		{"at the star's own place", "https://example.org", "the star stands for one label, and here is none", add + "https://example.org"},
		{"a foreign one", "https://evil.example", "Access-Control-Allow-Origin is missing", add + "https://evil.example"},
		{"one that looks alike", "https://app.example.com.evil.example", "is missing", add},
		{"with http", "http://app.example.com", "https://app.example.com is, but with https, not http", add + "http://app.example.com"},
		{"at another port", "http://localhost:3000", "http://localhost:5173 is, but at another port", add + "http://localhost:3000"},
		{"with www", "https://www.app.example.com", "the www. makes it another one", add},
		{"null", "null", "null: Access-Control-Allow-Origin is missing", "serve the page from an address"},
		{"a file", "file:///home/ada/index.html", "null: Access-Control-Allow-Origin is missing", "serve the page from an address"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			page, err := origin.OfPage(tt.address)
			if err != nil {
				t.Fatal(err)
			}
			got, findings := play(t, check.Page{Origin: page, Allowed: allowed, API: handled{api(t, allowed...)}})
			if len(findings) != 1 || !strings.Contains(got, tt.want) || !strings.Contains(got, tt.mend) {
				t.Errorf("%s\nwant %s\nand  %s", got, tt.want, tt.mend)
			}
			if (tt.mend != "") != check.Failed(findings) {
				t.Errorf("failed is %v: %s", check.Failed(findings), got)
			}
		})
	}
}

func TestWhereNoPageIsLetInTheSettingIsNamed(t *testing.T) {
	got, _ := play(t, check.Page{Origin: "https://app.example.com", API: handled{api(t)}})
	if !strings.Contains(got, "there are none (GET, POST, PUT, PATCH, DELETE)") || !strings.Contains(got, "CLIENT_ORIGIN_URL=https://app.example.com\n") {
		t.Error(got)
	}
}

func TestAHeaderThatPagesMayNotSend(t *testing.T) {
	const app = "https://app.example.com"
	page := check.Page{Origin: app, Allowed: []string{app}, API: handled{api(t, app)}}
	if got, _ := play(t, page, "X-Requested-With", "accept-language"); !strings.Contains(got, "Access-Control-Allow-Headers lacks x-requested-with") ||
		strings.Contains(got, "accept-language") {
		t.Error(got)
	}
	if got, findings := play(t, page, "authorization"); check.Failed(findings) {
		t.Error(got)
	}
}

// TestAnswersThatBrowsersDoNotTake spoils good answers one by one, as proxies
// do.
func TestAnswersThatBrowsersDoNotTake(t *testing.T) {
	const app = "https://app.example.com"
	for _, tt := range []struct {
		name  string
		spoil func(r *http.Request, status *int, header http.Header)
		want  string
	}{
		{"a preflight that needs a login", func(r *http.Request, status *int, _ http.Header) {
			if r.Method == http.MethodOptions {
				*status = 401
			}
		}, "the preflight is answered 401"},
		{"a preflight that redirects", func(r *http.Request, status *int, _ http.Header) {
			if r.Method == http.MethodOptions {
				*status = 301
			}
		}, "the preflight is answered 301"},
		{"a preflight without an origin", func(r *http.Request, _ *int, h http.Header) {
			if r.Method == http.MethodOptions {
				h.Del("Access-Control-Allow-Origin")
			}
		}, "Access-Control-Allow-Origin is missing"},
		{"an answer without an origin", func(r *http.Request, _ *int, h http.Header) {
			if r.Method == http.MethodDelete {
				h.Del("Access-Control-Allow-Origin")
			}
		}, "Access-Control-Allow-Origin is missing, since the origin is not among the allowed ones: https://app.example.com (DELETE)"},
		{"two origins", func(_ *http.Request, _ *int, h http.Header) { h.Add("Access-Control-Allow-Origin", app) }, "is there twice"},
		{"another origin", func(_ *http.Request, _ *int, h http.Header) {
			h.Set("Access-Control-Allow-Origin", "https://other.example")
		}, "which is another origin"},
		{"a method", func(_ *http.Request, _ *int, h http.Header) { h.Set("Access-Control-Allow-Methods", "GET, PUT,DELETE") }, "Access-Control-Allow-Methods lacks PATCH (PATCH)"},
		{"methods in lower case", func(_ *http.Request, _ *int, h http.Header) {
			h.Set("Access-Control-Allow-Methods", "get, PUT, patch, DELETE")
		}, "Access-Control-Allow-Methods lacks PATCH (PATCH)"},
		{"a star for Authorization", func(_ *http.Request, _ *int, h http.Header) {
			h.Set("Access-Control-Allow-Methods", "*")
			h.Set("Access-Control-Allow-Headers", "*")
		}, "Access-Control-Allow-Headers lacks authorization"},
		{"a list that is none", func(_ *http.Request, _ *int, h http.Header) {
			h.Set("Vary", "Origin; Accept")
		}, "Vary lacks Origin"},
		{"a header", func(_ *http.Request, _ *int, h http.Header) {
			h.Set("Access-Control-Allow-Headers", strings.ReplaceAll(h.Get("Access-Control-Allow-Headers"), "If-Match,", ""))
		}, "Access-Control-Allow-Headers lacks if-match (PUT, PATCH, DELETE)"},
		{"an exposed header", func(_ *http.Request, _ *int, h http.Header) {
			h.Set("Access-Control-Expose-Headers", strings.ReplaceAll(h.Get("Access-Control-Expose-Headers"), "Link,", ""))
		}, "Access-Control-Expose-Headers lacks Link"},
		{"Vary", func(_ *http.Request, _ *int, h http.Header) { h.Del("Vary") }, "Vary lacks Origin"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			good := handled{api(t, app)}
			spoilt := handled{http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				answer, err := good.RoundTrip(r)
				if err != nil {
					t.Error(err)
					return
				}
				tt.spoil(r, &answer.StatusCode, answer.Header)
				for name, values := range answer.Header {
					w.Header()[name] = values
				}
				w.WriteHeader(answer.StatusCode)
			})}
			got, findings := play(t, check.Page{Origin: app, Allowed: []string{app}, API: spoilt})
			if len(findings) != 1 || !check.Failed(findings) || !strings.Contains(got, tt.want) {
				t.Errorf("%s\nwant %s", got, tt.want)
			}
		})
	}
}
