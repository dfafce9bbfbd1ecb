package explain

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/postern-dev/postern/auth"
)

// ErrNoToken says that there was nothing to read.
var ErrNoToken = errors.New("there is no token: give it as an argument, or on standard input so that it does not land in the shell's history")

// maxInput leaves room around a token for white space and a header's name.
const maxInput = auth.MaxTokenSize + 1024

// Read reads a token as people paste it.
func Read(from io.Reader) (string, error) {
	data, err := io.ReadAll(io.LimitReader(from, maxInput+1))
	if err != nil {
		return "", fmt.Errorf("read the token: %w", err)
	}
	return Trim(string(data))
}

// Trim takes away what comes along when a token is copied: white space around
// it, and the name of the header and the scheme in front. What is left is
// judged as it is.
func Trim(text string) (string, error) {
	token := strings.TrimSpace(text)
	for _, front := range []string{"Authorization:", "Bearer "} {
		if len(token) >= len(front) && strings.EqualFold(token[:len(front)], front) {
			token = strings.TrimSpace(token[len(front):])
		}
	}
	if token == "" {
		return "", ErrNoToken
	}
	return token, nil
}
