package leak

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/big"
	"slices"
	"strings"
)

const (
	// shortest is the least of a secret that is sought, in bytes.
	shortest = 12
	// longest is the most of one that is compared: who wrote so much of it
	// wrote it.
	longest = 24
)

// Finding is a secret that was written.
type Finding struct {
	Kind   string // of the secret
	Source string // who wrote it
	Around string // what stands there
}

// String is the finding in a line.
func (f Finding) String() string {
	return fmt.Sprintf("%s wrote a secret (%s): %q", f.Source, f.Kind, f.Around)
}

// secrets are the parts that are sought, by how they begin.
type secrets map[[shortest]byte][]part

type part struct{ kind, text string }

// add has the first and the last of each piece of a text sought: a token is
// three pieces.
func (s secrets) add(kind, text string) {
	for piece := range strings.SplitSeq(text, ".") {
		if len(piece) < shortest || plain(piece) {
			continue
		}
		s.seek(kind, piece[:min(len(piece), longest)])
		s.seek(kind, piece[max(0, len(piece)-longest):])
	}
}

// plain tells of a text of very few letters, such as tests fill headers with.
func plain(text string) bool {
	letters := map[rune]bool{}
	for _, r := range text {
		letters[r] = true
	}
	return len(letters) < 8
}

func (s secrets) seek(kind, text string) {
	begins := [shortest]byte([]byte(text))
	if !slices.ContainsFunc(s[begins], func(p part) bool { return p.text == text }) {
		s[begins] = append(s[begins], part{kind, text})
	}
}

func (s secrets) count() (n int) {
	for _, parts := range s {
		n += len(parts)
	}
	return n
}

// filterBits is the size of a filter, as a power of two.
const filterBits = 22

// filter tells quickly where no secret begins.
type filter []uint64

func (s secrets) filter() filter {
	f := make(filter, 1<<(filterBits-6))
	for begins := range s {
		at := place(begins[:])
		f[at>>6] |= 1 << (at & 63)
	}
	return f
}

func (f filter) may(text []byte) bool {
	at := place(text)
	return f[at>>6]&(1<<(at&63)) != 0
}

func place(text []byte) uint64 {
	return binary.LittleEndian.Uint64(text) * 0x9E3779B97F4A7C15 >> (64 - filterBits)
}

// in returns what of the secrets stands in the text.
func (s secrets) in(text []byte, f filter, source string) (found []Finding) {
	for at := 0; at+shortest <= len(text); at++ {
		if !f.may(text[at:]) {
			continue
		}
		for _, p := range s[[shortest]byte(text[at:])] {
			if bytes.HasPrefix(text[at:], []byte(p.text)) {
				around := text[max(0, at-100):min(len(text), at+100)]
				found = append(found, Finding{p.kind, source, string(around)})
			}
		}
	}
	return found
}

func contains(text []byte, part string) bool { return bytes.Contains(text, []byte(part)) }

// printed returns bytes as Go programs print them.
func printed(raw []byte) []string {
	list := fmt.Sprint(raw)
	return []string{
		hex.EncodeToString(raw), base64.StdEncoding.EncodeToString(raw), base64.RawURLEncoding.EncodeToString(raw),
		new(big.Int).SetBytes(raw).String(), strings.Trim(list, "[]"), string(raw),
	}
}
