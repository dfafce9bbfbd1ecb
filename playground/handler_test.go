package playground

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func good() Config {
	return Config{
		Origin: "http://localhost:4040", API: "http://localhost:6060", Issuer: "http://localhost:6061/",
		ClientID: "playground", Audience: "https://hello-world.example.com",
		Users: []User{{Name: "ada", Subject: "auth0|ada", Permissions: []string{"read:notes"}}, {Name: "grace"}},
	}
}

func handler(t *testing.T) http.Handler {
	t.Helper()
	h, err := Handler(good())
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func ask(h http.Handler, method, url string) *http.Response {
	recorder := httptest.NewRecorder()
	h.ServeHTTP(recorder, httptest.NewRequest(method, url, nil))
	return recorder.Result()
}

func body(t *testing.T, r *http.Response) string {
	t.Helper()
	var text strings.Builder
	if err := r.Write(&text); err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(text.String(), "\r\n\r\n")
	return after
}

func TestThePlaygroundServesItsPageAndNothingElse(t *testing.T) {
	const home = "http://localhost:4040"
	const page = "text/html; charset=utf-8"
	for _, tt := range []struct {
		name, method, url string
		status            int
		mediaType         string
		header, value     string // one more that must be there
	}{
		{"the page", "GET", home + "/", 200, page, "", ""},
		{"the page by its name", "GET", home + "/index.html", 200, page, "", ""},
		{"the way back from the login", "GET", home + "/callback?code=c&state=s", 200, page, "", ""},
		{"without its body", "HEAD", home + "/", 200, page, "", ""},
		{"a module", "GET", home + "/main.js", 200, "text/javascript; charset=utf-8", "", ""},
		{"the style", "GET", home + "/style.css", 200, "text/css; charset=utf-8", "", ""},
		{"the icon", "GET", home + "/icon.svg", 200, "image/svg+xml", "", ""},
		{"the configuration", "GET", home + "/config.json", 200, "application/json; charset=utf-8", "", ""},
		{"a file that is not there", "GET", home + "/nothing.js", 404, "text/plain; charset=utf-8", "", ""},
		{"the folder of the files", "GET", home + "/page/main.js", 404, "text/plain; charset=utf-8", "", ""},
		{"a way out of the folder", "GET", home + "/../handler.go", 404, "text/plain; charset=utf-8", "", ""},
		{"a form", "POST", home + "/", 405, "text/plain; charset=utf-8", "Allow", "GET, HEAD"},
		{"a preflight", "OPTIONS", home + "/config.json", 405, "text/plain; charset=utf-8", "Allow", "GET, HEAD"},
		{"another name of this machine", "GET", "http://127.0.0.1:4040/callback?code=c", 307, page, "Location", home + "/callback"},
		{"somebody else's name", "GET", "http://attacker.example/", 307, page, "Location", home + "/"},
		{"an address that looks like another host", "GET", "http://127.0.0.1:4040//attacker.example", 307, page, "Location", home + "//attacker.example"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := ask(handler(t), tt.method, tt.url)
			if got.StatusCode != tt.status || got.Header.Get("Content-Type") != tt.mediaType {
				t.Errorf("got %d %s, want %d %s", got.StatusCode, got.Header.Get("Content-Type"), tt.status, tt.mediaType)
			}
			if tt.header != "" && got.Header.Get(tt.header) != tt.value {
				t.Errorf("%s is %q, want %q", tt.header, got.Header.Get(tt.header), tt.value)
			}
		})
	}
}

func TestEveryAnswerHasThePolicy(t *testing.T) {
	for _, path := range []string{"/", "/callback", "/main.js", "/config.json", "/nothing"} {
		header := ask(handler(t), "GET", "http://localhost:4040"+path).Header
		for name, want := range map[string]string{
			"X-Content-Type-Options":     "nosniff",
			"Referrer-Policy":            "no-referrer",
			"Cross-Origin-Opener-Policy": "same-origin",
		} {
			if header.Get(name) != want {
				t.Errorf("%s: %s is %q, want %q", path, name, header.Get(name), want)
			}
		}
		policy := header.Get("Content-Security-Policy")
		for _, directive := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-src http://localhost:6061",
			"connect-src 'self' http://localhost:6060 http://localhost:6061", "frame-ancestors 'none'"} {
			if !strings.Contains(policy+";", directive+";") {
				t.Errorf("%s: the policy lacks %q: %s", path, directive, policy)
			}
		}
		if strings.Contains(policy, "unsafe") {
			t.Errorf("%s: the policy is %s", path, policy)
		}
	}
}

func TestTheConfigurationHasNoNull(t *testing.T) {
	var got struct {
		API, Issuer, ClientID, Audience string
		Users                           []struct {
			Name        string
			Permissions []string
		}
	}
	text := body(t, ask(handler(t), "GET", "http://localhost:4040/config.json"))
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	if got.API != good().API || got.Issuer != good().Issuer || got.ClientID != good().ClientID || got.Audience != good().Audience || len(got.Users) != 2 {
		t.Errorf("got %s", text)
	}
	if strings.Contains(text, "null") {
		t.Errorf("the page expects lists: %s", text)
	}
}

func TestAWrongConfigurationIsRefused(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*Config)
		want   string
	}{
		{"no API", func(c *Config) { c.API = "" }, "API"},
		{"an API with a slash", func(c *Config) { c.API += "/" }, `"http://localhost:6060"`},
		{"an issuer without its slash", func(c *Config) { c.Issuer = "http://localhost:6061" }, `"http://localhost:6061/"`},
		{"an issuer that adds to the policy", func(c *Config) { c.Issuer = "http://localhost;script-src *" }, "issuer"},
		{"no origin", func(c *Config) { c.Origin = "localhost:4040" }, "origin"},
		{"no client", func(c *Config) { c.ClientID = "" }, "client"},
		{"no audience", func(c *Config) { c.Audience = "" }, "audience"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			config := good()
			tt.change(&config)
			if _, err := Handler(config); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want something about %s", err, tt.want)
			}
		})
	}
}
