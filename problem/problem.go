// Package problem is how an error looks to a client: the problem details of
// RFC 9457, and their one writer. It does not know which error of the domain
// becomes which problem.
package problem

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// ContentType is the media type of a problem (RFC 9457, section 6.1).
const ContentType = "application/problem+json"

// TypePath is where the pages that explain problems stand; a problem's type is
// this path followed by its code.
const TypePath = "/problems/"

// Kind is a kind of problem: what all problems with one code have in common.
type Kind struct {
	// Code is stable and in snake case. Clients decide by it.
	Code string
	// Status is the HTTP status.
	Status int
	// Sentence says what is wrong; it is the detail of a problem that has
	// none of its own.
	Sentence string
	// Hint says how to mend it.
	Hint string
}

// Title is a short summary of the kind; it never varies between occurrences.
func (k Kind) Title() string {
	words := strings.ReplaceAll(k.Code, "_", " ")
	return strings.ToUpper(words[:1]) + words[1:]
}

// Problem is an error that knows how to look to a client. Its cause is logged
// and never sent.
type Problem struct {
	Kind
	// Detail says what is wrong this time.
	Detail string
	// Specific is added to the hint: what was found and what was expected.
	Specific string
	// Message is an extension member for clients that look for one; empty
	// leaves it out.
	Message string
	// Fields name the parts of the request that are wrong.
	Fields []Field
	// Current is the document that the request did not expect, as JSON; nil
	// leaves it out.
	Current json.RawMessage
	// Header fields go out with the problem.
	Header http.Header

	cause error
}

// Field is one wrong part of a request: of its body, or of its address.
type Field struct {
	// Pointer is a JSON Pointer into the body (RFC 6901); empty is the whole.
	Pointer string
	// Parameter names a parameter of the query, and then there is no Pointer.
	Parameter string
	// Detail says what is wrong with it.
	Detail string
}

// MarshalJSON writes the pointer or the parameter, whichever it is about.
func (f Field) MarshalJSON() ([]byte, error) {
	if f.Parameter != "" {
		return json.Marshal(struct {
			Parameter string `json:"parameter"`
			Detail    string `json:"detail"`
		}{f.Parameter, f.Detail})
	}
	return json.Marshal(struct {
		Pointer string `json:"pointer"`
		Detail  string `json:"detail"`
	}{f.Pointer, f.Detail})
}

// New returns a problem of this kind. An empty detail leaves it at the kind's
// sentence.
func (k Kind) New(detail string) *Problem {
	if detail == "" {
		detail = k.Sentence
	}
	return &Problem{Kind: k, Detail: detail, Header: http.Header{}}
}

// Because keeps what led to the problem for the log.
func (p *Problem) Because(cause error) *Problem {
	p.cause = cause
	return p
}

// WithHeader sets a header field of the answer.
func (p *Problem) WithHeader(name, value string) *Problem {
	p.Header.Set(name, value)
	return p
}

// RetryAfter tells the client when asking again can help (RFC 9110, section
// 10.2.3); at least one second.
func (p *Problem) RetryAfter(d time.Duration) *Problem {
	seconds := max(1, int64((d+time.Second-1)/time.Second))
	return p.WithHeader("Retry-After", strconv.FormatInt(seconds, 10))
}

// Error tells the code and, where known, the cause. It is for logs.
func (p *Problem) Error() string {
	if p.cause != nil {
		return p.Code + ": " + p.cause.Error()
	}
	return p.Code
}

// Unwrap returns what led to the problem, or nil.
func (p *Problem) Unwrap() error { return p.cause }

// document is the wire form (RFC 9457, section 3.1).
type document struct {
	Type      string  `json:"type"`
	Title     string  `json:"title"`
	Status    int     `json:"status"`
	Detail    string  `json:"detail,omitempty"`
	Instance  string  `json:"instance"`
	Code      string  `json:"code"`
	RequestID string  `json:"requestId,omitempty"`
	Hint      string  `json:"hint,omitempty"`
	Errors    []Field `json:"errors,omitempty"`
	Message   string  `json:"message,omitempty"`

	Current json.RawMessage `json:"current,omitempty"`
}

// Write answers the request with the problem. The request id is the one that
// the answer's X-Request-Id already carries.
func Write(w http.ResponseWriter, r *http.Request, p *Problem) error {
	hint := p.Hint
	if p.Specific != "" {
		hint += " " + p.Specific
	}
	body, err := json.Marshal(document{
		Type:      TypePath + p.Code,
		Title:     p.Title(),
		Status:    p.Status,
		Detail:    p.Detail,
		Instance:  r.URL.EscapedPath(),
		Code:      p.Code,
		RequestID: w.Header().Get("X-Request-Id"),
		Hint:      hint,
		Errors:    p.Fields,
		Message:   p.Message,
		Current:   p.Current,
	})
	if err != nil {
		return err
	}
	header := w.Header()
	for name, values := range p.Header {
		header[name] = values
	}
	header.Set("Content-Type", ContentType)
	header.Set("Content-Length", strconv.Itoa(len(body)))
	if header.Get("Cache-Control") == "" {
		header.Set("Cache-Control", "no-store")
	}
	w.WriteHeader(p.Status)
	if r.Method == http.MethodHead {
		return nil
	}
	_, err = w.Write(body)
	return err
}
