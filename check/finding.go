// Package check looks at what a deployment depends on and cannot mend itself:
// what its issuers publish, which scopes they have to know, and what a browser
// makes of its answers. Each thing that is wrong comes with what to do about
// it. It knows no settings, no web framework and no database.
package check

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// Level tells how bad a finding is.
type Level string

// The levels of findings.
const (
	OK Level = "ok"
	// Info is neither good nor bad: something that cannot be seen from here.
	Info Level = "info"
	// Warn is something that may cost somebody something.
	Warn Level = "warn"
	// Fail is something that does not work.
	Fail Level = "fail"
)

// Finding is one line of a report.
type Finding struct {
	Level Level `json:"level"`
	// What is what was looked at, in one word.
	What string `json:"what"`
	Says string `json:"says"`
	// Mend is what to do about it.
	Mend string `json:"mend,omitempty"`
}

// Failed tells whether one of the findings is that something does not work.
func Failed(findings []Finding) bool {
	return slices.ContainsFunc(findings, func(f Finding) bool { return f.Level == Fail })
}

// Print writes the findings for people, one a line, and what to do below it.
func Print(to io.Writer, findings []Finding) error {
	var b strings.Builder
	for _, f := range findings {
		fmt.Fprintf(&b, "%-5s %-12s %s\n", f.Level, f.What, f.Says)
		if f.Mend != "" {
			fmt.Fprintf(&b, "%18s mend: %s\n", "", f.Mend)
		}
	}
	_, err := io.WriteString(to, b.String())
	return err
}
