package describe

import (
	"strconv"

	"github.com/postern-dev/postern/jsonvalue"
)

const jsonType = "application/json"

// headers are those of every answer and these.
func headers(more ...string) jsonvalue.Value {
	all := jsonvalue.ObjectOf()
	for _, name := range append([]string{"X-Request-Id", "Vary", "Cache-Control", "RateLimit", "RateLimit-Policy", "DPoP-Nonce"}, more...) {
		all = all.With(name, ref("headers", name))
	}
	return all
}

// content is a body of one media type; an example that is nil is none.
func content(mediaType string, schema jsonvalue.Value, example any) jsonvalue.Value {
	return object(mediaType, object("schema", schema, "example", example))
}

func requestBody(content jsonvalue.Value) jsonvalue.Value {
	return object("required", true, "content", content)
}

func answer(status int, description string, headers jsonvalue.Value, component string, example any) jsonvalue.Member {
	return jsonvalue.Member{Name: strconv.Itoa(status), Value: object("description", description, "headers", headers,
		"content", content(jsonType, schemaRef(component), example))}
}

// written is the answer to a write: the document.
func (c *described) written(status int, description string) jsonvalue.Member {
	with := []string{"ETag", "Idempotency-Replayed"}
	if status == 201 {
		with = append(with, "Location")
	}
	return answer(status, description, headers(with...), c.document(), c.exampleDocument())
}

// unseen is the answer to a change by somebody who may not read the document.
func unseen() jsonvalue.Member {
	return jsonvalue.Member{Name: "204", Value: object("description", "It is changed; the read rule does not show the document to this caller.",
		"headers", headers("ETag", "Idempotency-Replayed"))}
}

// streamed is the answer to a client that accepts a stream, too.
func streamed(in jsonvalue.Member) jsonvalue.Member {
	forms, _ := in.Value.Get("content")
	in.Value = in.Value.With("content", forms.With("text/event-stream", object("schema", object("type", "string"))))
	return in
}
