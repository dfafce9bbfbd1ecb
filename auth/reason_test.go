package auth_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/postern-dev/postern/auth"
)

// declaredCodes reads the constants of type Code from the source.
func declaredCodes(t *testing.T) []auth.Code {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "refusal.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var codes []auth.Code
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if kind, ok := spec.Type.(*ast.Ident); !ok || kind.Name != "Code" {
			return true
		}
		for _, value := range spec.Values {
			code, err := strconv.Unquote(value.(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			codes = append(codes, auth.Code(code))
		}
		return true
	})
	return codes
}

func TestEveryCodeHasItsOwnReason(t *testing.T) {
	t.Parallel()
	codes := declaredCodes(t)
	if len(codes) < 22 {
		t.Fatalf("only %d codes found", len(codes))
	}
	reasons := auth.Reasons()
	if len(reasons) != len(codes) {
		t.Errorf("%d reasons for %d codes", len(reasons), len(codes))
	}
	sentences, hints := map[string]auth.Code{}, map[string]auth.Code{}
	for _, code := range codes {
		reason := auth.ReasonOf(code)
		if reason.Code != code || !strings.HasSuffix(reason.Sentence, ".") || !strings.HasSuffix(reason.Hint, ".") {
			t.Errorf("the reason of %q is %+v", code, reason)
		}
		if twin, twice := sentences[reason.Sentence]; twice {
			t.Errorf("%q and %q have the same sentence", code, twin)
		}
		if twin, twice := hints[reason.Hint]; twice {
			t.Errorf("%q and %q have the same hint", code, twin)
		}
		sentences[reason.Sentence], hints[reason.Hint] = code, code
		if !slices.Contains(reasons, reason) {
			t.Errorf("%q is not listed", code)
		}
		if got := (&auth.Refusal{Code: code}); got.Reason() != reason || got.Error() != string(code) {
			t.Errorf("a refusal with %q says %q", code, got.Error())
		}
	}
}

func TestACodeThatDoesNotExistHasNoReason(t *testing.T) {
	t.Parallel()
	if got := auth.ReasonOf("nonsense"); got != (auth.Reason{}) {
		t.Errorf("got %+v", got)
	}
}

func TestNobodyCanChangeTheReasons(t *testing.T) {
	t.Parallel()
	auth.Reasons()[0].Sentence = "changed"
	if auth.Reasons()[0].Sentence == "changed" {
		t.Error("the list is shared")
	}
}
