package devtenant_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/postern-dev/postern/devtenant"
)

const household = `# who lives here
users:
  - name: mary
    subject: google-oauth2|7
    email: mary@example.com
    permissions: [read:notes, "write:notes"]
  - name: ruth
clients:
  - id: shop
    callbacks:
      - http://localhost:3000/callback
      - com.example.shop://callback
    logoutUrls: [http://localhost:3000]
    webOrigins: [http://localhost:3000]
    backchannelLogoutUri: http://localhost:6060/auth/backchannel-logout
  - id: job
    secret: "hush"
    permissions: [read:notes]
  - {id: web, secret: hush, callbacks: ["http://localhost:8000/cb"], grants: [authorization_code]}
`

func TestAFileOfUsersAndClients(t *testing.T) {
	path := filepath.Join(t.TempDir(), "users.yaml")
	if err := os.WriteFile(path, []byte(household), 0o600); err != nil {
		t.Fatal(err)
	}
	users, clients, err := devtenant.LoadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	wantUsers := []devtenant.User{
		{Name: "mary", Subject: "google-oauth2|7", Email: "mary@example.com", Permissions: []string{"read:notes", "write:notes"}},
		{Name: "ruth", Subject: "auth0|ruth"},
	}
	wantClients := []devtenant.Client{
		{ID: "shop", Callbacks: []string{"http://localhost:3000/callback", "com.example.shop://callback"}, LogoutURLs: []string{"http://localhost:3000"},
			WebOrigins: []string{"http://localhost:3000"}, BackchannelLogoutURI: "http://localhost:6060/auth/backchannel-logout", Grants: []string{"authorization_code", "refresh_token"}},
		{ID: "job", Secret: "hush", Grants: []string{"client_credentials"}, Permissions: []string{"read:notes"}},
		{ID: "web", Secret: "hush", Callbacks: []string{"http://localhost:8000/cb"}, Grants: []string{"authorization_code"}},
	}
	if !reflect.DeepEqual(users, wantUsers) || !reflect.DeepEqual(clients, wantClients) {
		t.Errorf("got %+v\n%+v", users, clients)
	}
	h := open(t, func(o *devtenant.Options) { o.Users, o.Clients = users, clients })
	claims, err := h.verify(t, h.mint(t, devtenant.MintRequest{User: "ruth"}))
	if err != nil || claims["azp"] != "shop" {
		t.Errorf("got %v, %v: without spa the first client counts", claims, err)
	}
}

func TestJSONIsAsGood(t *testing.T) {
	users, clients, err := devtenant.ParseFile([]byte("{\n\t\"users\":[{\"name\":\"a\\u00e9\\/\\t\",\"permissions\":[]}],\"clients\":[]}"))
	want := []devtenant.User{{Name: "aé/\t", Subject: "auth0|aé/\t"}}
	if err != nil || len(clients) != 0 || !reflect.DeepEqual(users, want) {
		t.Errorf("got %+v, %+v, %v", users, clients, err)
	}
	raw, _ := json.Marshal(map[string]any{"users": devtenant.DefaultUsers()})
	if _, _, err := devtenant.ParseFile(raw); err == nil || !strings.Contains(err.Error(), `unknown key "Name": known are email, name, permissions, subject`) {
		t.Errorf("keys in another case: %v", err)
	}
}

func TestMistakesInAFileAreReportedTogether(t *testing.T) {
	for _, tt := range []struct {
		name, file string
		want       []string
	}{
		{"empty", "", []string{"one document, not 0"}},
		{"nothing in it", "users: []\n", []string{"neither users nor clients"}},
		{"no mapping", "- ada\n", []string{"line 1: the file must be a mapping with clients, users"}},
		{"no YAML", "users: [", []string{"line 1: the file is neither YAML nor JSON"}},
		{"two documents", "users: []\n---\nusers: []\n", []string{"one document, not 2"}},
		{"not UTF-8", "users: \xff", []string{"not UTF-8"}},
		{"too large", strings.Repeat("#", 64<<10) + "\n", []string{"larger than 64 KiB"}},
		{"too long", "users: [" + strings.Repeat("a,", 10_000) + "]", []string{"more than 10000"}},
		{"an alias", "users:\n- &a {name: ada}\n- *a\n", []string{"line 2: users 1 must be a mapping", "line 3: users 2 must be a mapping"}},
		{"two equal keys", `{"users":[{"name":"a","name":"b"}]}`, []string{"users 1 has name twice"}},
		{"everything at once", "users:\n- nam: ada\n- name: 12\n- name: bob\n  permissions: read\n- name: \"x\"\n  permissions: [\"a b\"]\n- name: x\n" +
			"clients:\n- id: a b\n- id: c\n  callbacks: [\"http://localhost/#x\", 7]\n- grants: [magic]\n  id: d\nmore: 1\n", []string{
			`line 2: users 1 has the unknown key "nam"`, "line 3: users 2: name must be a plain text", "line 5: users 3: permissions must be a list",
			`permission "a b" must be one word`, `user "x" is there twice`, "the id must be letters", "line 12: clients 2: callbacks 2 must be a plain text",
			`unknown grant "magic"`, `line 15: the file has the unknown key "more"`,
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			users, clients, err := devtenant.ParseFile([]byte(tt.file))
			if err == nil || users != nil || clients != nil {
				t.Fatalf("got %v, %v, %v", users, clients, err)
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("got %v\nwant it to name %s too", err, want)
				}
			}
		})
	}
	if _, _, err := devtenant.LoadFile(filepath.Join(t.TempDir(), "absent")); err == nil || !strings.Contains(err.Error(), "absent") {
		t.Errorf("got %v", err)
	}
}

