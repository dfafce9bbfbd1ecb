package api

import (
	"net/http"
	"strings"

	"github.com/postern-dev/postern/collection/documents"
)

// maxTags bounds the entity tags in one header field.
const maxTags = 20

// precondition reads If-Match and If-None-Match (RFC 9110, sections 13.1.1 and
// 13.1.2) of a write. One that would be left unread is refused: whoever sends
// it relies on it.
func precondition(op documents.Op, header http.Header) (documents.Precondition, error) {
	var p documents.Precondition
	if op == documents.Create && (len(header["If-Match"]) > 0 || len(header["If-None-Match"]) > 0) {
		return p, headerInvalid.New("If-Match and If-None-Match mean nothing where the server makes the id; leave them out, or PUT with If-None-Match: *.")
	}
	any, tags, err := entityTags(header, "If-Match")
	if err != nil {
		return p, err
	}
	if !any {
		p.Tags = tags
	}
	p.Absent, p.NotTags, err = entityTags(header, "If-None-Match")
	if err == nil && p.Absent && (any || tags != nil) {
		err = headerInvalid.New("If-Match asks for a document that is there, and If-None-Match: * for one that is not; send one of them.")
	}
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
	for n := 0; rest != "" && n < maxTags; n++ {
		tag, after, ok := entityTag(rest)
		if !ok {
			break
		}
		// Both, since the letters of a tag may happen to end like a suffix.
		tags = append(tags, tag, plainTag(tag))
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
	return tag, strings.TrimSpace(after), true
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
