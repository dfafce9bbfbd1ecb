package config

import (
	"net/url"
	"strings"
	"unicode"
)

// parseURL reads an address that secrets or keys will travel to or from: https,
// or plain http where it cannot leave this machine. The text stays as it is;
// what is returned is for looking at.
func parseURL(text string) (*url.URL, error) {
	if strings.IndexFunc(text, notInURL) >= 0 {
		return nil, wrong("has a blank, a control character or a backslash in %s", quote(text))
	}
	if !strings.Contains(text, "://") {
		return nil, wrong("is %s, which has no scheme", quote(text)).insteadWrite("https://" + text)
	}
	u, err := url.Parse(text)
	if err != nil {
		return nil, wrong("is %s, not a URL", quote(text))
	}
	return u, urlFault(u, text)
}

// parseCollector reads the address of a collector. Plain http is taken
// everywhere: no secret travels to it, and collectors stand inside.
func parseCollector(text string) (string, error) {
	secure := text
	if rest, plain := strings.CutPrefix(text, "http://"); plain {
		secure = "https://" + rest
	}
	u, err := parseURL(secure)
	switch {
	case err != nil && secure == text:
		return "", err
	case err != nil:
		return "", wrong("is %s, not the address of a collector", quote(text))
	case u.RawQuery != "" || u.ForceQuery:
		return "", wrong("has a query in %s", quote(text))
	}
	return strings.TrimSuffix(text, "/"), nil
}

func notInURL(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || r == '\\' }

func urlFault(u *url.URL, text string) error {
	switch {
	case !strings.HasPrefix(text, u.Scheme+"://"):
		return wrong("has a scheme in capitals").insteadWrite(u.Scheme + text[len(u.Scheme):])
	case u.Scheme != "https" && u.Scheme != "http":
		return wrong("is %s, which is not https", quote(text))
	case u.User != nil:
		return wrong("has a user name before the host").insteadWrite(withoutUser(u))
	case strings.Contains(text, "#"):
		return wrong("has a fragment (#)").insteadWrite(text[:strings.IndexByte(text, '#')])
	case badPort(u):
		return wrong("has a port that is not a number from 1 to 65535 in %s", quote(text))
	case hostProblem(u.Hostname()) != "":
		return wrong("%s", hostProblem(u.Hostname()))
	case u.Scheme == "http" && !loopback(u.Hostname()):
		return wrong("is %s: plain http is taken on loopback only", quote(text)).
			insteadWrite("https" + strings.TrimPrefix(text, "http"))
	}
	return nil
}

func badPort(u *url.URL) bool {
	if strings.HasSuffix(u.Host, ":") {
		return true
	}
	ok := validPort(u.Port(), 1)
	return u.Port() != "" && !ok
}

func withoutUser(u *url.URL) string {
	bare := *u
	bare.User = nil
	return bare.String()
}

// noQuery refuses even a bare question mark.
func noQuery(text string) error {
	if bare, _, found := strings.Cut(text, "?"); found {
		return wrong("has a query (?)").insteadWrite(bare)
	}
	return nil
}

// parsePublicURL drops slashes at the end, so that a path can be put after it.
func parsePublicURL(text string) (string, error) {
	if _, err := parseURL(text); err != nil {
		return "", err
	}
	return strings.TrimRight(text, "/"), noQuery(text)
}

// parseKeysURL allows a query: some issuers choose the key set with it.
func parseKeysURL(text string) (string, error) {
	_, err := parseURL(text)
	return text, err
}
