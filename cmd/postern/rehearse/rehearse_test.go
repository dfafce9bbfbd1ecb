package rehearse_test

import (
	"testing"

	"github.com/postern-dev/postern/cmd/postern/rehearse"
	"github.com/postern-dev/postern/collection/declare"
	"github.com/postern-dev/postern/yamltree"
)

const file = `
collections:
  notes:
    schema: {type: object, required: [title], properties: {title: {type: string}}}
    owner: true
    read: owner
    write: {all: [owner, {scope: write:notes}]}
    id: {format: any}
tests:
  - do: GET /notes
    expect: 401
  - as: {sub: ada, scope: write:notes}
    do: 'POST /notes {"title":"milk"}'
    expect: 201
  - as: {sub: ada}
    do: 'POST /notes {"title":"milk"}'
    expect: {status: 403, code: scope_missing}
  - as: {sub: ada, scope: write:notes}
    do: 'POST /notes {"titel":"milk"}'
    expect: 422
  - as: {sub: bob}
    given: {notes: [{id: n1, owner: ada, title: milk}]}
    do: GET /notes/n1
    expect: 404
  - as: {sub: ada}
    given: {notes: [{id: n1, owner: ada, title: milk}]}
    do: GET /notes/n1
    expect: 200
  - as: {sub: ada, iss: "https://other.example/"}
    do: GET /notes?limit=1
    expect: 200
  - as: {sub: ada}
    do: GET /notes
    expect: 403
`

func TestPlay(t *testing.T) {
	tree, faults := yamltree.Read([]byte(file))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	from := declare.Source{File: "postern.yaml"}
	for _, m := range tree.Members {
		switch m.Key {
		case "collections":
			from.Collections = m.Value
		case "tests":
			from.Tests = m.Value
		}
	}
	declarations, mistakes := declare.Read(from)
	if len(mistakes) > 0 {
		t.Fatal(mistakes)
	}
	results, err := rehearse.Play(t.Context(), declarations)
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range results {
		// The last one expects what is not so, and has to be told apart.
		if want := i < len(results)-1; r.OK() != want {
			t.Errorf("line %d: %s %s got %d %s %s, want %d %s", r.Test.Line, r.Test.Method, r.Test.Target,
				r.Status, r.Code, r.Detail, r.Test.Status, r.Test.Code)
		}
	}
	if last := results[len(results)-1]; last.Status != 200 {
		t.Errorf("the last test got %d", last.Status)
	}
}
