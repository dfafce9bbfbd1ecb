package config

import (
	"net/url"
	"strings"
)

// parseDatabase wants an address that a store can open. It does not try to.
func parseDatabase(s string) (string, error) {
	scheme, rest, _ := strings.Cut(s, ":")
	switch scheme {
	case "sqlite":
		if rest == "" || strings.HasPrefix(rest, "//") {
			return "", wrong("must name a file behind sqlite:, as in sqlite:postern.db")
		}
		return s, nil
	case "postgres", "postgresql":
		if u, err := url.Parse(s); err != nil || u.Host == "" && u.Query().Get("host") == "" {
			return "", wrong("must be an address like postgres://user@host:5432/database")
		}
		return s, nil
	}
	return "", wrong("must begin with sqlite: or postgres://")
}
