package config_test

import (
	"testing"

	"github.com/postern-dev/postern/config"
)

// What the collections mean is judged elsewhere, also where settings are wrong,
// so that all mistakes of the file can be told at once.
func TestCollectionsAreHandedOnAsTheyStand(t *testing.T) {
	for name, file := range map[string]string{
		"good settings": "collections:\n  notes: {owner: maybe}\ntests:\n- do: x\n",
		"bad settings":  "collections:\n  notes: {owner: maybe}\ntests:\n- do: x\naddr: nowhere\n",
	} {
		t.Run(name, func(t *testing.T) {
			s, err := config.Load(from(nil, file))
			if (err != nil) != (name == "bad settings") {
				t.Fatal(err)
			}
			notes, ok := s.Collections.Get("notes")
			if owner, _ := notes.Value.Get("owner"); !ok || notes.Line != 2 || owner.Value.Text != "maybe" {
				t.Errorf("collections are %+v", s.Collections)
			}
			if len(s.Tests.Items) != 1 || s.File != "postern.yaml" {
				t.Errorf("tests are %+v of %q", s.Tests, s.File)
			}
		})
	}
	if s := mustLoad(t, from(nil, "addr: :6060")); s.File != "" || s.Collections.Line != 0 {
		t.Errorf("without collections: %q, line %d", s.File, s.Collections.Line)
	}
}
