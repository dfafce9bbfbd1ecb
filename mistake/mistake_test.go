package mistake_test

import (
	"strings"
	"testing"

	"github.com/postern-dev/postern/mistake"
)

func TestDidYouMean(t *testing.T) {
	known := mistake.Names("owner", "showOwner", "indexes", "id")
	for word, want := range map[string]string{
		"owners": "owner", "show_owner": "showOwner", "indexs": "indexes", "ID": "id", "indexse": "indexes", "wallpaper": "", "": "",
		strings.Repeat("owner", 100): "",
	} {
		got := mistake.DidYouMean(word, known)
		if want != "" {
			want = "; did you mean " + want + "?"
		}
		if got != want {
			t.Errorf("%q: %q", word, got)
		}
	}
}

func TestListSaysEverything(t *testing.T) {
	one := mistake.List{{Source: "postern.yaml:3", Key: "addr", Problem: "is wrong", Example: "addr: :6060"}}
	if got := one.Error(); got != "postern.yaml:3: addr is wrong; for example: addr: :6060" {
		t.Error(got)
	}
	two := append(one, mistake.Mistake{Source: "X", Problem: "is odd"})
	if got := two.Error(); !strings.HasPrefix(got, "2 mistakes in the settings\n  postern.yaml:3") || !strings.HasSuffix(got, "\n  X is odd") {
		t.Error(got)
	}
	if two.OrNil() == nil || mistake.List(nil).OrNil() != nil {
		t.Error("an empty list is no error, another is")
	}
}

func TestQuoteShowsNoPasswordAndMovesNoCursor(t *testing.T) {
	if got := mistake.Quote("ada:secret@host\x1b[2J" + strings.Repeat("x", 200)); strings.Contains(got, "secret") || len(got) > 110 {
		t.Error(got)
	}
}
