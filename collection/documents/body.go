package documents

import (
	"errors"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/jsonvalue"
)

// next is the body that a request leads to; before is nil for a new document.
func (s *Service) next(r *Request, before *collection.Document, id string) (jsonvalue.Value, error) {
	sent := r.Body
	var violations []collection.Violation
	switch r.Op {
	case MergePatch:
		if sent.Kind() != jsonvalue.Object {
			return sent, invalid(sent)
		}
		sent = jsonvalue.MergePatch(whole(before), sent)
		violations = removed(sent, before)
	case JSONPatch:
		patched, err := s.patched(r.Body, before)
		if err != nil {
			return sent, err
		}
		sent = patched
		if sent.Kind() == jsonvalue.Object {
			violations = removed(sent, before)
		}
	}
	if sent.Kind() != jsonvalue.Object {
		return sent, invalid(sent)
	}
	body, more, stale := strip(sent, before, id)
	if stale != nil {
		return body, stale
	}
	return body, s.check(r.Collection, body, append(violations, more...))
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

// check refuses bodies that are too large or break the schema.
func (s *Service) check(c *collection.Collection, body jsonvalue.Value, violations []collection.Violation) error {
	if body.Size() > s.limits.Document {
		return &TooLarge{s.limits.Document}
	}
	violations = append(violations, c.Schema.Validate(body)...)
	if len(violations) > 0 {
		return &Invalid{violations}
	}
	return nil
}

// systemRoom is more than the members that the server fills take.
const systemRoom = 2 << 10

func (s *Service) patched(patch jsonvalue.Value, before *collection.Document) (jsonvalue.Value, error) {
	p, err := jsonvalue.ParsePatch(patch)
	if err == nil {
		patch, err = p.Apply(whole(before), s.limits.Document+systemRoom)
	}
	var failed *jsonvalue.PatchError
	if errors.As(err, &failed) {
		return patch, &PatchFailed{Pointer: failed.Pointer, Reason: failed.Reason, Test: failed.Test}
	}
	return patch, err
}
