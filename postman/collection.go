package postman

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Collection writes the operations of an OpenAPI document, in JSON, as a
// collection. It has a folder for each tag, and no token or secret.
func Collection(openAPI []byte) ([]byte, error) {
	d, operations, err := read(openAPI)
	if err != nil {
		return nil, err
	}
	names := collectionsOf(operations)
	c := collection{
		Info:      info{d.Info.Title, d.Info.Description, format, d.Info.Version},
		Auth:      auth{Type: "bearer", Bearer: []value{{Key: "token", Value: "{{accessToken}}", Type: "string"}}},
		Events:    []event{{"prerequest", script{"text/javascript", fetchToken()}}},
		Variables: []value{},
	}
	for _, name := range names {
		c.Variables = append(c.Variables, value{Key: idOf(name)}, value{Key: tagOf(name)})
	}
	b := builder{names: names, operations: operations}
	for _, tag := range d.Tags {
		f := folder{Name: tag.Name, Description: tag.Description, Items: []item{}}
		for _, o := range operations {
			if slices.Contains(o.Tags, tag.Name) {
				f.Items = append(f.Items, b.item(o))
			}
		}
		if len(f.Items) > 0 {
			c.Items = append(c.Items, f)
		}
	}
	return indented(c)
}

// The variables in which a run keeps the document that it made last.
func idOf(name string) string  { return name + "Id" }
func tagOf(name string) string { return name + "ETag" }

type builder struct {
	names      []string
	operations []*operation
}

func (b builder) item(o *operation) item {
	r := request{Method: o.method, Description: describe(o), Header: []value{}, URL: b.address(o), Body: b.body(o)}
	if r.Body != nil {
		r.Header = append(r.Header, value{Key: "Content-Type", Value: mediaType(o)})
	}
	for _, p := range o.Parameters {
		if p.In == "header" {
			r.Header = append(r.Header, headerOf(o, p))
		}
	}
	if o.public() {
		r.Auth = &auth{Type: "noauth"}
	}
	i := item{Name: o.Summary, Request: r, Events: []event{{"test", script{"text/javascript", testOf(o)}}}}
	if lines := guardOf(o); lines != nil {
		i.Events = append(i.Events, event{"prerequest", script{"text/javascript", lines}})
	}
	return i
}

func describe(o *operation) string {
	text := o.Description
	if o.Rule != "" {
		text += "\n\nWho may: " + o.Rule + "."
	}
	return strings.TrimSpace(text)
}

// headerOf is switched off unless a run needs it: a write of a document names
// the version that it means.
func headerOf(o *operation, p parameter) value {
	v := value{Key: p.Name, Value: text(p.Example), Description: p.Description, Disabled: !p.Required}
	if m := itemPath.FindStringSubmatch(o.path); m != nil && p.Name == "If-Match" {
		v.Value, v.Disabled = "{{"+tagOf(m[2])+"}}", false
	}
	if p.Name == "Idempotency-Key" && v.Value == "" {
		v.Value = "{{$randomUUID}}"
	}
	return v
}

func (b builder) address(o *operation) address {
	a := address{Host: []string{"{{baseUrl}}"}}
	for _, segment := range strings.Split(strings.Trim(o.path, "/"), "/") {
		if name, isVariable := strings.CutPrefix(segment, "{"); isVariable {
			segment = ":" + strings.TrimSuffix(name, "}")
		}
		a.Path = append(a.Path, segment)
	}
	var query []string
	for _, p := range o.Parameters {
		v := value{Key: p.Name, Value: text(p.Example), Description: p.Description}
		switch p.In {
		case "path":
			if m := itemPath.FindStringSubmatch(o.path); m != nil && p.Name == "id" {
				v.Value = "{{" + idOf(m[2]) + "}}"
			}
			a.Variables = append(a.Variables, v)
		case "query":
			if v.Disabled = !p.Required; p.Name == "collections" && v.Value == "" {
				v.Value = strings.Join(b.plain(), ",")
			}
			if !v.Disabled {
				query = append(query, v.Key+"="+v.Value)
			}
			a.Query = append(a.Query, v)
		}
	}
	a.Raw = "{{baseUrl}}/" + strings.Join(a.Path, "/")
	if len(query) > 0 {
		a.Raw += "?" + strings.Join(query, "&")
	}
	return a
}

// plain are the collections that a token alone opens.
func (b builder) plain() []string {
	return slices.DeleteFunc(slices.Clone(b.names), func(name string) bool {
		return slices.ContainsFunc(b.operations, func(o *operation) bool {
			return o.path == "/api/v1/"+name && o.method == "GET" && o.asksOfLogin()
		})
	})
}

// text is an example as it stands in an address or a header.
func text(example any) string {
	switch e := example.(type) {
	case nil:
		return ""
	case string:
		return e
	}
	return fmt.Sprint(example)
}

// mediaType is the plainest of those that the operation takes.
func mediaType(o *operation) string {
	const plain = "application/json"
	if _, takes := o.RequestBody.Content[plain]; takes {
		return plain
	}
	for name := range o.RequestBody.Content {
		return name
	}
	return ""
}

func (b builder) body(o *operation) *body {
	if len(o.RequestBody.Content) == 0 {
		return nil
	}
	example := o.RequestBody.Content[mediaType(o)].Example
	if o.ID == "batch" && len(example) == 0 {
		example = b.batch()
	}
	var pretty bytes.Buffer
	if json.Indent(&pretty, example, "", "  ") != nil {
		pretty.Reset()
	}
	return &body{Mode: "raw", Raw: pretty.String(), Options: map[string]any{"raw": map[string]string{"language": "json"}}}
}

// batch makes two documents of the first collection that has an example.
func (b builder) batch() json.RawMessage {
	for _, o := range b.operations {
		example := o.RequestBody.Content["application/json"].Example
		path, isDocument := strings.CutPrefix(o.path, "/api/v1")
		if o.method != "POST" || len(example) == 0 || !isDocument || o.asksOfLogin() {
			continue
		}
		one := map[string]any{"method": "POST", "path": path, "body": example}
		all, _ := indented(map[string]any{"requests": []any{one, one}}) // examples are JSON
		return all
	}
	return json.RawMessage(`{"requests": []}`)
}
