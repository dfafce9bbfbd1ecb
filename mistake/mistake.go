// Package mistake is how everything that people write for Postern tells them
// what is wrong: the place, a sentence, a right value, and the name that was
// most likely meant.
package mistake

import (
	"fmt"
	"strings"
)

// Mistake is one thing that is wrong in the settings.
type Mistake struct {
	// Source is where: POSTERN_ADDR, postern.yaml:12 or --addr.
	Source string
	// Key is the setting, where Source is a line of the file; else "".
	Key string
	// Problem says what is wrong, as the rest of a sentence that Key begins, or
	// Source where Key is empty.
	Problem string
	// Example is a right value, ready to paste at Source; "" where there is none.
	Example string
}

// String is the mistake on one line.
func (m Mistake) String() string {
	text := m.Source
	if m.Key != "" {
		text += ": " + m.Key
	}
	text += " " + m.Problem
	if m.Example != "" {
		text += "; for example: " + m.Example
	}
	return text
}

// List is everything that is wrong, at once. As an error it is never empty.
type List []Mistake

// Error lists the mistakes, one a line.
func (l List) Error() string {
	if len(l) == 1 {
		return l[0].String()
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d mistakes in the settings", len(l))
	for _, m := range l {
		b.WriteString("\n  " + m.String())
	}
	return b.String()
}

// OrNil keeps an empty list from looking like an error.
func (l List) OrNil() error {
	if len(l) == 0 {
		return nil
	}
	return l
}

// Quote shows a value in a message: bounded, with nothing that could move a
// terminal's cursor, and without what stands before an @, which may be a
// password.
func Quote(text string) string {
	if at := strings.LastIndexByte(text, '@'); at >= 0 {
		text = "..." + text[at:]
	}
	const most = 80
	if short := []rune(text); len(short) > most {
		text = string(short[:most]) + "..."
	}
	return fmt.Sprintf("%q", text)
}
