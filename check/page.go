package check

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
)

// Call is a request that the script of a page makes.
type Call struct {
	Method string
	// URL is where it goes.
	URL string
	// Header are the header fields that the script sets, by name.
	Header map[string]string
}

// Calls are what an app does to documents below the URL of a collection, with
// all header fields that a page can have a use for, and the extra ones that
// this page sends.
func Calls(collection string, extra []string) []Call {
	call := func(method, url string, names ...string) Call {
		values := map[string]string{"Authorization": "Bearer none", "Content-Type": "application/json", "If-Match": `"1-a"`,
			"If-None-Match": "*", "Idempotency-Key": "1", "Last-Event-ID": "1", "X-Request-Id": "1"}
		header := map[string]string{}
		for _, name := range append(names, extra...) {
			header[name] = values[http.CanonicalHeaderKey(name)]
		}
		return Call{method, url, header}
	}
	one := collection + "/1"
	return []Call{
		call("GET", collection, "Authorization", "Content-Type", "X-Request-Id"),
		call("GET", one, "Authorization", "If-None-Match"),
		call("GET", collection+"/changes", "Authorization", "Last-Event-ID"),
		call("POST", collection, "Authorization", "Content-Type", "Idempotency-Key"),
		call("PUT", one, "Authorization", "Content-Type", "If-Match", "If-None-Match"),
		call("PATCH", one, "Authorization", "Content-Type", "If-Match", "Idempotency-Key"),
		call("DELETE", one, "Authorization", "If-Match"),
	}
}

// SessionCalls are the same of a page that is signed in by a cookie: it has no
// token, and the header field crossSite with what changes something.
func SessionCalls(collection, crossSite string, extra []string) []Call {
	calls := Calls(collection, extra)
	for _, c := range calls {
		delete(c.Header, "Authorization")
		if c.Method != http.MethodGet {
			c.Header[crossSite] = "1"
		}
	}
	return calls
}

// Page is a page of another origin, in a browser.
type Page struct {
	Origin string
	// Cookies are sent along (credentials "include").
	Cookies bool
	// Allowed are the origins that the deployment lets in, for hints.
	Allowed []string
	// API carries the requests to the deployment.
	API http.RoundTripper
}

// Play makes the calls as the browser of the page would (Fetch standard, CORS
// protocol): the preflight first, and then the request. One finding tells of
// each thing that is wrong, however many calls stumble over it.
func (p Page) Play(ctx context.Context, calls []Call) ([]Finding, error) {
	var found faults
	for _, call := range calls {
		preflight, err := p.ask(ctx, p.preflight(call))
		if err != nil {
			return nil, err
		}
		found.add(call, p.judgePreflight(call, preflight))
		answer, err := p.ask(ctx, call.request(p.Origin))
		if err != nil {
			return nil, err
		}
		found.add(call, p.judgeAnswer(answer))
	}
	if len(found) == 0 {
		how := "call"
		if p.Cookies {
			how = "call with the cookie of a session"
		}
		return []Finding{{OK, "cors", fmt.Sprintf("%s: pages there may %s, and read what they get (%s, %s)",
			p.Origin, how, count(len(calls), "preflight"), count(len(calls), "request")), ""}}, nil
	}
	return found.findings(p.Origin), nil
}

func (c Call) request(origin string) *http.Request {
	r, err := http.NewRequest(c.Method, c.URL, nil)
	if err != nil {
		panic(err) // methods and addresses stand in this program
	}
	for name, value := range c.Header {
		r.Header.Set(name, value)
	}
	r.Header.Set("Origin", origin)
	return r
}

// preflight is the question that a browser asks before the call.
func (p Page) preflight(c Call) *http.Request {
	r := Call{http.MethodOptions, c.URL, nil}.request(p.Origin)
	r.Header.Set("Access-Control-Request-Method", c.Method)
	r.Header.Set("Access-Control-Request-Headers", strings.Join(c.asked(), ","))
	return r
}

// asked are the names of the call's header fields as browsers ask for them:
// lower case and sorted, without those that need no leave.
func (c Call) asked() []string {
	var names []string
	for name := range c.Header {
		name = strings.ToLower(name)
		if !slices.Contains([]string{"accept", "accept-language", "content-language"}, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// ask returns status and header of the answer.
func (p Page) ask(ctx context.Context, r *http.Request) (*http.Response, error) {
	response, err := p.API.RoundTrip(r.WithContext(ctx))
	if err != nil {
		return nil, fmt.Errorf("play a page of %s: %w", p.Origin, err)
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, 1<<20))
	return response, response.Body.Close()
}

// fault is one thing that keeps a page from calling.
type fault struct{ says, mend string }

// stumble is a fault with the methods of the calls that stumble over it.
type stumble struct {
	fault
	methods []string
}

type faults []stumble

func (all *faults) add(c Call, found []fault) {
	for _, f := range found {
		at := slices.IndexFunc(*all, func(known stumble) bool { return known.fault == f })
		if at < 0 {
			at = len(*all)
			*all = append(*all, stumble{fault: f})
		}
		known := &(*all)[at]
		if !slices.Contains(known.methods, c.Method) {
			known.methods = append(known.methods, c.Method)
		}
	}
}

func (all faults) findings(origin string) []Finding {
	var findings []Finding
	for _, f := range all {
		findings = append(findings, Finding{Fail, "cors",
			fmt.Sprintf("%s: %s (%s)", origin, f.says, strings.Join(f.methods, ", ")), f.mend})
	}
	return findings
}
