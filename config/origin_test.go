package config_test

import (
	"strings"
	"testing"

	"github.com/postern-dev/postern/config"
	matcher "github.com/postern-dev/postern/origin"
)

func TestGoodOrigins(t *testing.T) {
	for _, origin := range []string{
		"https://app.example.com", "http://localhost:4040", "http://intranet", "http://10.0.0.7:8080", "http://[::1]:4040",
		"https://app.example.com:8443", "http://app.example.com:443", "https://xn--mnchen-3ya.example", "https://my_app.example.com",
		"https://*.example.com", "http://*.example.com:3000", "https://*.my-app.vercel.app", "https://*.example.co.uk",
		"https://my-app.vercel.app", "https://ada.github.io", "https://github.io",
	} {
		if err := config.CheckOrigin(origin); err != nil {
			t.Errorf("%s %v", origin, err)
		}
		// The matcher is another package: what is accepted here must mean
		// the same there.
		if normal, err := matcher.Parse(origin); err != nil || normal != origin {
			t.Errorf("%s is matched as %q, %v", origin, normal, err)
		}
	}
}

func TestBadOrigins(t *testing.T) {
	for _, tt := range []struct{ origin, want string }{
		{"", "is empty"},
		{"*", "every website"},
		{"null", "sandboxed"},
		{"app.example.com", "write https://app.example.com"},
		{"App.example.com/x", "write https://app.example.com"},
		{"//app.example.com", "write https://app.example.com"},
		{"localhost:4040", "write http://localhost:4040"},
		{"127.0.0.1:4040/", "write http://127.0.0.1:4040"},
		{"https://app.example.com/", "ends in a slash in \"https://app.example.com/\", which no browser sends; write https://app.example.com"},
		{"https://app.example.com//", "has a path"},
		{"https://app.example.com/callback", "write https://app.example.com"},
		{"https://app.example.com?x", "query or a fragment"},
		{"https://app.example.com#", "query or a fragment"},
		{"https://ada:secret@app.example.com", "has a user name before the host; write https://app.example.com"},
		{"https://App.Example.com", "has capitals"},
		{"HTTPS://app.example.com", "write https://app.example.com"},
		{"https://app.example.com:443", "write https://app.example.com"},
		{"http://app.example.com:80", "write http://app.example.com"},
		{"https://app.example.com:", "port that is not"},
		{"https://app.example.com:0", "port that is not"},
		{"https://app.example.com:0443", "port that is not"},
		{"https://app.example.com:70000", "port that is not"},
		{"https://app.example.com:*", "not an origin"},
		{"https://app.example.com.", "no host name"},
		{"https://-app.example.com", "no host name"},
		{"https://", "names no host"},
		{"https://münchen.example", "xn--"},
		{"https://app.example.com https://b.example.com", "a blank"},
		{"https://a.example.com,https://b.example.com", "not a number"},
		{`https://app.example.com\`, "backslash"},
		{"https://127.1", "no IP address"},
		{"https://0x7f.1", "no IP address"},
		{"http://[0:0:0:0:0:0:0:1]", "is written ::1"},
		{"http://[::1%25lo]", "not an origin"},
		{"file://", "neither https nor http"},
		{"ws://app.example.com", "neither https nor http"},
		{"chrome-extension://abc", "neither https nor http"},

		{"https://*", "one * can stand for the first label"},
		{"*.example.com", "write https://*.example.com"},
		{"https://*example.com", "one * can stand"},
		{"https://*-app.example.com", "one * can stand"},
		{"https://app.*.com", "one * can stand"},
		{"https://*.*.example.com", "one * can stand"},
		{"https://*.", "names no host"},
		{"https://*.10.0.0.1", "IP address"},
		{"https://*.com", "anyone can have a host; name yours; write https://your-app.com"},
		{"https://*.co.uk", "wildcard over co.uk"},
		{"https://*.vercel.app", "wildcard over vercel.app, where anyone can have a host; name yours; write https://your-app.vercel.app"},
		{"https://*.vercel.app/", "wildcard over vercel.app"},
		{"https://*.Vercel.app", "wildcard over vercel.app"},
		{"*.vercel.app", "wildcard over vercel.app"},
		{"https://*.vercel.app:8443", "write https://your-app.vercel.app:8443"},
		{"https://*.github.io", "wildcard over github.io"},
		{"https://*.netlify.app", "wildcard over netlify.app"},
		{"https://*.compute.amazonaws.com", "wildcard over compute.amazonaws.com"},
		{"https://*.kawasaki.jp", "wildcard over kawasaki.jp"},
		{"https://*.ck", "wildcard over ck"},
		{"https://*.localhost", "wildcard over localhost"},
	} {
		t.Run(tt.origin, func(t *testing.T) {
			err := config.CheckOrigin(tt.origin)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("got %v, want %s", err, tt.want)
			}
			if _, mend, found := strings.Cut(err.Error(), "; write "); found && config.CheckOrigin(mend) != nil {
				t.Errorf("advises %s, which is wrong too", mend)
			}
		})
	}
}
