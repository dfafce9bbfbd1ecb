package documents

import (
	"crypto/rand"
	"regexp"

	"github.com/google/uuid"
	"github.com/postern-dev/postern/collection"
)

var idForms = map[collection.IDFormat]*regexp.Regexp{
	collection.UUIDv7: regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`),
	collection.UUIDv4: regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`),
	collection.Slug:   regexp.MustCompile(`^[a-z0-9](?:-?[a-z0-9]){0,79}$`),
	collection.AnyID:  regexp.MustCompile(`^[A-Za-z0-9._~-]{1,200}$`),
}

// maxSlug bounds a slug in bytes; its form alone would let twice as much pass.
const maxSlug = 80

// maxID bounds any id, in bytes.
const maxID = 200

// checkID refuses ids that are not of the collection's format.
func checkID(c *collection.Collection, id string) error {
	// A browser takes the first two out of every address, and the third is
	// where the collection's changes are.
	taken := id == "." || id == ".." || id == "changes"
	if taken || c.ID == collection.Slug && len(id) > maxSlug || !idForms[c.ID].MatchString(id) {
		return &IDRefused{c.ID}
	}
	return nil
}

// canBe tells whether any document of any collection can have the id. Bytes of
// an address can be what databases refuse to compare with.
func canBe(id string) bool {
	for i := range len(id) {
		if id[i] <= ' ' || id[i] > '~' {
			return false
		}
	}
	return id != "" && len(id) <= maxID
}

// newID makes an id: a UUIDv7, which sorts by time (RFC 9562, section 5.7), or
// a UUIDv4 where the collection declares that.
func newID(c *collection.Collection) string {
	if c.ID == collection.UUIDv4 {
		return uuid.NewString()
	}
	return uuid.Must(uuid.NewV7()).String()
}

// newBirth makes four characters of chance.
func newBirth() string {
	const letters = "abcdefghijklmnopqrstuvwxyz234567"
	b := make([]byte, 4)
	_, _ = rand.Read(b) // never fails
	for i := range b {
		b[i] = letters[b[i]%32]
	}
	return string(b)
}
