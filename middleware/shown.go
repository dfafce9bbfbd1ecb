package middleware

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// longestPart is how much of a part of an unknown path is shown, in bytes.
// Names that people and browsers ask for are shorter, tokens and keys longer.
const longestPart = 24

// masked stands for what is not shown.
const masked = "…"

// tokenHead is how every JSON Web Token and each of its readable parts begins:
// the base64url of {".
const tokenHead = "eyJ"

// shown is what a log may have of a text that came from outside: at most so
// many bytes, nothing from where a token may begin, and nothing that steers a
// terminal or turns text round.
func shown(text string, most int) string {
	if at := strings.Index(text, tokenHead); at >= 0 {
		text = text[:at] + masked
	}
	return strings.Map(printable, clip(text, most))
}

func printable(r rune) rune {
	if r == utf8.RuneError || !unicode.IsPrint(r) {
		return '?' // a byte that is no text becomes one as well, not three
	}
	return r
}

// shownPath is what a log may have of a path that no route knows. People paste
// tokens, keys and whole links into addresses: long parts are masked, and what
// follows an equals sign.
func shownPath(path string) string {
	parts := strings.Split(clip(path, 2000), "/")
	for i, part := range parts {
		name, _, assigned := strings.Cut(part, "=")
		switch {
		case len(part) > longestPart:
			parts[i] = masked
		case assigned:
			parts[i] = name + "=" + masked
		}
	}
	return shown(strings.Join(parts, "/"), 100)
}

// shownMethod is what a log may have of a method: those in use are short and
// in capital letters.
func shownMethod(method string) string {
	if len(method) > 20 || strings.Trim(method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-") != "" {
		return masked
	}
	return method
}

func clip(s string, most int) string {
	if len(s) > most {
		return s[:most]
	}
	return s
}
