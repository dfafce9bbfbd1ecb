package session_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/postern-dev/postern/session"
)

var key, earlier, foreign = bytes.Repeat([]byte{1}, 32), bytes.Repeat([]byte{2}, 32), bytes.Repeat([]byte{3}, 32)

// flipped returns the id with one bit changed in a byte of it.
func flipped(id string, at int) string {
	raw, err := base64.RawURLEncoding.DecodeString(id)
	if err != nil {
		panic(err) // it is an id
	}
	raw[at] ^= 1
	return base64.RawURLEncoding.EncodeToString(raw)
}

func TestAnInventedIDIsKnownForOne(t *testing.T) {
	id := session.NewID(key)
	for _, tt := range []struct {
		name, id      string
		genuine, form bool
	}{
		{"one that was made with the key", id, true, true},
		{"one that was made with the key before", session.NewID(earlier), true, true},
		{"one of another deployment", session.NewID(foreign), false, true},
		{"another random part", flipped(id, 0), false, true},
		{"the end of the random part", flipped(id, 31), false, true},
		{"another code", flipped(id, 32), false, true},
		{"the end of the code", flipped(id, 47), false, true},
		{"nothing but zeros", strings.Repeat("A", 64), false, true},
		{"no code", id[:43], false, false},
		{"less", id[:63], false, false},
		{"more", id + "A", false, false},
		{"twice", id + id, false, false},
		{"a line end in it", id[:63] + "\n", false, false},
		{"line ends, which base64 skips", id[:32] + "\r\n" + id[32:62], false, false},
		{"letters of another alphabet", strings.Repeat("+", 64), false, false},
		{"nothing", "", false, false},
	} {
		if got := session.IsGenuine(tt.id, key, earlier); got != tt.genuine {
			t.Errorf("%s: genuine is %v", tt.name, got)
		}
		if got := session.KeyOf(tt.id) != ""; got != tt.form {
			t.Errorf("%s: it has a name: %v", tt.name, got)
		}
	}
	if session.IsGenuine(id) {
		t.Error("an id is genuine without a key")
	}
	if again := session.NewID(key); again == id || session.KeyOf(again) == session.KeyOf(id) {
		t.Error("two ids are one")
	}
}

// FuzzID holds what is genuine against the code made anew: of one text alone,
// none that decodes to the same bytes.
func FuzzID(f *testing.F) {
	id := session.NewID(key)
	for _, seed := range []string{id, id[:63], flipped(id, 47), strings.Repeat("_", 64), ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		raw, err := base64.RawURLEncoding.DecodeString(text)
		genuine := false
		if err == nil && len(raw) == 48 && base64.RawURLEncoding.EncodeToString(raw) == text {
			mac := hmac.New(sha256.New, key)
			mac.Write(raw[:32])
			genuine = bytes.Equal(mac.Sum(nil)[:16], raw[32:])
		}
		if session.IsGenuine(text, key) != genuine {
			t.Errorf("%q is genuine: %v", text, !genuine)
		}
		if session.KeyOf(text) == session.KeyOf(id) && text != id {
			t.Errorf("%q has the name of another", text)
		}
	})
}

func BenchmarkIsGenuine(b *testing.B) {
	id := session.NewID(foreign)
	for b.Loop() {
		session.IsGenuine(id, key, earlier)
	}
}
