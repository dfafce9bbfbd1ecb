package describe

import (
	"strconv"
	"strings"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/jsonvalue"
)

// operation is one line of a collection's part of the routes.
type operation struct {
	id, summary, description string
	rules                    []collection.Operation
	parameters               []jsonvalue.Value
	body                     any // nil is none
	answers                  []jsonvalue.Member
	// errors are components by status.
	errors map[int]string
}

func (c *described) paths() []jsonvalue.Member {
	ids := c.operations()
	id := object("name", "id", "in", "path", "required", true, "description", "The document's id.",
		"schema", object("type", "string"), "example", c.exampleID())
	one := func(o operation) jsonvalue.Value {
		o.parameters = append([]jsonvalue.Value{id}, o.parameters...)
		return c.operation(o)
	}
	return []jsonvalue.Member{
		{Name: "/api/v1/" + c.Name, Value: object(
			"get", c.operation(c.listing(ids[0])),
			"post", c.operation(c.creating(ids[1])))},
		{Name: "/api/v1/" + c.Name + "/changes", Value: object("get", c.operation(c.following(ids[6])))},
		{Name: "/api/v1/" + c.Name + "/{id}", Value: object(
			"get", one(c.getting(ids[2])),
			"put", one(c.replacing(ids[3])),
			"patch", one(c.patching(ids[4])),
			"delete", one(c.deleting(ids[5])))},
	}
}

func (c *described) operation(o operation) jsonvalue.Value {
	var rules []collection.Rule
	var texts []string
	for _, of := range o.rules {
		rules = append(rules, c.Rule(of))
		texts = append(texts, string(of)+": "+c.Rule(of).String())
	}
	var parameters any
	if len(o.parameters) > 0 {
		parameters = list(o.parameters...)
	}
	return object("operationId", o.id, "summary", o.summary, "description", optional(o.description), "tags", list(c.Name),
		"x-postern-right", "judged", "x-postern-rule", strings.Join(texts, "; "), "security", security(rules...),
		"parameters", parameters, "requestBody", o.body, "responses", responses(o))
}

// everywhere are the refusals that every operation has.
func everywhere() map[int]string {
	return map[int]string{401: "Unauthorized", 403: "RuleNotMet", 413: "BodyTooLarge", 415: "MediaTypeRefused",
		429: "TooManyRequests", 431: "HeadersTooLarge", 500: "ServerFailed", 503: "StoreUnavailable"}
}

func responses(o operation) jsonvalue.Value {
	all := everywhere()
	for status, name := range o.errors {
		all[status] = name
	}
	members := o.answers
	for status := 400; status < 600; status++ {
		if name, ok := all[status]; ok {
			members = append(members, jsonvalue.Member{Name: strconv.Itoa(status), Value: ref("responses", name)})
		}
	}
	return jsonvalue.ObjectOf(members...)
}

func (c *described) listing(id string) operation {
	links := headers("Link", "Server-Timing")
	page := object("items", list(c.exampleItems()...), "page", object("limit", c.limits.PageSize, "next", jsonvalue.NullValue(), "prev", jsonvalue.NullValue(), "changes", "dFWrzyZy78chWL2M"))
	return operation{id: id, summary: "List " + c.Name, description: c.listText(), rules: reads, parameters: c.listParameters(),
		answers: []jsonvalue.Member{answer(200, "A page of those that the caller may read.", links, c.page(), given(page, c.hasExample()))},
		errors:  map[int]string{400: "BadList"}}
}

func (c *described) following(id string) operation {
	parameters := list(ref("parameters", "Since"), ref("parameters", "Wait"), ref("parameters", "LastEventID"),
		ref("parameters", "Fields"), ref("parameters", "Include")).Items()
	told := answer(200, "What happened since.", headers(), c.changes(), nil)
	return operation{id: id, summary: "What happens to " + c.Name + ", while it happens", rules: reads,
		description: "A stream with `Accept: text/event-stream`, a long poll otherwise; see `/api/v1/changes`. Filters are those of lists.",
		parameters:  append(parameters, c.filters()...), answers: []jsonvalue.Member{streamed(told)},
		errors: map[int]string{400: "BadFollow", 503: "FollowUnavailable"}}
}

