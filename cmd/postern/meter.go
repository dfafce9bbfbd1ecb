package main

import (
	"fmt"
	"io"
	"os"
	"time"
)

// meter shows how far a long piece of work is, on a terminal only.
type meter struct {
	to      io.Writer
	what    string
	of      int64 // bytes, where known
	began   time.Time
	printed time.Time
}

// meterEvery is how often the line is written anew.
const meterEvery = 200 * time.Millisecond

// newMeter shows nothing where to is no terminal. Of is the size of the work in
// bytes; 0 is unknown.
func newMeter(to io.Writer, what string, of int64) *meter {
	m := &meter{what: what, of: of, began: time.Now()}
	if isTerminal(to) {
		m.to = to
	}
	return m
}

func isTerminal(to io.Writer) bool {
	f, ok := to.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// at shows documents and bytes.
func (m *meter) at(documents, bytes int64) {
	if m.to == nil || time.Since(m.printed) < meterEvery {
		return
	}
	m.printed = time.Now()
	_, _ = fmt.Fprint(m.to, "\r\x1b[K"+m.line(documents, bytes, time.Since(m.began)))
}

func (m *meter) line(documents, bytes int64, since time.Duration) string {
	text := fmt.Sprintf("%s: %d documents, %d a second", m.what, documents, int64(float64(documents)/max(since.Seconds(), 0.001)))
	if m.of > 0 {
		text += fmt.Sprintf(", %d %%", min(100, 100*bytes/m.of))
	}
	return text
}

// end clears the line.
func (m *meter) end() {
	if m.to != nil && !m.printed.IsZero() {
		_, _ = io.WriteString(m.to, "\r\x1b[K")
	}
}
