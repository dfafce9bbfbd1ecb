package auth0

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func full() Setup {
	return Setup{
		Name: "Notes", Audience: "https://api.example.com", Pages: []string{"https://app.example.com", "http://localhost:5173/notes"},
		Scopes:     []Scope{{"write:notes", "Create notes"}, {"read:notes", "Read notes"}, {"read:notes", "again"}},
		TestClient: true,
	}
}

func TestCheck(t *testing.T) {
	if err := full().Check(); err != nil {
		t.Error(err)
	}
	for _, tt := range []struct {
		name  string
		spoil func(*Setup)
		says  string
	}{
		{"no name", func(s *Setup) { s.Name = "" }, "the name"},
		{"a tag", func(s *Setup) { s.Name = "<b>" }, "no < and no >"},
		{"a line break", func(s *Setup) { s.Name = "a\nb" }, "the name"},
		{"a long name", func(s *Setup) { s.Name = strings.Repeat("ä", 201) }, "200 characters"},
		{"no audience", func(s *Setup) { s.Audience = "" }, "identifier"},
		{"no page", func(s *Setup) { s.Pages = nil }, "where the page is"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := full()
			tt.spoil(&s)
			if err := s.Check(); err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("%v, want %s", err, tt.says)
			}
		})
	}
}

func TestPageOf(t *testing.T) {
	for address, want := range map[string]string{
		"https://app.example.com":            "https://app.example.com",
		"HTTPS://App.example.com:443/":       "https://app.example.com",
		"http://localhost:5173/Notes/":       "http://localhost:5173/Notes",
		"https://*.example.com":              "https://*.example.com",
		"https://app.example.com/caf%C3%A9/": "https://app.example.com/caf%C3%A9",
	} {
		if got, err := PageOf(address); err != nil || got != want {
			t.Errorf("%s: %q %v", address, got, err)
		}
	}
	for _, address := range []string{"", "app.example.com", "ftp://a", "null", "file:///x", "https://a?b", "https://a#b", "https://ada:secret@a", "https://a b"} {
		if got, err := PageOf(address); err == nil || strings.Contains(err.Error(), "secret@") {
			t.Errorf("%s: %q %v", address, got, err)
		}
	}
}

func TestWhereLoginsReturnTo(t *testing.T) {
	s := full()
	s.Pages = append(s.Pages, "http://localhost:5173")
	if got := strings.Join(s.callbacks(), " "); got != "https://app.example.com https://app.example.com/callback http://localhost:5173/notes "+
		"http://localhost:5173/notes/callback http://localhost:5173 http://localhost:5173/callback" {
		t.Error(got)
	}
	if got := strings.Join(s.webOrigins(), " "); got != "https://app.example.com http://localhost:5173" {
		t.Error(got)
	}
}

func TestQuoted(t *testing.T) {
	for text, want := range map[string]string{
		`plain`:          `"plain"`,
		`say "hi"`:       `"say \"hi\""`,
		`back\slash`:     `"back\\slash"`,
		"two\nlines":     `"two\nlines"`,
		"a\tb\r\x00":     `"a\u0009b\u000d\u0000"`,
		`${x} %{if} $ %`: `"$${x} %%{if} $ %"`,
		`$${x}`:          `"$$${x}"`,
		`%${x}$`:         `"%$${x}$"`,
		"für 😀":          `"für 😀"`,
		"\u202eltr":      `"\u202eltr"`,
		"\U000e0001":     `"\U000e0001"`,
		"\xff":           "\"\uFFFD\"",
		"${":             `"$${"`,
	} {
		if got := quoted(text); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

func TestTheSameSetupGivesTheSameText(t *testing.T) {
	one, other := full(), full()
	slices.Reverse(other.Scopes[:2])
	a, errA := one.Deploy()
	b, errB := other.Deploy()
	if errA != nil || errB != nil || !bytes.Equal(a, b) || one.Terraform() != other.Terraform() {
		t.Error("the order of scopes shows")
	}
}

func TestWithoutTheClientForTests(t *testing.T) {
	s := full()
	s.TestClient = false
	text, err := s.Deploy()
	if err != nil || strings.Contains(string(text)+s.Terraform(), "client_credentials\"]") || strings.Contains(string(text), "clientGrants") {
		t.Errorf("%v %s", err, text)
	}
}

// FuzzDeploy reads back what was written, and looks for what YAML would not
// take and the CLI would replace.
func FuzzDeploy(f *testing.F) {
	for _, text := range []string{"Notes", "##HOME##", "@@HOME@@ ###", `"\`, "\u0085\u2028\ufeff\U000e0001", "a\nb", "<b>&", "\xff"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s := full()
		s.Name, s.Scopes = text, []Scope{{"s", text}}
		written, err := s.Deploy()
		if err != nil {
			t.Fatal(err)
		}
		var file tenant
		if err := json.Unmarshal(written, &file); err != nil {
			t.Fatalf("%v: %s", err, written)
		}
		if want := strings.ToValidUTF8(text, "\uFFFD"); utf8.ValidString(text) && file.Clients[0].Name != want ||
			file.APIs[0].Scopes[0].Description != oneLine(text) {
			t.Errorf("%q was written as %q, %q", text, file.Clients[0].Name, file.APIs[0].Scopes[0].Description)
		}
		odd := func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }
		if strings.Contains(string(written), "##") || strings.Contains(string(written), "@@") || strings.ContainsFunc(string(written), odd) {
			t.Errorf("%q", written)
		}
	})
}