func (c *described) creating(id string) operation {
	return operation{id: id, summary: "Create one of " + c.Name, rules: creates,
		parameters: []jsonvalue.Value{ref("parameters", "IdempotencyKey")},
		body:       requestBody(content(jsonType, schemaRef(c.Type), c.exampleBody())),
		answers:    []jsonvalue.Member{c.written(201, "The new document.")},
		errors:     map[int]string{400: "BadWrite", 409: "Conflict", 413: "WriteTooLarge", 422: "Unprocessable", 507: "NoRoom"}}
}

func (c *described) getting(id string) operation {
	known := jsonvalue.Member{Name: "304", Value: object("description", "The caller has the latest version.", "headers", headers("ETag"))}
	found := object("description", "The document.", "headers", headers("ETag"),
		"content", content(jsonType, c.shown(), c.exampleDocument()))
	return operation{id: id, summary: "Read one of " + c.Name, rules: reads,
		parameters: list(ref("parameters", "Fields"), ref("parameters", "Include"), ref("parameters", "KnownTag")).Items(),
		answers:    []jsonvalue.Member{{Name: "200", Value: found}, known},
		errors:     map[int]string{400: "BadRead", 404: "DocumentNotFound"}}
}

// writeErrors are those of writes to a document.
func (c *described) writeErrors() map[int]string {
	return map[int]string{400: "BadWrite", 404: "DocumentNotFound", 409: "Conflict", 412: c.Type + "Changed",
		413: "WriteTooLarge", 422: "Unprocessable", 507: "NoRoom"}
}

func (c *described) replacing(id string) operation {
	either := object("anyOf", list(schemaRef(c.Type), schemaRef(c.document())))
	return operation{id: id, summary: "Replace one of " + c.Name + ", or create it with this id", rules: []collection.Operation{collection.Update, collection.Create},
		description: "With `If-None-Match: *` the document is created. Members that the server fills may be sent back unchanged.",
		parameters:  list(ref("parameters", "IfMatch"), ref("parameters", "IfNoneMatch"), ref("parameters", "IdempotencyKey")).Items(),
		body:        requestBody(content(jsonType, either, c.exampleBody())),
		answers:     []jsonvalue.Member{c.written(200, "The document as it is now."), c.written(201, "The new document."), unseen()},
		errors:      c.writeErrors()}
}

func (c *described) patching(id string) operation {
	errors := c.writeErrors()
	errors[415] = "PatchTypeRefused"
	patch := c.examplePatch()
	body := jsonvalue.ObjectOf(append(append(
		content("application/merge-patch+json", schemaRef(c.patch()), patch).Members(),
		content(jsonType, schemaRef(c.patch()), patch).Members()...),
		content("application/json-patch+json", schemaRef("JSONPatch"), c.exampleOperations()).Members()...)...)
	return operation{id: id, summary: "Change members of one of " + c.Name, rules: updates,
		description: "A merge patch (RFC 7396), which plain JSON is too, or a JSON patch (RFC 6902).",
		parameters:  list(ref("parameters", "IfMatch"), ref("parameters", "IdempotencyKey")).Items(),
		body:        requestBody(body),
		answers:     []jsonvalue.Member{c.written(200, "The document as it is now."), unseen()},
		errors:      errors}
}

func (c *described) deleting(id string) operation {
	gone := object("description", "It is gone.", "headers", headers("Idempotency-Replayed"))
	errors := c.writeErrors()
	delete(errors, 409)
	delete(errors, 413)
	return operation{id: id, summary: "Delete one of " + c.Name, rules: deletes,
		parameters: list(ref("parameters", "IfMatch"), ref("parameters", "IdempotencyKey")).Items(),
		answers:    []jsonvalue.Member{{Name: "204", Value: gone}},
		errors:     errors}
}

var (
	reads   = []collection.Operation{collection.Read}
	creates = []collection.Operation{collection.Create}
	updates = []collection.Operation{collection.Update}
	deletes = []collection.Operation{collection.Delete}
)
