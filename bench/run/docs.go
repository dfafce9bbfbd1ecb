package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
)

// page is the document with the tables.
const page = "docs/performance.md"

// section is a part of the page that one phase writes.
type section struct {
	phase string
	write func(*result) string
	plot  func(*result) string // nil for none
}

var sections = []section{
	{"tokens", tokensSection, tokensPlot},
	{"parts", partsSection, nil},
	{"data", dataSection, dataPlot},
	{"growth", growthSection, growthPlot},
	{"memory", memorySection, nil},
}

// document writes anew what the page says of each phase that was measured,
// between the lines <!-- begin PHASE --> and <!-- end PHASE -->, and the plots.
// Where the run was a try, it prints what the page would say of these phases.
func (b *bench) document(names []string) error {
	raw, err := os.ReadFile(page)
	if err != nil {
		return err
	}
	text := string(raw)
	for _, s := range sections {
		r, err := read(b.recorded, s.phase)
		if err != nil {
			return fmt.Errorf("%s: %w", s.phase, err)
		}
		if r == nil {
			continue
		}
		said := s.write(r)
		if b.try && slices.Contains(names, s.phase) {
			fmt.Printf("## %s\n\n%s\n", s.phase, said)
		}
		if text, err = replace(text, s.phase, said); err != nil {
			return err
		}
		if err := s.draw(b.images, r); err != nil {
			return err
		}
	}
	if b.try {
		return nil
	}
	return os.WriteFile(page, []byte(text), 0o644)
}

func replace(text, phase, with string) (string, error) {
	begin, end := "<!-- begin "+phase+" -->\n", "<!-- end "+phase+" -->\n"
	head, rest, found := strings.Cut(text, begin)
	_, tail, closed := strings.Cut(rest, end)
	if !found || !closed {
		return "", errors.New(page + " has no place for " + phase)
	}
	return head + begin + "\n" + with + "\n" + end + tail, nil
}

// table is one of Markdown.
type table struct{ b strings.Builder }

func newTable(heads ...string) *table {
	t := &table{}
	t.line(heads...)
	t.line(strings.Split(strings.TrimSuffix(strings.Repeat("--- ", len(heads)), " "), " ")...)
	return t
}

func (t *table) line(cells ...string) { t.b.WriteString("| " + strings.Join(cells, " | ") + " |\n") }

func (t *table) String() string { return t.b.String() }

// measured says when and on what.
func measured(r *result) string {
	text := fmt.Sprintf("Measured on %s on %s", r.Date, r.Machine)
	if len(r.Rows) > 0 {
		text += fmt.Sprintf(": medians of %d interleaved rounds", r.Rounds)
	}
	if r.Seconds > 0 {
		text += fmt.Sprintf(", %d s each", r.Seconds)
	}
	for what, why := range sorted(r.Skipped) {
		first, _, _ := strings.Cut(why, "\n")
		text += fmt.Sprintf(". Skipped: %s, %s", what, first)
	}
	return text + ".\n"
}
