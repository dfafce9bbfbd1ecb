package feed_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"testing"

	"github.com/postern-dev/postern/collection/feed"
	"github.com/postern-dev/postern/seal"
)

// FuzzPosition holds that a follower can go on only from what this server gave
// to the same reader with the same rights, whatever the text, and even if a
// foreign content were ever sealed.
func FuzzPosition(f *testing.F) {
	sealer, err := seal.New(make([]byte, 32))
	if err != nil {
		f.Fatal(err)
	}
	notes, open := declared("notes", own), declared("news", open)
	mine := feed.NewMarker(sealer, 0, ada, viewsOf(ada, notes))
	others := feed.NewMarker(sealer, 0, bob, viewsOf(bob, notes))
	more := feed.NewMarker(sealer, 0, ada, viewsOf(ada, notes, open))
	for _, text := range []string{mine.Write(7), others.Write(7), more.Write(9), ""} {
		f.Add(text, "", []byte(nil))
		f.Add(text, mine.Write(3), []byte(nil))
		if data, err := sealer.Open("postern feed position", text); err == nil {
			f.Add("", "", data)
		}
	}
	f.Fuzz(func(t *testing.T, one, two string, sealed []byte) {
		texts := []string{one}
		if two != "" {
			texts = append(texts, two)
		}
		if sealed != nil {
			texts = append(texts, sealer.Seal("postern feed position", sealed))
		}
		at, err := mine.Read(texts...)
		if err != nil && !errors.Is(err, seal.ErrForeign) && !errors.Is(err, feed.ErrReset) || err != nil && at != 0 {
			t.Fatalf("%q: %d, %v", texts, at, err)
		}
		if err != nil {
			return
		}
		right, err := sealer.Open("postern feed position", mine.Write(0))
		if err != nil {
			t.Fatal(err)
		}
		least, speaks := lowest(t, sealer, texts, right[9:])
		if at != least || !speaks {
			t.Fatalf("%q: goes on from %d of %d, with the rights %v", texts, at, least, speaks)
		}
	})
}

// lowest is the lowest position, and whether one of the texts has the right.
func lowest(t *testing.T, sealer *seal.Sealer, texts []string, right []byte) (least int64, speaks bool) {
	t.Helper()
	for n, text := range texts {
		data, err := sealer.Open("postern feed position", text)
		if err != nil || len(data) < 9 || data[0] != 1 {
			t.Fatalf("%q was taken: %v", text, err)
		}
		at := int64(binary.BigEndian.Uint64(data[1:]))
		if n == 0 || at < least {
			least = at
		}
		for rest := data[9:]; len(rest) >= 8; rest = rest[8:] {
			speaks = speaks || bytes.Equal(rest[:8], right)
		}
	}
	return least, speaks
}
