package api_test

import (
	"bytes"
	"encoding/json"
	"io"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/postern-dev/postern/config"
)

// logBuffer holds all that a server ever logged.
type logBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
	kept io.Writer // for the end of the run
}

// newLog is the log of a server that this test starts.
func newLog(t testing.TB) *logBuffer {
	return &logBuffer{kept: written.Writer("a server of " + t.Name())}
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	_, _ = b.kept.Write(p)
	return b.text.Write(p)
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// line is one line of the log.
type line map[string]any

// lines are those with this message and request id. The line of a request may
// come after its answer, so it is waited for.
func (b *logBuffer) lines(t testing.TB, message, requestID string) []line {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		var found []line
		for text := range strings.Lines(b.String()) {
			var l line
			if err := json.Unmarshal([]byte(text), &l); err != nil {
				t.Fatalf("a line of the log is not JSON: %s", text)
			}
			if l["msg"] == message && l["requestId"] == requestID {
				found = append(found, l)
			}
		}
		if len(found) > 0 || time.Now().After(deadline) {
			return found
		}
	}
}

// request is the one line of a request.
func (b *logBuffer) request(t testing.TB, requestID string) line {
	t.Helper()
	lines := b.lines(t, "request", requestID)
	if len(lines) != 1 {
		t.Fatalf("the log has %d lines of the request %q, want one", len(lines), requestID)
	}
	return lines[0]
}

// mustKeepSecrets fails when the log has what looks like a token.
func (b *logBuffer) mustKeepSecrets(t testing.TB) {
	t.Helper()
	mustKeepSecrets(t, "the log", b.String(), config.Settings{})
}

// likeToken finds what looks like a JSON Web Token, whole or cut off: the header
// is the base64url of {" and of one of these names, or whatever stands before a
// dot. Three characters alone stand in many a random key id.
var likeToken = regexp.MustCompile(`eyJ[\w-]*\.|eyJ(?:hbGci|0eXAi|raWQi)`)

// mustKeepSecrets fails when the text has what looks like a token, or how to
// reach the database.
func mustKeepSecrets(t testing.TB, what, text string, settings config.Settings) {
	t.Helper()
	at := []int{strings.Index(text, settings.DatabaseURL)}
	if settings.DatabaseURL == "" || at[0] < 0 {
		at = likeToken.FindStringIndex(text)
	}
	if at != nil {
		t.Errorf("%s has what looks like a secret: %.200s", what, text[max(0, at[0]-100):])
	}
}

func TestWhatLooksLikeAToken(t *testing.T) {
	t.Parallel()
	for text, looks := range map[string]bool{
		"eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln":     true,
		`"eyJhbGciOiJS…`:                                true,
		"x=eyJ0eXAiOiJ":                                 true,
		"eyJub25jZSI6IjEifQ.e30.":                       true,
		`"kjeyJ4ARCILR8bCjwEI5D5qEJ2xDcrFDa7he4ndcrto"`: false,
	} {
		if likeToken.MatchString(text) != looks {
			t.Errorf("%s: want %t", text, looks)
		}
	}
}
