package documents

import (
	"errors"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/jsonvalue"
)

// next is the body that a request leads to; before is nil for a new document.
func (w *write) next(before *collection.Document) (jsonvalue.Value, error) {
	sent := w.Body
	var violations []collection.Violation
	switch w.Op {
	case MergePatch:
		if sent.Kind() != jsonvalue.Object {
			return sent, invalid(sent)
		}
		whole := w.whole(before)
		sent = jsonvalue.MergePatch(whole, sent)
		violations = removed(whole, sent)
	case JSONPatch:
		whole := w.whole(before)
		patched, err := w.patched(whole)
		if err != nil {
			return sent, err
		}
		sent = patched
		if sent.Kind() == jsonvalue.Object {
			violations = removed(whole, sent)
		}
	}
	if sent.Kind() != jsonvalue.Object {
		return sent, invalid(sent)
	}
	body, more, stale := w.strip(sent, before)
	if stale != nil {
		return body, stale
	}
	return body, w.check(body, append(violations, more...))
}

func invalid(v jsonvalue.Value) error {
	return &Invalid{[]collection.Violation{{Detail: "must be an object, and is " + articled(v.Kind())}}}
}

func articled(k jsonvalue.Kind) string {
	switch k {
	case jsonvalue.Null:
		return "null"
	case jsonvalue.Array:
		return "an array"
	}
	return "a " + k.String()
}

// maxDepth is how many containers within containers a body may have.
const maxDepth = 64

// check refuses bodies that are too large or break the schema.
func (w *write) check(body jsonvalue.Value, violations []collection.Violation) error {
	if body.Size() > w.service.limits.Document {
		return &TooLarge{w.service.limits.Document}
	}
	if body.Depth() > maxDepth {
		violations = append(violations, collection.Violation{Detail: "has more than 64 objects and lists within each other"})
	}
	violations = append(violations, w.Collection.Schema.Validate(body)...)
	if len(violations) > 0 {
		return &Invalid{violations}
	}
	return nil
}

// systemRoom is more than the members that the server fills take.
const systemRoom = 2 << 10

func (w *write) patched(whole jsonvalue.Value) (jsonvalue.Value, error) {
	after := jsonvalue.Value{}
	p, err := jsonvalue.ParsePatch(w.Body)
	if err == nil {
		after, err = p.Apply(whole, w.service.limits.Document+systemRoom)
	}
	var failed *jsonvalue.PatchError
	if errors.As(err, &failed) {
		return after, &PatchFailed{Pointer: failed.Pointer, Reason: failed.Reason, Test: failed.Test}
	}
	return after, err
}
