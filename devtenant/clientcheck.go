package devtenant

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// mistakes lists what keeps the client from ever working, and what would make
// the tenant send people where nobody meant them to go.
func (c Client) mistakes() []error {
	var found []error
	object := func(when bool, format string, args ...any) {
		if when {
			found = append(found, fmt.Errorf(format, args...))
		}
	}
	object(!plain(c.ID), "the id must be letters, digits and signs, without blanks")
	object(len(c.Grants) == 0, "grants are missing: %s", strings.Join(allGrants(), ", "))
	for _, grant := range c.Grants {
		object(!slices.Contains(allGrants(), grant), "unknown grant %q: known are %s", grant, strings.Join(allGrants(), ", "))
	}
	object(c.may(grantMachine) && c.Secret == "", "%s needs a secret", grantMachine)
	object(c.may(grantRefresh) && !c.may(grantCode), "%s needs %s, which begins what it continues", grantRefresh, grantCode)
	object(c.may(grantCode) && len(c.Callbacks) == 0, "%s needs a callback, such as http://localhost:4040/callback", grantCode)
	object(!c.may(grantMachine) && len(c.Permissions) > 0, "permissions are for %s only: with a login they are the user's", grantMachine)
	return append(found, c.addressMistakes()...)
}

func (c Client) addressMistakes() []error {
	var found []error
	for _, callback := range c.Callbacks {
		if err := checkTarget(callback); err != nil {
			found = append(found, fmt.Errorf("callback %q: %w", callback, err))
		}
	}
	for _, target := range c.LogoutURLs {
		if err := checkTarget(target); err != nil {
			found = append(found, fmt.Errorf("logout URL %q: %w", target, err))
		}
	}
	if c.BackchannelLogoutURI != "" {
		if err := checkBackchannel(c.BackchannelLogoutURI); err != nil {
			found = append(found, fmt.Errorf("backchannelLogoutUri %q: %w", c.BackchannelLogoutURI, err))
		}
	}
	for _, origin := range c.WebOrigins {
		if origin == "" || originOf(origin) != origin {
			found = append(found, fmt.Errorf("web origin %q must be scheme, host and port only, such as http://localhost:4040", origin))
		}
	}
	return found
}

// checkTarget wants an address to which a browser can be sent: of a web page
// or of a native app (RFC 8252, section 7). RFC 6749, section 3.1.2, bars the
// fragment; the barred schemes run or show what is in the address itself.
func checkTarget(address string) error {
	u, err := url.Parse(address)
	switch {
	case err != nil:
		return err
	case u.Scheme == "":
		return errors.New("must begin with its scheme, such as http://")
	case slices.Contains([]string{"javascript", "data", "vbscript", "file", "blob", "about"}, u.Scheme):
		return fmt.Errorf("nobody can be sent to a %s: address", u.Scheme)
	case (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() == "":
		return errors.New("the host is missing")
	case u.User != nil:
		return errors.New("must not hold a user or a password")
	case strings.Contains(address, "#"):
		return errors.New("must not have a #fragment")
	case strings.Contains(address, "*"):
		return errors.New("wildcards are not supported: write each address in full")
	}
	return nil
}

// plain tells text that is visible ASCII, without blanks.
func plain(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' })
}
