package origin

import (
	"strings"
	"testing"
)

func TestAllows(t *testing.T) {
	list, err := ParseList([]string{"https://app.example.com", "http://localhost:4040", "https://*.apps.example.com", "https://*.example.org:8443", "https://Shop.Example.com:443"})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, origin string
		want         bool
	}{
		{"exact", "https://app.example.com", true},
		{"exact with port", "http://localhost:4040", true},
		{"configured in upper case with default port", "https://shop.example.com", true},
		{"one label below a wildcard", "https://a.apps.example.com", true},
		{"one label below a wildcard with port", "https://a.example.org:8443", true},
		{"the wildcard's base itself", "https://apps.example.com", false},
		{"two labels below", "https://a.b.apps.example.com", false},
		{"empty label", "https://.apps.example.com", false},
		{"wildcard of another port", "https://a.apps.example.com:8443", false},
		{"wildcard without its port", "https://a.example.org", false},
		{"wildcard of another scheme", "http://a.apps.example.com", false},
		{"suffix of a foreign name", "https://evilapps.example.com", false},
		{"foreign name that ends alike", "https://a.evil-apps.example.com.evil.com", false},
		{"prefix of a foreign name", "https://app.example.com.evil.com", false},
		{"other scheme", "http://app.example.com", false},
		{"other port", "https://app.example.com:8443", false},
		{"upper case, as no browser writes it", "https://APP.example.com", false},
		{"default port, as no browser writes it", "https://app.example.com:443", false},
		{"trailing slash", "https://app.example.com/", false},
		{"null", "null", false},
		{"empty", "", false},
		{"star", "*", false},
		{"user info", "https://x@a.apps.example.com", false},
		{"label with a slash", "https://a/.apps.example.com", false},
		{"a star as a label", "https://*.apps.example.com", false},
		{"two origins", "https://app.example.com https://app.example.com", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := list.Allows(tt.origin); got != tt.want {
				t.Errorf("Allows(%q) = %v, want %v", tt.origin, got, tt.want)
			}
		})
	}
}

func TestTheZeroListAllowsNobody(t *testing.T) {
	if (List{}).Allows("https://app.example.com") {
		t.Error("an empty list allowed an origin")
	}
}

func TestParseSaysWhatIsWrong(t *testing.T) {
	for _, tt := range []struct{ pattern, want string }{
		{"", "is empty"},
		{"*", "every website"},
		{"null", "sandboxed"},
		{"app.example.com", "write https://app.example.com"},
		{"https://app.example.com/", "write https://app.example.com"},
		{"https://app.example.com/path", "more than scheme, host and port"},
		{"https://app.example.com?x", "more than scheme, host and port"},
		{"https://app.example.com#x", "more than scheme, host and port"},
		{"https://user@app.example.com", "is not one"},
		{"ftp://app.example.com", "https or http"},
		{"https://", "is not one"},
		{"https://*", "is not one"},
		{"https://a.*.example.com", "is not one"},
		{"https://*.*.example.com", "is not one"},
		{"https://app*.example.com", "is not one"},
		{"https://*.com", "everybody"},
		{"https://*.co.uk", "everybody"},
		{"https://*.vercel.app", "everybody"},
		{"https://*.GitHub.io", "everybody"},
		{"https://*.localhost", "everybody"},
		{"https://*.compute.amazonaws.com", "everybody"},
		{"https://*.127.0.0.1", "addresses"},
		{"https://app example.com", "is not one"},
	} {
		t.Run(tt.pattern, func(t *testing.T) {
			_, err := Parse(tt.pattern)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Parse(%q): %v, want an error with %q", tt.pattern, err, tt.want)
			}
		})
	}
}

// FuzzAllows holds the matcher against a slow reading of the rule.
func FuzzAllows(f *testing.F) {
	list, err := ParseList([]string{"https://app.example.com", "https://*.example.org:8443"})
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{"", "null", "https://app.example.com", "https://a.example.org:8443", "https://a.b.example.org:8443", "https://a.example.org:8443/"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, origin string) {
		want := origin == "https://app.example.com"
		if label, ok := strings.CutSuffix(origin, ".example.org:8443"); ok {
			label, ok = strings.CutPrefix(label, "https://")
			want = ok && label != "" && strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-_") == ""
		}
		if got := list.Allows(origin); got != want {
			t.Errorf("Allows(%q) = %v, want %v", origin, got, want)
		}
	})
}

// FuzzParse: whatever is accepted as an exact origin allows itself and is
// stable when parsed again.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"https://app.example.com", "http://localhost:4040", "https://*.example.com", "https://[::1]:80", "HTTPS://A.EXAMPLE.com:443"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, pattern string) {
		normal, err := Parse(pattern)
		if err != nil {
			return
		}
		again, err := Parse(normal)
		if err != nil || again != normal {
			t.Errorf("%q became %q became %q (%v)", pattern, normal, again, err)
		}
		list, err := ParseList([]string{pattern})
		if err != nil || strings.Contains(normal, "*") == list.Allows(normal) {
			t.Errorf("the list of %q allows %q: %v (%v)", pattern, normal, list.Allows(normal), err)
		}
	})
}

func TestOfPage(t *testing.T) {
	for address, want := range map[string]string{
		"https://app.example.com":            "https://app.example.com",
		"HTTPS://App.Example.com:443/x?y#z":  "https://app.example.com",
		"http://localhost:5173/":             "http://localhost:5173",
		"http://[::1]:80":                    "http://[::1]",
		"https://ada:secret@app.example.com": "https://app.example.com",
		"null":                               "null",
		"file:///tmp/index.html":             "null",
	} {
		if got, err := OfPage(address); err != nil || got != want {
			t.Errorf("%s: got %q %v, want %q", address, got, err, want)
		}
	}
	for address, says := range map[string]string{
		"":                      "no scheme",
		"app.example.com":       "write https://app.example.com",
		"https://*.example.com": "like https://any.example.com",
		"*":                     "pattern",
		"ftp://example.com":     "not that of a page",
		"https://":              "not that of a page",
		"https://a b":           "not that of a page",
	} {
		if got, err := OfPage(address); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: got %q %v, want %q", address, got, err, says)
		}
	}
}
