// Package auth0 writes what a deployment needs of its Auth0 tenant, as input for
// the tools that set tenants up: Terraform with Auth0's provider, and Auth0's
// deploy CLI. The same Setup gives the same text. It talks to nobody and knows
// nobody.
package auth0

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Setup is what a deployment needs: an API, the application of its pages, and
// perhaps one for tests.
type Setup struct {
	// Name is the application's, shown to people when they log in; it begins
	// the names of the others.
	Name string
	// Audience is the identifier of the API.
	Audience string
	// Scopes are those of the API, by name; Auth0 calls them its permissions.
	Scopes []Scope
	// Pages are the addresses at which the application is, as [PageOf] gives
	// them. * may stand for the first label of a host.
	Pages []string
	// TestClient asks for an application that gets tokens with all scopes
	// without anybody logging in.
	TestClient bool
}

// Scope is something that a token may allow.
type Scope struct{ Name, Description string }

// Lifetimes of refresh tokens in seconds, Auth0's own defaults for rotating
// ones: whoever stays away for the second logs in again.
const (
	refreshLifetime     = 30 * 24 * 60 * 60
	refreshIdleLifetime = 15 * 24 * 60 * 60
)

// maxText is how long names and descriptions may be, in characters.
const maxText = 200

// Check returns all that would make a tenant refuse the setup.
func (s Setup) Check() error {
	var mistakes []error
	if s.Name == "" || strings.ContainsAny(s.Name, "<>") || utf8.RuneCountInString(s.Name) > maxText || strings.ContainsFunc(s.Name, unicode.IsControl) {
		mistakes = append(mistakes, fmt.Errorf("the name %q cannot be that of an application: 1 to %d characters, no < and no >", s.Name, maxText))
	}
	if s.Audience == "" {
		mistakes = append(mistakes, errors.New("the API has no identifier"))
	}
	if len(s.Pages) == 0 {
		mistakes = append(mistakes, errors.New("nobody says where the page is"))
	}
	return errors.Join(mistakes...)
}

// PageOf checks the address of a page and returns it as browsers write it: a
// bare origin without a slash, since that is what pages give as redirect_uri.
func PageOf(address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http" {
		return "", fmt.Errorf("%q is not the address of a page, such as https://app.example.com", address)
	}
	if u.User != nil || strings.ContainsAny(address, "?#") {
		return "", fmt.Errorf("the address of the page has more than scheme, host and path; write %s", originOf(u)+u.EscapedPath())
	}
	return originOf(u) + strings.TrimSuffix(u.EscapedPath(), "/"), nil
}

func originOf(u *url.URL) string {
	port := map[string]string{"https": ":443", "http": ":80"}[u.Scheme]
	return u.Scheme + "://" + strings.TrimSuffix(strings.ToLower(u.Host), port)
}

// callbacks are where a login may return to: the page itself, and the path that
// Auth0's samples take.
func (s Setup) callbacks() []string {
	var all []string
	for _, page := range s.Pages {
		all = append(all, page, page+"/callback")
	}
	return each(all)
}

// webOrigins are whence tokens may be asked for silently.
func (s Setup) webOrigins() []string {
	var all []string
	for _, page := range s.Pages {
		if u, err := url.Parse(page); err == nil {
			all = append(all, originOf(u))
		}
	}
	return each(all)
}

// each returns every item once, in the order of their first.
func each(list []string) []string {
	var once []string
	for _, item := range list {
		if !slices.Contains(once, item) {
			once = append(once, item)
		}
	}
	return once
}

// scopes are the scopes in the order of their names, each once, with
// descriptions on one line.
func (s Setup) scopes() []Scope {
	sorted := slices.Clone(s.Scopes)
	slices.SortStableFunc(sorted, func(a, b Scope) int { return strings.Compare(a.Name, b.Name) })
	sorted = slices.CompactFunc(sorted, func(a, b Scope) bool { return a.Name == b.Name })
	for i := range sorted {
		sorted[i].Description = oneLine(sorted[i].Description)
	}
	return sorted
}

func (s Setup) scopeNames() []string {
	var names []string
	for _, scope := range s.scopes() {
		names = append(names, scope.Name)
	}
	return names
}

// oneLine makes a description of any text: whole characters, no line breaks,
// bounded.
func oneLine(text string) string {
	words := strings.FieldsFunc(strings.ToValidUTF8(text, "\uFFFD"), func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) })
	runes := []rune(strings.Join(words, " "))
	if len(runes) > maxText {
		runes = append(runes[:maxText-3], []rune("...")...)
	}
	return string(runes)
}

func (s Setup) apiName() string  { return s.Name + " API" }
func (s Setup) testName() string { return s.Name + " tests" }
