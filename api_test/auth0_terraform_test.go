package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os/exec"
	"reflect"
	"strings"
	"testing"
	"time"
)

// decodedHCL is what HashiCorp's own decoder reads out of a configuration.
// Strings that were meant as references have the values of the variables in
// testdata/terraform.hcldec.
type decodedHCL struct {
	Resource map[string]map[string]struct {
		Name, Identifier     string
		Granted              []string
		DependsOn            []string `json:"depends_on"`
		SigningAlg           string   `json:"signing_alg"`
		RBAC                 bool     `json:"enforce_policies"`
		TokenDialect         string   `json:"token_dialect"`
		AppType              string   `json:"app_type"`
		ClientID             string   `json:"client_id"`
		Audience             string
		AuthenticationMethod string   `json:"authentication_method"`
		Callbacks            []string `json:"callbacks"`
		WebOrigins           []string `json:"web_origins"`
		RefreshToken         *struct {
			Rotation string `json:"rotation_type"`
			Lifetime int    `json:"token_lifetime"`
		} `json:"refresh_token"`
		Scopes []struct{ Name, Description string }
	}
	Output map[string]struct {
		Value     string
		Sensitive bool
	}
}

func decodeHCL(t *testing.T, text string) (decoded decodedHCL) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, "go", "tool", "-modfile=../tools/go.mod", "hcldec", "--spec", "testdata/terraform.hcldec")
	var stdout, stderr bytes.Buffer
	command.Stdin, command.Stdout, command.Stderr = strings.NewReader(text), &stdout, &stderr
	if err := command.Run(); err != nil {
		t.Fatalf("%v\n%s\n%s", err, &stderr, text)
	}
	if err := json.Unmarshal(stdout.Bytes(), &decoded); err != nil {
		t.Fatalf("%v: %s", err, &stdout)
	}
	return decoded
}

// TestTerraform has HashiCorp's decoder read what we write; an argument that
// Auth0's provider does not have, as far as the specification beside it knows,
// is an error.
func TestTerraform(t *testing.T) {
	t.Parallel()
	_, missing := exec.Command("go", "tool", "-modfile=../tools/go.mod", "hcldec", "--version").Output()
	require(t, "hcldec", "let go fetch the modules of tools/go.mod", missing)
	setup := hostileSetup()
	decoded := decodeHCL(t, setup.Terraform())
	api, page, tests := decoded.Resource["auth0_resource_server"]["api"], decoded.Resource["auth0_client"]["page"], decoded.Resource["auth0_client"]["tests"]
	grant := decoded.Resource["auth0_client_grant"]["tests"]
	scopes := map[string]string{}
	for _, scope := range decoded.Resource["auth0_resource_server_scopes"]["api"].Scopes {
		scopes[scope.Name] = scope.Description
	}
	for _, tt := range []struct {
		what      string
		got, want any
	}{
		{"the API's name", api.Name, setup.Name + " API"},
		{"identifier", api.Identifier, setup.Audience},
		{"algorithm", api.SigningAlg, "RS256"},
		{"RBAC", api.RBAC, true},
		{"dialect", api.TokenDialect, "access_token_authz"},
		{"scopes", scopes, map[string]string{"##HOME##": "@@HOME@@", "$${a}%{b}": "null", "read:notes": "",
			"write:notes": "Create \"${x}\" %{if true} notes: - 'a' # ##HOME## \u202e é 😀 \\"}},
		{"the page's name", page.Name, setup.Name},
		{"kind", page.AppType, "spa"},
		{"callbacks", page.Callbacks, []string{"https://app.example.com", "https://app.example.com/callback", "http://localhost:5173/notes", "http://localhost:5173/notes/callback"}},
		{"web origins", page.WebOrigins, []string{"https://app.example.com", "http://localhost:5173"}},
		{"rotation", page.RefreshToken.Rotation, "rotating"},
		{"lifetime", page.RefreshToken.Lifetime, 2_592_000},
		{"no secret", decoded.Resource["auth0_client_credentials"]["page"].AuthenticationMethod, "none"},
		{"the name of the client for tests", tests.Name, setup.Name + " tests"},
		{"whose grant", []string{grant.ClientID, grant.Audience}, []string{"TESTS", "AUDIENCE"}},
		{"its scopes", grant.Granted, []string{"##HOME##", "$${a}%{b}", "read:notes", "write:notes"}},
		{"after the scopes", grant.DependsOn, []string{"SCOPES"}},
		{"its secret", decoded.Output["tests_client_secret"].Value, "SECRET"},
		{"its secret is not shown", decoded.Output["tests_client_secret"].Sensitive, true},
	} {
		if !reflect.DeepEqual(tt.got, tt.want) {
			t.Errorf("%s: %#v, want %#v", tt.what, tt.got, tt.want)
		}
	}
}

func TestTerraformOfTheLeast(t *testing.T) {
	t.Parallel()
	_, missing := exec.Command("go", "tool", "-modfile=../tools/go.mod", "hcldec", "--version").Output()
	require(t, "hcldec", "let go fetch the modules of tools/go.mod", missing)
	setup := hostileSetup()
	setup.Scopes = nil
	if grant := decodeHCL(t, setup.Terraform()).Resource["auth0_client_grant"]["tests"]; grant.ClientID != "TESTS" || len(grant.Granted) > 0 {
		t.Errorf("%+v", grant)
	}
	setup.TestClient = false
	if decoded := decodeHCL(t, setup.Terraform()); len(decoded.Resource["auth0_client"]) != 1 || len(decoded.Output) != 2 {
		t.Errorf("%+v", decoded)
	}
}
