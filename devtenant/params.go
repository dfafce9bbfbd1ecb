package devtenant

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
)

// params are the parameters of a request, each there once. Those that nobody
// knows are kept and ignored, as RFC 6749, section 3.2, wants it.
type params map[string]string

// required returns a parameter that must not be missing or empty.
func (p params) required(name string) (string, error) {
	if p[name] == "" {
		return "", badRequest("Missing required parameter: %s", name)
	}
	return p[name], nil
}

func badRequest(format string, args ...any) error {
	return refusef(http.StatusBadRequest, "invalid_request", format, args...)
}

// readParameters reads the body: a form as in the RFC, or JSON as in Auth0's
// own examples. The query is ignored: some clients repeat parameters there.
func readParameters(r *http.Request) (params, error) {
	raw, err := io.ReadAll(r.Body)
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return nil, tooLarge()
	}
	if err != nil {
		return nil, badRequest("The body ended early.")
	}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch kind {
	case "application/json":
		return jsonParameters(raw)
	case "application/x-www-form-urlencoded":
		return formParameters(string(raw))
	}
	return nil, badRequest("The body must be application/x-www-form-urlencoded or application/json, not %q.", kind)
}

// formParameters is for queries as well.
func formParameters(raw string) (params, error) {
	form, err := url.ParseQuery(raw)
	if err != nil {
		return nil, badRequest("The parameters cannot be read: %v.", err)
	}
	return single(form)
}

// single refuses a parameter that comes twice: which of them counts is a
// guess that two programs make differently (RFC 6749, section 3.1).
func single(values url.Values) (params, error) {
	in := params{}
	for name, given := range values {
		if len(given) > 1 {
			return nil, badRequest("Duplicate parameter: %s", name)
		}
		in[name] = given[0]
	}
	return in, nil
}

// jsonParameters reads one object. Members that are no text are dropped, so
// one that is required counts as missing.
func jsonParameters(raw []byte) (params, error) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	in := params{}
	if first, err := decoder.Token(); err != nil || first != json.Delim('{') {
		return nil, badRequest("The body is not a JSON object.")
	}
	seen := map[string]bool{}
	for decoder.More() {
		name, err := decoder.Token()
		var value any
		if err == nil {
			err = decoder.Decode(&value)
		}
		if err != nil {
			return nil, badRequest("The body is not JSON: %v.", err)
		}
		key, _ := name.(string)
		if seen[key] {
			return nil, badRequest("Duplicate parameter: %s", key)
		}
		seen[key] = true
		if text, isText := value.(string); isText {
			in[key] = text
		}
	}
	if last, err := decoder.Token(); err != nil || last != json.Delim('}') {
		return nil, badRequest("The body is not a JSON object.")
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, badRequest("The body goes on after its JSON value.")
	}
	return in, nil
}
