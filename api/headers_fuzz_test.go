package api

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// tagList is a list of 1 to 20 entity tags (RFC 9110, section 8.8.3), as a
// pattern: nothing of it is shared with what reads them.
var (
	tagList = regexp.MustCompile(`^` + oneTag + `(?:` + space + `,` + space + oneTag + `){0,19}(?:` + space + `,)?$`)
	eachTag = regexp.MustCompile(oneTag)
)

const (
	oneTag = `(?:W/)?"([^"\x00-\x20\x7f]*)"`
	space  = `[\s\p{Z}\x{85}\v]*`
)

// FuzzEntityTags holds that a list is read exactly when it is one, and that
// each tag of it counts.
func FuzzEntityTags(f *testing.F) {
	for _, s := range []string{`"7-k3f9"`, `W/"a", "b-gzip"`, "*", `"a",`, `"a""b"`, `w/"a"`, `"a" , W/"b"`, "", `"`, `"a` + "\x00" + `"`, strings.Repeat(`"",`, 21)} {
		f.Add(s, "", false)
		f.Add(`"x"`, s, true)
	}
	f.Fuzz(func(t *testing.T, first, second string, both bool) {
		fields := []string{first}
		if both {
			fields = append(fields, second)
		}
		text := strings.TrimSpace(strings.Join(fields, ","))
		any, tags, err := entityTags(http.Header{"If-Match": fields}, "If-Match")
		if any != (text == "*") || (err == nil) != (any || tagList.MatchString(text)) {
			t.Fatalf("%q: any %v, tags %q, error %v", text, any, tags, err)
		}
		if any || err != nil {
			if len(tags) > 0 {
				t.Fatalf("%q: tags %q beside any %v, error %v", text, tags, any, err)
			}
			return
		}
		sent := eachTag.FindAllStringSubmatch(text, -1)
		if len(tags) != 2*len(sent) {
			t.Fatalf("%q: %d tags were sent, read were %q", text, len(sent), tags)
		}
		for _, s := range sent {
			if !slices.Contains(tags, s[1]) {
				t.Fatalf("%q: %q is not among %q", text, s[1], tags)
			}
		}
	})
}

var oneKey = regexp.MustCompile(`^(?:"([!\x23-\x5b\x5d-\x7e]{1,200})"|([!\x23-\x5b\x5d-\x7e]{1,200}))$`)

// FuzzIdempotencyKey holds that a key is read exactly when it is one.
func FuzzIdempotencyKey(f *testing.F) {
	for _, s := range []string{"a", `"a"`, `"`, `""`, "a b", " a ", "ä", `a"b`, strings.Repeat("k", 200), strings.Repeat("k", 201), "a\x00"} {
		f.Add(s, "", false)
		f.Add(s, "b", true)
	}
	f.Fuzz(func(t *testing.T, first, second string, both bool) {
		fields := []string{first}
		if both {
			fields = append(fields, second)
		}
		key, err := idempotencyKey(http.Header{"Idempotency-Key": fields})
		parts := oneKey.FindStringSubmatch(strings.TrimSpace(first))
		if (err == nil) != (parts != nil && !both) {
			t.Fatalf("%q: %q, %v", fields, key, err)
		}
		if err == nil && key != parts[1]+parts[2] || err != nil && key != "" {
			t.Fatalf("%q was read as %q, %v", fields, key, err)
		}
	})
}

// FuzzLogoutForm holds that a form is read only when it has exactly one token,
// counted in its text, part by part.
func FuzzLogoutForm(f *testing.F) {
	for _, s := range []string{"logout_token=a.b.c", "logout_token=a&logout_token=b", "", "logout_token", "logout%5ftoken=x", "a=%zz&logout_token=x", "logout_token=x;y"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, body string) {
		token, err := logoutForm([]byte(body))
		var values []string
		broken := false
		for part := range strings.SplitSeq(body, "&") {
			name, value, _ := strings.Cut(part, "=")
			plainName, badName := url.QueryUnescape(name)
			plain, badValue := url.QueryUnescape(value)
			broken = broken || badName != nil || badValue != nil || strings.Contains(part, ";")
			if plainName == "logout_token" {
				values = append(values, plain)
			}
		}
		if (err == nil) != (!broken && len(values) == 1) || err == nil && token != values[0] {
			t.Fatalf("%q was read as %q, %v", body, token, err)
		}
	})
}
