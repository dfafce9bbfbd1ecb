package check

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Header fields of the CORS protocol.
const (
	allowOrigin  = "Access-Control-Allow-Origin"
	allowMethods = "Access-Control-Allow-Methods"
	allowHeaders = "Access-Control-Allow-Headers"
	exposed      = "Access-Control-Expose-Headers"
	credentials  = "Access-Control-Allow-Credentials"
)

// judgePreflight does what a browser does before it lets the call out (Fetch
// standard, CORS-preflight fetch).
func (p Page) judgePreflight(c Call, answer *http.Response) []fault {
	if answer.StatusCode < 200 || answer.StatusCode > 299 {
		return []fault{{fmt.Sprintf("the preflight is answered %d, and browsers go on after 2xx only", answer.StatusCode),
			"Something before the handler answers OPTIONS, perhaps with a redirect or for want of a token: preflights have none."}}
	}
	if found := p.judgeOrigin(answer); found != nil {
		return found
	}
	var found []fault
	// Methods are compared to the letter.
	if !slices.Contains(append(tokens(answer, allowMethods), "GET", "HEAD", "POST"), c.Method) && !p.all(answer, allowMethods) {
		found = append(found, fault{allowMethods + " lacks " + c.Method, "The API does not let pages use this method."})
	}
	for _, name := range c.asked() {
		// The star does not stand for Authorization.
		if !lists(answer, allowHeaders, name) && (name == "authorization" || !p.all(answer, allowHeaders)) {
			found = append(found, fault{allowHeaders + " lacks " + name,
				"The API does not let pages send this header: leave it out. Libraries for tracing and old ones for requests add such by themselves."})
		}
	}
	return found
}

// tokens are those of a list in a header field (RFC 9110, section 5.6.1); none
// where it is no such list: browsers read all of it, or nothing.
func tokens(answer *http.Response, field string) (list []string) {
	for _, line := range answer.Header.Values(field) {
		for item := range strings.SplitSeq(line, ",") {
			item = strings.Trim(item, " \t")
			if strings.ContainsFunc(item, func(r rune) bool { return !tokenRune(r) }) {
				return nil
			}
			if item != "" {
				list = append(list, item)
			}
		}
	}
	return list
}

// tokenRune tells whether a token may have it (RFC 9110, section 5.6.2).
func tokenRune(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("!#$%&'*+-.^_`|~", r)
}

// lists tells whether the list in a header field has the name, in any case.
func lists(answer *http.Response, field, name string) bool {
	return slices.ContainsFunc(tokens(answer, field), func(item string) bool { return strings.EqualFold(item, name) })
}

// all tells whether the list in a header field has the star, which stands for all
// names where no cookies go along.
func (p Page) all(answer *http.Response, field string) bool {
	return !p.Cookies && slices.Contains(tokens(answer, field), "*")
}

// judgeOrigin is the CORS check of the Fetch standard.
func (p Page) judgeOrigin(answer *http.Response) []fault {
	values := answer.Header.Values(allowOrigin)
	switch {
	case len(values) == 0:
		return []fault{p.foreign()}
	case len(values) > 1:
		return []fault{{allowOrigin + " is there twice, which browsers refuse", "Two layers add it: take it out of the proxy in front."}}
	case values[0] != p.Origin && (values[0] != "*" || p.Cookies):
		return []fault{{fmt.Sprintf("%s is %.100q, which is another origin", allowOrigin, values[0]), "A cache answers with what it kept for another page: let it heed Vary."}}
	case p.Cookies && !slices.Equal(answer.Header.Values(credentials), []string{"true"}):
		return []fault{{credentials + " is not true, so browsers keep answers to requests with cookies from the page",
			"Something in front of the API takes it out, or pages of this origin cannot use sessions."}}
	}
	return nil
}

// judgeAnswer tells whether the script may read the answer, and those of its
// header fields that an app needs.
func (p Page) judgeAnswer(answer *http.Response) []fault {
	if found := p.judgeOrigin(answer); found != nil {
		return found
	}
	var found []fault
	for _, name := range []string{"ETag", "Link", "Location", "Retry-After", "WWW-Authenticate", "X-Request-Id"} {
		if !lists(answer, exposed, name) && !p.all(answer, exposed) {
			found = append(found, fault{exposed + " lacks " + name, "Scripts cannot read this header: something in front of the API takes it out."})
		}
	}
	if !lists(answer, "Vary", "Origin") && !lists(answer, "Vary", "*") {
		found = append(found, fault{"Vary lacks Origin", "A cache would give the answer for one page to another: something in front of the API takes it out."})
	}
	return found
}

// foreign says why no page of the origin is let in, and which setting would
// change that.
func (p Page) foreign() fault {
	const missing = allowOrigin + " is missing, since the origin is not among the allowed ones"
	switch {
	case p.Origin == "null":
		return fault{missing, "Browsers send null for files (file://) and sandboxed frames of anybody, so it cannot be allowed: serve the page from an address, such as http://localhost:5173."}
	case len(p.Allowed) == 0:
		return fault{missing + ": there are none", "Set CLIENT_ORIGIN_URL=" + p.Origin}
	}
	return fault{missing + p.nearest(), "Set CLIENT_ORIGIN_URL=" + strings.Join(append(slices.Clone(p.Allowed), p.Origin), ",")}
}

// nearest names the allowed origin that was perhaps meant, and what differs.
func (p Page) nearest() string {
	mine, err := url.Parse(p.Origin)
	if err != nil {
		return ""
	}
	for _, allowed := range p.Allowed {
		theirs, err := url.Parse(strings.Replace(allowed, "*", "any", 1))
		if err != nil {
			continue
		}
		if differs := difference(mine, theirs, strings.Contains(allowed, "*")); differs != "" {
			return ": " + allowed + " is, but " + differs
		}
	}
	return ": " + strings.Join(p.Allowed, ", ")
}

func difference(mine, theirs *url.URL, wild bool) string {
	base, below := theirs.Hostname(), "."+theirs.Hostname()
	if wild {
		_, base, _ = strings.Cut(base, ".")
		below = "." + base
	}
	switch host := mine.Hostname(); {
	case wild && host == base:
		return "the star stands for one label, and here is none"
	case wild && strings.HasSuffix(host, below) && strings.Count(host, ".") > strings.Count(below, "."):
		return "the star stands for one label only"
	case wild && !strings.HasSuffix(host, below):
		return ""
	case !wild && (host == "www."+base || base == "www."+host):
		return "the www. makes it another one"
	case !wild && host != base:
		return ""
	case mine.Scheme != theirs.Scheme:
		return "with " + theirs.Scheme + ", not " + mine.Scheme
	case mine.Port() != theirs.Port():
		return "at another port"
	}
	return ""
}

// Judge tells what a browser would hold against the answer to a request that a
// page made, or to its preflight.
func (p Page) Judge(r *http.Request, answer *http.Response) []Finding {
	c := Call{Method: r.Method, Header: map[string]string{}}
	method := r.Header.Get("Access-Control-Request-Method")
	var found faults
	if r.Method == http.MethodOptions && method != "" {
		c.Method = method
		for name := range strings.SplitSeq(r.Header.Get("Access-Control-Request-Headers"), ",") {
			if name = strings.TrimSpace(name); name != "" {
				c.Header[name] = ""
			}
		}
		found.add(c, p.judgePreflight(c, answer))
	} else {
		found.add(c, p.judgeOrigin(answer))
	}
	return found.findings(p.Origin)
}
