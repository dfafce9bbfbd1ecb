package auth

import (
	"errors"
	"net"
	"net/url"
	"strings"
)

// target writes an address as it is compared (RFC 9449, section 4.3; RFC 3986,
// section 6.2): without query and fragment, scheme and host in small letters,
// no default port, and each character of the path escaped exactly if it has to
// be. Nothing is resolved: what is another path to a router is another one
// here.
func target(address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", err
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.Opaque != "" {
		return "", errors.New("is not an absolute http address")
	}
	host := strings.ToLower(u.Hostname())
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if port := u.Port(); port != "" && port != defaultPorts[u.Scheme] {
		host = net.JoinHostPort(strings.Trim(host, "[]"), port)
	}
	return u.Scheme + "://" + host + samePath(u.EscapedPath()), nil
}

var defaultPorts = map[string]string{"http": "80", "https": "443"}

// samePath writes a path in the one way in which it is compared: unreserved
// characters stand for themselves, escapes have capital letters, and an empty
// path is the root.
func samePath(path string) string {
	if path == "" {
		return "/"
	}
	if !strings.Contains(path, "%") {
		return path
	}
	var b strings.Builder
	for i := 0; i < len(path); i++ {
		if path[i] != '%' {
			b.WriteByte(path[i])
			continue
		}
		// EscapedPath has seen to it that two hex digits follow.
		c := unhex(path[i+1])<<4 | unhex(path[i+2])
		if unreserved(c) {
			b.WriteByte(c)
		} else {
			b.WriteString("%" + strings.ToUpper(path[i+1:i+3]))
		}
		i += 2
	}
	return b.String()
}

func unhex(c byte) byte {
	switch {
	case c >= 'a':
		return c - 'a' + 10
	case c >= 'A':
		return c - 'A' + 10
	}
	return c - '0'
}

func unreserved(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0
}
