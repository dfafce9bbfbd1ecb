package check_test

import (
	"strings"
	"testing"

	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/auth/authtest"
	"github.com/postern-dev/postern/check"
)

func TestScopes(t *testing.T) {
	needs := []check.Need{
		{Name: "read:notes", For: []string{"read notes"}},
		{Name: "write:notes", For: []string{"create notes", "delete notes"}},
		{Name: "read:admin-messages", Permission: true, For: []string{"GET /api/messages/admin"}},
	}
	for _, tt := range []struct {
		name   string
		listed any
		want   string
	}{
		{"those of OpenID Connect alone", []string{"openid", "profile"}, "info  scopes       write:notes: scope for create notes, delete notes"},
		{"none", nil, "info  scopes       read:admin-messages: permission for GET /api/messages/admin"},
		{"something else", 7, "from outside nobody can see"},
		{"all", []string{"openid", "read:notes", "write:notes"}, "ok    scopes       URL lists all scopes"},
		{"some", []string{"openid", "read:notes"}, "warn  scopes       URL does not list write:notes, which rules ask for"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			issuer := authtest.NewIssuer(t)
			issuer.Announce(map[string]any{"scopes_supported": tt.listed})
			surveyed := check.Survey(t.Context(), []auth.Issuer{{URL: issuer.URL()}}, nil)
			var report strings.Builder
			if err := check.Print(&report, check.Scopes(needs, surveyed)); err != nil {
				t.Fatal(err)
			}
			if want := strings.ReplaceAll(tt.want, "URL", issuer.URL()); !strings.Contains(report.String(), want) {
				t.Errorf("%s\nwant %s", report.String(), want)
			}
		})
	}
}
