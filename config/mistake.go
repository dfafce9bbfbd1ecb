package config

import (
	"errors"
	"fmt"

	"github.com/postern-dev/postern/mistake"
)

// Mistake is one thing that is wrong in the settings.
type Mistake = mistake.Mistake

// Mistakes is the error of this package: everything that is wrong, at once.
type Mistakes = mistake.List

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

func quote(text string) string { return mistake.Quote(text) }
