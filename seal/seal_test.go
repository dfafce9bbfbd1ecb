package seal_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/postern-dev/postern/seal"
)

func secret(b byte) []byte { return bytes.Repeat([]byte{b}, seal.SecretSize) }

func sealer(t testing.TB, secrets ...[]byte) *seal.Sealer {
	t.Helper()
	s, err := seal.New(secrets...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestWhatIsSealedOpens(t *testing.T) {
	t.Parallel()
	s := sealer(t, secret(1))
	for _, data := range []string{"", "x", "cursor", strings.Repeat("long ", 4000)} {
		text := s.Seal("cursor", []byte(data))
		opened, err := s.Open("cursor", text)
		if err != nil || string(opened) != data {
			t.Errorf("opened %q, %v", opened, err)
		}
		if text == s.Seal("cursor", []byte(data)) {
			t.Error("the same text twice")
		}
	}
}

func TestAnOldSecretStillOpens(t *testing.T) {
	t.Parallel()
	old := sealer(t, secret(1)).Seal("cursor", []byte("x"))
	if _, err := sealer(t, secret(2), secret(1)).Open("cursor", old); err != nil {
		t.Error(err)
	}
	fresh := sealer(t, secret(2), secret(1)).Seal("cursor", []byte("x"))
	if _, err := sealer(t, secret(2)).Open("cursor", fresh); err != nil {
		t.Error("not sealed with the newest secret")
	}
}

func TestWhatIsForeignStaysShut(t *testing.T) {
	t.Parallel()
	s := sealer(t, secret(1))
	text := s.Seal("cursor", []byte("data"))
	for _, tt := range []struct{ name, purpose, text string }{
		{"another purpose", "nonce", text},
		{"another secret", "cursor", sealer(t, secret(2)).Seal("cursor", []byte("data"))},
		{"empty", "cursor", ""},
		{"cut", "cursor", text[:len(text)-1]},
		{"longer", "cursor", text + "A"},
		{"a line end", "cursor", text[:8] + "\n" + text[8:]},
		{"padded", "cursor", text + "="},
		{"no base64url", "cursor", "ä" + text},
		{"short", "cursor", "AAAA"},
		{"too long", "cursor", strings.Repeat("A", seal.MaxText+1)},
	} {
		if data, err := s.Open(tt.purpose, tt.text); err != seal.ErrForeign {
			t.Errorf("%s: %q, %v", tt.name, data, err)
		}
	}
}

func TestEveryBitCounts(t *testing.T) {
	t.Parallel()
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	s := sealer(t, secret(1))
	text := s.Seal("cursor", []byte("data"))
	for i := range text {
		for _, c := range letters {
			other := text[:i] + string(c) + text[i+1:]
			if _, err := s.Open("cursor", other); err == nil && other != text {
				t.Fatalf("opens with %q at %d", c, i)
			}
		}
	}
}

func TestSecretsAreChecked(t *testing.T) {
	t.Parallel()
	for _, secrets := range [][][]byte{nil, {nil}, {make([]byte, 16)}, {secret(1), make([]byte, 33)}} {
		if _, err := seal.New(secrets...); err == nil {
			t.Errorf("took %v", secrets)
		}
	}
}

func FuzzOpen(f *testing.F) {
	s := sealer(f, secret(1), secret(2))
	f.Add(s.Seal("cursor", []byte("data")))
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		data, err := s.Open("cursor", text)
		if err == nil && string(data) != "data" {
			t.Errorf("opened %q", data)
		}
	})
}

func BenchmarkSealAndOpen(b *testing.B) {
	s := sealer(b, secret(1))
	data := make([]byte, 100)
	for b.Loop() {
		if _, err := s.Open("cursor", s.Seal("cursor", data)); err != nil {
			b.Fatal(err)
		}
	}
}
