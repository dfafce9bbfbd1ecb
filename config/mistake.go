package config

import (
	"errors"
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

// Mistakes is the error of this package: everything that is wrong, at once.
type Mistakes []Mistake

// Error lists the mistakes, one a line.
func (ms Mistakes) Error() string {
	if len(ms) == 1 {
		return ms[0].String()
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d mistakes in the settings", len(ms))
	for _, m := range ms {
		b.WriteString("\n  " + m.String())
	}
	return b.String()
}

// orNil keeps an empty list from looking like an error.
func (ms Mistakes) orNil() error {
	if len(ms) == 0 {
		return nil
	}
	return ms
}

// fault is a mistake seen from the value alone, by code that does not know
// from which source the value came.
type fault struct {
	line    int    // in the file; 0 = unknown
	key     string // the member of a mapping that it is about; "" = the setting itself
	problem string
	mend    string // the right value where the wrong one shows what was meant
}

// Error serves callers outside the loader, who see no example beside it.
func (f fault) Error() string {
	if f.mend == "" {
		return f.problem
	}
	return f.problem + "; write " + f.mend
}

func wrong(format string, args ...any) fault {
	return fault{problem: fmt.Sprintf(format, args...)}
}

func (f fault) insteadWrite(mend string) fault {
	f.mend = mend
	return f
}

// faultAt is err, told by a value's parser, with the line of that value.
func faultAt(line int, err error) fault {
	var f fault
	if !errors.As(err, &f) {
		f = fault{problem: err.Error()}
	}
	f.line = line
	return f
}

// quote shows a value in a message: bounded, with nothing that could move a
// terminal's cursor, and without what stands before an @, which may be a
// password.
func quote(text string) string {
	if at := strings.LastIndexByte(text, '@'); at >= 0 {
		text = "..." + text[at:]
	}
	const most = 80
	if short := []rune(text); len(short) > most {
		text = string(short[:most]) + "..."
	}
	return fmt.Sprintf("%q", text)
}
