package config

import (
	"regexp"
	"slices"
	"strings"
)

// unknownVariables finds the names that start like ours and mean nothing here,
// in order. A misspelt limit that is ignored is worse than no start.
func unknownVariables(environ []string, settings []setting) []string {
	var known, unknown []string
	for _, s := range settings {
		for _, v := range s.env {
			known = append(known, v.name)
		}
	}
	for _, entry := range environ {
		name, text, _ := strings.Cut(entry, "=")
		if strings.HasPrefix(name, "POSTERN_") && !slices.Contains(known, name) && !serviceLink(name, text) {
			unknown = append(unknown, name)
		}
	}
	slices.Sort(unknown)
	return slices.Compact(unknown)
}

var (
	linkName   = regexp.MustCompile(`_(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)$`)
	linkTarget = regexp.MustCompile(`^(tcp|udp|sctp)://`)
)

// serviceLink recognises what Kubernetes puts into every container of a
// namespace that has a service called postern (POSTERN_SERVICE_HOST,
// POSTERN_PORT=tcp://10.0.0.7:80): nobody's mistake.
func serviceLink(name, text string) bool {
	return linkName.MatchString(name) || strings.HasSuffix(name, "_PORT") && linkTarget.MatchString(text)
}

// asKey shows a setting as the file writes it.
func asKey(s setting, _ string) string { return s.key }

// asVariable shows a setting as the environment writes it: the variable that
// is near, or else the first.
func asVariable(s setting, near string) string {
	for _, v := range s.env {
		if v.name == near {
			return v.name
		}
	}
	if len(s.env) == 0 {
		return ""
	}
	return s.env[0].name
}
