// Package origin decides which browser origins may read the answers of an API
// (RFC 6454; the Fetch standard's CORS protocol). It compares whole origins,
// never prefixes or suffixes of text.
package origin

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// List is a set of allowed origins. The zero value allows none.
type List struct {
	exact     map[string]bool
	wildcards map[string]bool // "scheme://*.rest", lower case
}

// ParseList reads patterns: an origin such as https://app.example.com, or
// https://*.example.com for every name exactly one label below. It reports all
// mistakes together.
func ParseList(patterns []string) (List, error) {
	list := List{exact: map[string]bool{}, wildcards: map[string]bool{}}
	var mistakes []error
	for _, pattern := range patterns {
		normal, err := Parse(pattern)
		if err != nil {
			mistakes = append(mistakes, err)
			continue
		}
		if strings.Contains(normal, "*") {
			list.wildcards[normal] = true
		} else {
			list.exact[normal] = true
		}
	}
	return list, errors.Join(mistakes...)
}

// Allows tells whether the value of an Origin header field is in the list. A
// browser writes origins in one way only, lower case and without a default
// port, so other spellings are foreign.
func (l List) Allows(origin string) bool {
	if l.exact[origin] {
		return true
	}
	if len(l.wildcards) == 0 {
		return false
	}
	scheme, host, ok := strings.Cut(origin, "://")
	if !ok {
		return false
	}
	label, rest, ok := strings.Cut(host, ".")
	return ok && isLabel(label) && l.wildcards[scheme+"://*."+rest]
}

// isLabel tells whether s is one label of a host name as browsers write it.
func isLabel(s string) bool {
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			return false
		}
	}
	return s != ""
}

// Parse checks one pattern and returns it as browsers would write it. The
// error says what is wrong and shows the right value where it can.
func Parse(pattern string) (string, error) {
	switch pattern {
	case "":
		return "", errors.New("an allowed origin is empty: write one like https://app.example.com")
	case "*":
		return "", errors.New("the origin * would let every website in: name the origins of your apps, like https://app.example.com")
	case "null":
		return "", errors.New("the origin null is that of sandboxed pages and files of anybody: serve the app from an address and name that")
	}
	if !strings.Contains(pattern, "://") {
		return "", fmt.Errorf("origin %q has no scheme: write https://%s", pattern, pattern)
	}
	wild := strings.Contains(pattern, "*")
	u, err := url.Parse(strings.Replace(pattern, "://*.", "://wildcard.", 1))
	if err != nil || u.Hostname() == "" || u.User != nil || strings.ContainsAny(u.Host, "* ") {
		return "", fmt.Errorf("origin %q is not one: write it like https://app.example.com or https://*.example.com", pattern)
	}
	if u.Scheme != "http" && u.Scheme != "https" {
		return "", fmt.Errorf("origin %q: the scheme must be https or http", pattern)
	}
	normal := u.Scheme + "://" + normalHost(u)
	if wild {
		normal = strings.Replace(normal, "://wildcard.", "://*.", 1)
	}
	if u.Path != "" || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" {
		return "", fmt.Errorf("origin %q has more than scheme, host and port: write %s", pattern, normal)
	}
	if wild {
		return normal, checkWildcard(pattern, strings.TrimPrefix(u.Hostname(), "wildcard."))
	}
	return normal, nil
}

// normalHost lowers the host and drops the scheme's default port.
func normalHost(u *url.URL) string {
	host := strings.ToLower(u.Host)
	if u.Scheme == "https" {
		return strings.TrimSuffix(host, ":443")
	}
	return strings.TrimSuffix(host, ":80")
}

// checkWildcard refuses a star below a name under which anybody can have a
// site.
func checkWildcard(pattern, base string) error {
	if _, err := netip.ParseAddr(base); err == nil {
		return fmt.Errorf("origin %q: addresses have no names below them", pattern)
	}
	base = strings.ToLower(base)
	if isPublicSuffix(base) || isPublicSuffix("any-name."+base) {
		return fmt.Errorf("origin %q would let everybody in who has a site below %s: name the origins one by one", pattern, base)
	}
	return nil
}

func isPublicSuffix(host string) bool {
	suffix, _ := publicsuffix.PublicSuffix(host)
	return suffix == host
}

// OfPage returns the Origin header field that browsers send from a page at the
// address, be the address written with a path, capitals or the default port.
// Files and sandboxed frames send null.
func OfPage(address string) (string, error) {
	if address == "null" {
		return "null", nil
	}
	if strings.Contains(address, "*") {
		return "", fmt.Errorf("%q is a pattern, and a page has an address: name one, like %s", address, strings.Replace(address, "*", "any", 1))
	}
	u, err := url.Parse(address)
	if err == nil && u.Scheme == "file" {
		return "null", nil
	}
	if !strings.Contains(address, "://") {
		return "", fmt.Errorf("address %q has no scheme: write https://%s", address, address)
	}
	if err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" {
		return "", fmt.Errorf("address %q is not that of a page: write it like https://app.example.com", address)
	}
	return u.Scheme + "://" + normalHost(u), nil
}
