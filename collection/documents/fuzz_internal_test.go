package documents

import (
	"net/url"
	"path"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/postern-dev/postern/collection"
)

// FuzzID holds that an id that is taken is of its format, counted letter by
// letter, and travels in an address unchanged.
func FuzzID(f *testing.F) {
	for _, id := range []string{"0192f0c1-7c1b-7d2e-9f00-0123456789ab", "0192f0c1-7c1b-4d2e-9f00-0123456789ab", "a-slug", "..", ".", "changes",
		"a/b", "%2e%2e", "a\x00", "é", "ﬁ", "A", "-a", "a--b", "\u202ea", strings.Repeat("a", 201), "a\n", "; DROP TABLE notes", "' OR 1=1 --"} {
		for format := range uint8(4) {
			f.Add(format, id)
		}
	}
	formats := []collection.IDFormat{collection.UUIDv7, collection.UUIDv4, collection.Slug, collection.AnyID}
	f.Fuzz(func(t *testing.T, which uint8, id string) {
		format := formats[int(which)%len(formats)]
		if err := checkID(&collection.Collection{ID: format}, id); err != nil {
			return
		}
		if !canBe(id) || !isOf(format, id) {
			t.Fatalf("%q was taken", id)
		}
		u, err := url.Parse("https://api.example.com/api/v1/notes/" + id)
		if err != nil || u.EscapedPath() != u.Path || path.Clean(u.Path) != "/api/v1/notes/"+id || u.RawQuery != "" || u.Fragment != "" {
			t.Fatalf("%q is another address: %v", id, u)
		}
	})
}

func isOf(format collection.IDFormat, id string) bool {
	switch format {
	case collection.UUIDv7, collection.UUIDv4:
		parsed, err := uuid.Parse(id)
		version := map[collection.IDFormat]uuid.Version{collection.UUIDv7: 7, collection.UUIDv4: 4}[format]
		return err == nil && parsed.Version() == version && parsed.Variant() == uuid.RFC4122 && parsed.String() == id
	case collection.Slug:
		for _, r := range id {
			if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' {
				return false
			}
		}
		return len(id) <= 80 && !strings.HasPrefix(id, "-") && !strings.HasSuffix(id, "-") && !strings.Contains(id, "--")
	}
	for _, r := range id {
		if r > '~' || r <= ' ' || strings.ContainsRune(`/\?#%&=+:;,@"'<>[]{}|^`+"`!$()*", r) {
			return false
		}
	}
	return len(id) <= 200
}
