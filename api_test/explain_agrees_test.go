package api_test

import (
	"testing"

	"github.com/postern-dev/postern/explain"
)

// mustExplain holds what `postern explain` says against what the server
// answered: the same code, and a check that fails and says how to mend it.
func mustExplain(t *testing.T, d explain.Deployment, token, code string) {
	t.Helper()
	report := d.Token(t.Context(), token)
	if string(report.Code) != code {
		t.Errorf("it is explained as %s %q, and refused as %s", report.Verdict, report.Code, code)
	}
	for _, check := range report.Checks {
		if check.State == explain.Bad && check.Mend != "" {
			return
		}
	}
	t.Errorf("the explanation of %s has no mend: %+v", code, report.Checks)
}