func TestClientsThatCannotWork(t *testing.T) {
	code := []string{"authorization_code"}
	good := []string{callback}
	for _, tt := range []struct {
		name   string
		client devtenant.Client
		want   string
	}{
		{"no id", devtenant.Client{Callbacks: good, Grants: code}, "the id must be"},
		{"no grants", devtenant.Client{ID: "a", Callbacks: good}, "grants are missing"},
		{"unknown grant", devtenant.Client{ID: "a", Grants: []string{"password"}}, `unknown grant "password"`},
		{"machine without secret", devtenant.Client{ID: "a", Grants: []string{"client_credentials"}}, "needs a secret"},
		{"refresh alone", devtenant.Client{ID: "a", Grants: []string{"refresh_token"}}, "needs authorization_code"},
		{"no callback", devtenant.Client{ID: "a", Grants: code}, "needs a callback"},
		{"permissions of a browser's app", devtenant.Client{ID: "a", Grants: code, Callbacks: good, Permissions: []string{"x"}}, "permissions are for"},
		{"relative callback", devtenant.Client{ID: "a", Grants: code, Callbacks: []string{"/callback"}}, "must begin with its scheme"},
		{"callback that runs", devtenant.Client{ID: "a", Grants: code, Callbacks: []string{"JavaScript:alert(1)"}}, "nobody can be sent"},
		{"callback without host", devtenant.Client{ID: "a", Grants: code, Callbacks: []string{"http:///x"}}, "the host is missing"},
		{"callback with a password", devtenant.Client{ID: "a", Grants: code, Callbacks: []string{"http://a:b@localhost/"}}, "must not hold a user"},
		{"callback with a fragment", devtenant.Client{ID: "a", Grants: code, Callbacks: []string{"http://localhost/#"}}, "fragment"},
		{"wildcard", devtenant.Client{ID: "a", Grants: code, Callbacks: []string{"http://*.example.com/"}}, "wildcards"},
		{"broken callback", devtenant.Client{ID: "a", Grants: code, Callbacks: []string{"http://localhost/\n"}}, "control character"},
		{"logout that runs", devtenant.Client{ID: "a", Grants: code, Callbacks: good, LogoutURLs: []string{"data:x"}}, "logout URL"},
		{"origin with a slash", devtenant.Client{ID: "a", Grants: code, Callbacks: good, WebOrigins: []string{app + "/"}}, "web origin"},
		{"origin with a default port", devtenant.Client{ID: "a", Grants: code, Callbacks: good, WebOrigins: []string{"http://localhost:80"}}, "web origin"},
		{"logouts told to another machine", devtenant.Client{ID: "a", Grants: code, Callbacks: good, BackchannelLogoutURI: "http://192.0.2.1/logout"}, "must be http on localhost"},
		{"logouts told over https", devtenant.Client{ID: "a", Grants: code, Callbacks: good, BackchannelLogoutURI: "https://localhost/logout"}, "must be http on localhost"},
		{"logouts told with a password", devtenant.Client{ID: "a", Grants: code, Callbacks: good, BackchannelLogoutURI: "http://a:b@localhost/"}, "no user"},
		{"logouts told to no address", devtenant.Client{ID: "a", Grants: code, Callbacks: good, BackchannelLogoutURI: "http://[::1"}, "backchannelLogoutUri"},
		{"origin null", devtenant.Client{ID: "a", Grants: code, Callbacks: good, WebOrigins: []string{"null"}}, "web origin"},
		{"no origin", devtenant.Client{ID: "a", Grants: code, Callbacks: good, WebOrigins: []string{""}}, "web origin"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := devtenant.New(devtenant.Options{Clients: []devtenant.Client{tt.client}})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want an error with %q", err, tt.want)
			}
		})
	}
	a := devtenant.Client{ID: "a", Grants: code, Callbacks: good}
	if _, err := devtenant.New(devtenant.Options{Clients: []devtenant.Client{a, a}, ClientID: "b"}); err == nil ||
		!strings.Contains(err.Error(), `"a" is there twice`) || !strings.Contains(err.Error(), `"b", in whose name`) {
		t.Errorf("got %v", err)
	}
}

func TestTheCallerCannotChangeClientsLater(t *testing.T) {
	clients := devtenant.DefaultClients()
	h := open(t, func(o *devtenant.Options) { o.Clients = clients })
	clients[0].Callbacks[0] = "https://evil.example.com"
	resp, _ := h.browser().get(t, "/authorize?"+asking().with(values{"redirect_uri": "https://evil.example.com"}).encode())
	if resp.StatusCode != 403 {
		t.Errorf("got %d", resp.StatusCode)
	}
}
