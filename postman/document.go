package postman

import (
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// document is what is read of an OpenAPI document.
type document struct {
	Info struct {
		Title       string `json:"title"`
		Version     string `json:"version"`
		Description string `json:"description"`
	} `json:"info"`
	Tags []struct {
		Name        string `json:"name"`
		Description string `json:"description"`
	} `json:"tags"`
	Paths      map[string]map[string]json.RawMessage `json:"paths"`
	Components struct {
		Parameters map[string]parameter `json:"parameters"`
	} `json:"components"`
}

type parameter struct {
	Ref         string `json:"$ref"`
	Name        string `json:"name"`
	In          string `json:"in"`
	Description string `json:"description"`
	Required    bool   `json:"required"`
	Example     any    `json:"example"`
}

// operation is one method of one path.
type operation struct {
	method, path string

	ID          string      `json:"operationId"`
	Summary     string      `json:"summary"`
	Description string      `json:"description"`
	Tags        []string    `json:"tags"`
	Rule        string      `json:"x-postern-rule"`
	Security    []any       `json:"security"`
	Parameters  []parameter `json:"parameters"`
	RequestBody struct {
		Content map[string]struct {
			Example json.RawMessage `json:"example"`
		} `json:"content"`
	} `json:"requestBody"`
	Responses map[string]json.RawMessage `json:"responses"`
}

// ranks are the order of methods in which a run succeeds: what is deleted has
// to be made first.
var ranks = map[string]int{"POST": 1, "GET": 2, "PUT": 3, "PATCH": 4, "DELETE": 5}

func read(text []byte) (*document, []*operation, error) {
	d := &document{}
	if err := json.Unmarshal(text, d); err != nil {
		return nil, nil, fmt.Errorf("read the OpenAPI document: %w", err)
	}
	var all []*operation
	for path, methods := range d.Paths {
		for method, raw := range methods {
			o := &operation{method: strings.ToUpper(method), path: path}
			if ranks[o.method] == 0 {
				continue
			}
			if err := json.Unmarshal(raw, o); err != nil {
				return nil, nil, fmt.Errorf("read %s %s of the OpenAPI document: %w", o.method, path, err)
			}
			if err := d.resolve(o); err != nil {
				return nil, nil, err
			}
			if o.forPeople() {
				all = append(all, o)
			}
		}
	}
	slices.SortFunc(all, (*operation).compare)
	return d, all, nil
}

func (d *document) resolve(o *operation) error {
	for i, p := range o.Parameters {
		if p.Ref == "" {
			continue
		}
		name := p.Ref[strings.LastIndexByte(p.Ref, '/')+1:]
		found, ok := d.Components.Parameters[name]
		if !ok {
			return fmt.Errorf("the OpenAPI document has no parameter %s", name)
		}
		o.Parameters[i] = found
	}
	return nil
}

func (o *operation) compare(other *operation) int {
	return cmp.Or(cmp.Compare(ranks[o.method], ranks[other.method]), strings.Compare(o.path, other.path))
}

// forPeople tells whether somebody with Postman can call it. What takes a form
// is called by the tenant, with a token that nobody else can make; sessions are
// for browsers, and here a token is at hand.
func (o *operation) forPeople() bool {
	_, form := o.RequestBody.Content["application/x-www-form-urlencoded"]
	return !form && !slices.Contains(o.Tags, "sessions")
}

// asksOfLogin tells whether the rule asks for more than a token of the client can
// have: a strong or recent login of a user, or a proof.
func (o *operation) asksOfLogin() bool {
	return strings.Contains(o.Rule, "{acr: ") || strings.Contains(o.Rule, "{maxAge: ") || proofRule.MatchString(o.Rule)
}

var proofRule = regexp.MustCompile(`\bproof\b`)

// public tells whether the operation ignores tokens.
func (o *operation) public() bool { return len(o.Security) == 0 }

// successes are the statuses of an answer as it should be.
func (o *operation) successes() []string {
	var list []string
	for status := range o.Responses {
		if strings.HasPrefix(status, "2") {
			list = append(list, status)
		}
	}
	slices.Sort(list)
	return list
}

var itemPath = regexp.MustCompile(`^(.*/([^/{}]+))/\{id\}$`)

// collectionsOf are the names of those paths below which documents have ids.
func collectionsOf(all []*operation) []string {
	var names []string
	for _, o := range all {
		if m := itemPath.FindStringSubmatch(o.path); m != nil && !slices.Contains(names, m[2]) {
			names = append(names, m[2])
		}
	}
	slices.Sort(names)
	return names
}
