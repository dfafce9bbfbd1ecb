package transfer

import (
	"fmt"
	"strings"
)

// Imported is what became of the documents of one collection.
type Imported struct {
	Sum
	// Written are documents that were written, There those that were in the
	// database already, just as in the file.
	Written int64 `json:"written"`
	There   int64 `json:"there"`
}

// Report is what became of a file.
type Report struct {
	Collections []Imported `json:"collections"`
	// Unfit documents do not fit the schema of their collection.
	Unfit Findings `json:"unfit"`
	// Different documents are in the database under the same id with another
	// content.
	Different Findings `json:"different"`
	// Foreign documents are in the database and not in the file.
	Foreign Findings `json:"foreign"`
}

// Findings are documents of which something is to be said.
type Findings struct {
	Documents int64 `json:"documents"`
	// First are the first of them.
	First []Finding `json:"first,omitempty"`
}

// Finding is one document, without its values.
type Finding struct {
	// Line is that of the file; 0 where the file does not have the document.
	Line       int    `json:"line,omitempty"`
	Collection string `json:"collection"`
	ID         string `json:"id"`
	Detail     string `json:"detail,omitempty"`
}

// String is the finding on one line.
func (f Finding) String() string {
	text := f.Collection + "/" + f.ID
	if f.Line > 0 {
		text = fmt.Sprintf("line %d: %s", f.Line, text)
	}
	if f.Detail != "" {
		text += ": " + f.Detail
	}
	return text
}

// mostFindings are told one by one.
const mostFindings = 20

func (f *Findings) add(one Finding) {
	if f.Documents++; len(f.First) < mostFindings {
		f.First = append(f.First, one)
	}
}

// text is a sentence and a line for each of the first.
func (f Findings) text(sentence string) string {
	if f.Documents == 0 {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n%d %s:", f.Documents, sentence)
	for _, one := range f.First {
		b.WriteString("\n  " + one.String())
	}
	if more := f.Documents - int64(len(f.First)); more > 0 {
		fmt.Fprintf(&b, "\n  and %d more", more)
	}
	return b.String()
}

// Written is how many documents were written.
func (r Report) Written() (n int64) {
	for _, c := range r.Collections {
		n += c.Written
	}
	return n
}

// RefusedError says why documents of a file are not written.
type RefusedError struct{ Report Report }

// Error lists the first documents of each reason.
func (e *RefusedError) Error() string {
	text := "refused; nothing was overwritten and nothing written"
	if n := e.Report.Written(); n > 0 {
		text = fmt.Sprintf("refused; nothing was overwritten, %d documents were written before", n)
	}
	return text + e.Report.Different.text("documents are in the database with another content") +
		e.Report.Foreign.text("documents or more are in the database and not in the file (--merge lets them stay)") +
		e.Report.Unfit.text("documents do not fit the schema of their collection (--keep-invalid writes them all the same)")
}

// UnknownError says that the file has collections that are not declared.
type UnknownError struct{ Names []string }

// Error names them.
func (e *UnknownError) Error() string {
	return "nothing was written: the file has collections that are not declared here: " + strings.Join(e.Names, ", ")
}

// WriteError says which document the database did not take.
type WriteError struct {
	Finding
	Err error
}

// Error is the place and the reason.
func (e *WriteError) Error() string { return e.String() + ": " + e.Err.Error() }

// Unwrap is the reason.
func (e *WriteError) Unwrap() error { return e.Err }
