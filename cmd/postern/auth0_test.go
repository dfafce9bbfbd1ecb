//go:build !nodev

package main

import (
	"strings"
	"testing"
)

const auth0Rules = `
audience: https://api.example.com
origins: [https://app.example.com, "https://*.example.org"]
collections:
  notes:
    owner: true
    read: {all: [owner, {scope: read:notes}]}
    write: {all: [owner, {scope: write:notes}]}
  tasks:
    read: {any: [{permission: read:notes}, {scope: "read:${all}%{tasks}"}]}
    write: {permission: write:notes}
`

func TestAuth0(t *testing.T) {
	for _, tt := range []struct {
		name string
		args []string
		want []string // parts of what is printed
	}{
		{"terraform", []string{"terraform"}, []string{`identifier                                      = "https://api.example.com"`, `name                                            = "api.example.com API"`,
			`"https://app.example.com/callback",`, `"https://*.example.org",`, `resource "auth0_client_grant" "tests"`}},
		{"a scope asked for as a permission, too", []string{"terraform"}, []string{`    name        = "read:notes"
    description = "Read notes, read tasks"`}},
		{"operations are listed", []string{"terraform"}, []string{`"Create notes, update notes, delete notes, create tasks, update tasks, delete tasks"`}},
		{"a scope in the words of HCL", []string{"terraform"}, []string{`name        = "read:$${all}%%{tasks}"`}},
		{"permissions of routes", []string{"terraform"}, []string{`description = "GET /api/messages/admin"`}},
		{"where the page is", []string{"terraform", "--app-url", "http://localhost:5173/notes/", "--app-url", "https://App.example.com"},
			[]string{"web_origins = [\n    \"http://localhost:5173\",\n    \"https://app.example.com\",\n  ]", `"http://localhost:5173/notes/callback"`}},
		{"a name", []string{"terraform", "--name", "Notes"}, []string{`= "Notes"`, `= "Notes API"`, `= "Notes tests"`}},
		{"deploy", []string{"deploy"}, []string{`"identifier": "https://api.example.com"`, `"value": "read:${all}%{tasks}"`, `"client_id": "api.example.com tests"`}},
		{"another audience", []string{"deploy", "--audience", "https://other.example.com"}, []string{`"identifier": "https://other.example.com"`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			code, stdout, stderr := called(t, nil, append(append([]string{"auth0"}, tt.args...), "--config", writeFile(t, auth0Rules))...)
			if code != 0 || stderr != "" {
				t.Fatalf("exit code %d %s", code, stderr)
			}
			for _, want := range tt.want {
				if !strings.Contains(stdout, want) {
					t.Errorf("%s\nwant %s", stdout, want)
				}
			}
		})
	}
}

func TestAuth0WithoutTheClientForTests(t *testing.T) {
	for _, tool := range []string{"terraform", "deploy"} {
		code, stdout, stderr := called(t, nil, "auth0", tool, "--no-test-client", "--config", writeFile(t, auth0Rules))
		if code != 0 || strings.Contains(stdout, "tests") || strings.Contains(stdout, `"client_credentials"`) {
			t.Errorf("exit code %d\n%s\n%s", code, stdout, stderr)
		}
	}
}

func TestAuth0SaysWhatIsMissing(t *testing.T) {
	for _, tt := range []struct {
		name string
		env  map[string]string
		args []string
		says string
	}{
		{"no audience", nil, nil, "AUTH0_AUDIENCE"},
		{"several audiences", map[string]string{"AUTH0_AUDIENCE": "a,b"}, nil, "several audiences (a, b)"},
		{"no page", nil, []string{"--audience", "a"}, "--app-url"},
		{"a page that is none", nil, []string{"--audience", "a", "--app-url", "app.example.com"}, "not the address of a page"},
		{"a page with a query", nil, []string{"--audience", "a", "--app-url", "https://app.example.com?x=1"}, "write https://app.example.com"},
		{"a name that is none", nil, []string{"--audience", "a", "--app-url", "https://app.example.com", "--name", "<b>"}, "no < and no >"},
		{"a wrong setting", map[string]string{"CLIENT_ORIGIN_URL": "*"}, nil, "name the origins"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			code, stdout, stderr := called(t, tt.env, append([]string{"auth0", "terraform"}, tt.args...)...)
			if code != exitUsage || stdout != "" || !strings.Contains(stderr, tt.says) {
				t.Errorf("exit code %d\n%s\n%s\nwant %s", code, stdout, stderr, tt.says)
			}
		})
	}
}
