package api

import (
	"net/url"
	"slices"
	"strings"
	"testing"
)

// FuzzReturnTo holds what users may return to against what a browser makes of
// an address: tabs and line ends are dropped, and a backslash is a slash (URL
// standard, basic URL parser).
func FuzzReturnTo(f *testing.F) {
	for _, seed := range []string{"", "/", "/notes?a=1#b", "//evil.example", `/\evil.example`, "/\t/evil.example", "https://app.example.com/x",
		"https://app.example.com@evil.example/", "https://app.example.com.evil.example/", "https:evil.example", "javascript:alert(1)"} {
		f.Add(seed)
	}
	s := &Sessions{Origins: []string{"https://app.example.com", "https://api.example.com"}}
	f.Fuzz(func(t *testing.T, text string) {
		address, err := s.returnTo(text)
		if err != nil {
			return
		}
		seen := strings.NewReplacer("\t", "", "\r", "", "\n", "", `\`, "/").Replace(address)
		u, err := url.Parse(seen)
		if err != nil || !slices.Contains(s.Origins, u.Scheme+"://"+u.Host) || u.User != nil {
			t.Errorf("%q is taken, and leads to %q", text, address)
		}
		if strings.ContainsAny(address, "\r\n") {
			t.Errorf("%q breaks the header", text)
		}
	})
}
