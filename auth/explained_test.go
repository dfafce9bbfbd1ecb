package auth_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/explain"
)

// wantExplained holds the verdict that people read against what Verify did. The
// refusing check has to be named, with its code and a mend, and the signature
// shown nowhere.
func wantExplained(t testing.TB, verifier *auth.Verifier, token string, want auth.Code) {
	t.Helper()
	r := explain.Deployment{Verifier: verifier}.Token(t.Context(), token)
	if r.Code != want || (r.Verdict == explain.Accepted) != (want == "") {
		t.Errorf("explained as %s %q, want %q", r.Verdict, r.Code, want)
	}
	named := slices.ContainsFunc(r.Checks, func(c explain.Check) bool {
		return c.State == explain.Bad && c.Code == want && c.Says != "" && c.Mend != ""
	})
	if want != "" && !named {
		t.Errorf("no check is named for %q: %+v", want, r.Checks)
	}
	var shown strings.Builder
	if err := r.Print(&shown); err != nil {
		t.Fatal(err)
	}
	if parts := strings.Split(token, "."); len(parts) == 3 && len(parts[2]) > 8 && strings.Contains(shown.String(), parts[2]) {
		t.Errorf("the signature is shown: %s", shown.String())
	}
}
