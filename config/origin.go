package config

import (
	"net/url"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// CheckOrigin says why origin cannot stand in the list of allowed browser
// origins, with the right value where that can be told, or nil. An origin is
// what a browser sends: scheme, host in small letters, and the port unless it
// is the scheme's own. https://*.example.com stands for every host one label
// deep, which is refused where strangers can have such a host.
func CheckOrigin(origin string) error {
	switch {
	case origin == "":
		return wrong("is empty")
	case origin == "*":
		return wrong("is *, which would let every website in; name the origins")
	case origin == "null":
		return wrong("is null, which every sandboxed page and local file sends; name the origins")
	case strings.IndexFunc(origin, notInURL) >= 0:
		return wrong("has a blank, a control character or a backslash in %s", quote(origin))
	case !strings.Contains(origin, "://"):
		return noScheme(origin)
	}
	u, err := url.Parse(origin)
	if err != nil {
		return wrong("is %s, not an origin", quote(origin))
	}
	return originFault(origin, u)
}

// parseOrigin is CheckOrigin for the table.
func parseOrigin(text string) (string, error) { return text, CheckOrigin(text) }

// noScheme guesses: plain http is usual on loopback and nowhere else.
func noScheme(origin string) error {
	origin = strings.TrimLeft(origin, "/")
	f := wrong("is %s, which has no scheme", quote(origin))
	u, err := url.Parse("https://" + origin)
	if err != nil {
		return f
	}
	if loopback(u.Hostname()) {
		return mended(f, "http://"+u.Host)
	}
	return mended(f, canonical(u))
}

func originFault(origin string, u *url.URL) error {
	switch {
	case u.Scheme != "https" && u.Scheme != "http":
		return wrong("is %s, which is neither https nor http", quote(origin))
	case badPort(u):
		return wrong("has a port that is not a number from 1 to 65535 in %s", quote(origin))
	}
	if want := canonical(u); origin != want {
		return mended(wrong("%s", whyNotCanonical(origin, u)), want)
	}
	if base, found := strings.CutPrefix(u.Hostname(), "*."); found {
		return wildcardFault(u, base)
	}
	return hostFault(u.Hostname())
}

// canonical is the origin of u as browsers write it.
func canonical(u *url.URL) string {
	host := strings.ToLower(u.Host)
	if own := map[string]string{"https": ":443", "http": ":80"}[u.Scheme]; own != "" {
		host = strings.TrimSuffix(host, own)
	}
	return u.Scheme + "://" + host
}

func whyNotCanonical(origin string, u *url.URL) string {
	switch {
	case u.User != nil:
		return "has a user name before the host"
	case strings.ContainsAny(origin, "?#"):
		return "has a query or a fragment in " + quote(origin)
	case u.Path == "/":
		return "ends in a slash in " + quote(origin) + ", which no browser sends"
	case u.Path != "":
		return "has a path in " + quote(origin) + ", which no browser sends"
	case origin != strings.ToLower(origin):
		return "has capitals in " + quote(origin) + ", which no browser sends"
	}
	return "has the port that " + u.Scheme + " has anyway in " + quote(origin) + ", which no browser sends"
}

// mended adds the right value to f. If that would be refused too, it is told
// instead why, so that nobody mends a slash only to learn of the next mistake.
func mended(f fault, want string) error {
	if err := CheckOrigin(want); err != nil {
		return err
	}
	return f.insteadWrite(want)
}

func hostFault(host string) error {
	if strings.Contains(host, "*") {
		return wrong("has %s: one * can stand for the first label of a host, alone and with a dot after it", quote(host))
	}
	if problem := hostProblem(host); problem != "" {
		return wrong("%s", problem)
	}
	return nil
}

// wildcardFault refuses a wildcard under which strangers can have a host: over
// a suffix of the public list, and over one whose every child is on the list.
func wildcardFault(u *url.URL, base string) error {
	if err := hostFault(base); err != nil {
		return err
	}
	if endsInNumber(base) || strings.Contains(base, ":") {
		return wrong("has a wildcard before an IP address")
	}
	child := "your-app." + base
	if !publicSuffix(base) && !publicSuffix(child) {
		return nil
	}
	name := strings.Replace(u.Host, "*", "your-app", 1)
	return wrong("has a wildcard over %s, where anyone can have a host; name yours", base).
		insteadWrite(u.Scheme + "://" + name)
}

func publicSuffix(host string) bool {
	suffix, _ := publicsuffix.PublicSuffix(host)
	return suffix == host
}
