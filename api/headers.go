package api

import (
	"net/http"
	"slices"
	"strings"

	"github.com/postern-dev/postern/collection/documents"
	"github.com/postern-dev/postern/problem"
)

// maxTags bounds the entity tags in one header field.
const maxTags = 20

// precondition reads If-Match and If-None-Match (RFC 9110, sections 13.1.1 and
// 13.1.2) of a write.
func precondition(header http.Header) (documents.Precondition, error) {
	var p documents.Precondition
	any, tags, err := entityTags(header, "If-Match")
	if err != nil {
		return p, err
	}
	if !any {
		p.Tags = tags
	}
	p.Absent, p.NotTags, err = entityTags(header, "If-None-Match")
	return p, err
}

// entityTags reads a list of entity tags, or any for *. What proxies do to a
// tag when they compress is undone: ours stand for a version, whatever the
// form in which it travels.
func entityTags(header http.Header, name string) (any bool, tags []string, err error) {
	sent := header.Values(name)
	if len(sent) == 0 {
		return false, nil, nil
	}
	rest := strings.TrimSpace(strings.Join(sent, ","))
	if rest == "*" {
		return true, nil, nil
	}
	for rest != "" && len(tags) < maxTags {
		tag, after, ok := entityTag(rest)
		if !ok {
			break
		}
		tags = append(tags, tag)
		rest = after
	}
	if rest != "" || len(tags) == 0 {
		return false, nil, headerInvalid.New(name + ` is * or up to 20 entity tags, in quotes and with commas between them: "7-k3f9".`)
	}
	return false, tags, nil
}

// entityTag reads one tag and the comma behind it.
func entityTag(s string) (tag, rest string, ok bool) {
	s = strings.TrimPrefix(s, "W/")
	s, quoted := strings.CutPrefix(s, `"`)
	tag, rest, closed := strings.Cut(s, `"`)
	if !quoted || !closed || strings.ContainsFunc(tag, func(r rune) bool { return r < 0x21 || r == 0x7f }) {
		return "", "", false
	}
	rest = strings.TrimSpace(rest)
	after, comma := strings.CutPrefix(rest, ",")
	if rest != "" && !comma {
		return "", "", false
	}
	return plainTag(tag), strings.TrimSpace(after), true
}

// plainTag takes off what a compressing proxy put behind a tag.
func plainTag(tag string) string {
	for _, suffix := range []string{"gzip", "br", "zstd", "deflate"} {
		if plain, ok := strings.CutSuffix(tag, suffix); ok {
			return strings.TrimRight(plain, "-;:")
		}
	}
	return tag
}

// maxKey bounds an Idempotency-Key, in bytes.
const maxKey = 200

// idempotencyKey reads the field's one value; a string in quotes, as
// structured fields have it (RFC 9651, section 3.3.3), is the same as without.
func idempotencyKey(header http.Header) (string, error) {
	sent := header.Values("Idempotency-Key")
	if len(sent) == 0 {
		return "", nil
	}
	key := strings.TrimSpace(sent[0])
	if len(key) >= 2 && key[0] == '"' && key[len(key)-1] == '"' {
		key = key[1 : len(key)-1]
	}
	visible := !strings.ContainsFunc(key, func(r rune) bool { return r < 0x21 || r > 0x7e || r == '"' || r == '\\' })
	if len(sent) > 1 || key == "" || len(key) > maxKey || !visible {
		return "", headerInvalid.New("Idempotency-Key is one key of 1 to 200 visible ASCII characters, such as crypto.randomUUID() makes.")
	}
	return key, nil
}

// without names the fields that a request may not carry.
func without(header http.Header, names ...string) *problem.Problem {
	i := slices.IndexFunc(names, func(name string) bool { return len(header.Values(name)) > 0 })
	if i < 0 {
		return nil
	}
	return headerInvalid.New(names[i] + " has no meaning here; leave it out.")
}
