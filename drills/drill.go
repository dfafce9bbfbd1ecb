package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
)

// drill is one way to break things.
type drill struct {
	name string
	// breaks says what is broken, and how; passes is the criterion.
	breaks, passes string
	// short and long are how much of it; without a short form it is run by
	// hand alone.
	short, long size
	// run returns the figures. An error is a failure, whatever the figures.
	run func(context.Context, *stage) (figures, error)
}

// size is how much of a drill is run: whichever of the two it goes by.
type size struct {
	rounds int
	length time.Duration
}

func (s size) String() string {
	switch {
	case s.rounds > 0 && s.length > 0:
		return fmt.Sprintf("%d, %s", s.rounds, s.length)
	case s.length > 0:
		return s.length.String()
	}
	return fmt.Sprintf("%d rounds", s.rounds)
}

// figures are what was measured, in words, in the order of being said.
type figures []string

func (f *figures) say(format string, args ...any) { *f = append(*f, fmt.Sprintf(format, args...)) }

// missing is an error that says what this machine has not.
type missing string

func (m missing) Error() string { return "needs " + string(m) }

// result is one line of the report.
type result struct {
	Drill string    `json:"drill"`
	At    time.Time `json:"at"`
	Size  string    `json:"size"`
	// Version is what the program says of itself.
	Version string  `json:"version"`
	Seconds float64 `json:"seconds"`
	Failed  string  `json:"failed,omitempty"`
	Skipped string  `json:"skipped,omitempty"`
	Figures figures `json:"figures"`
}

// perform runs the drill.
func perform(ctx context.Context, d drill, binary string, o orders) result {
	s := &stage{size: d.long}
	if o.short && d.short != (size{}) {
		s.size = d.short
	}
	if o.rounds > 0 {
		s.size.rounds = o.rounds
	}
	if o.length > 0 {
		s.size.length = o.length
	}
	r := result{Drill: d.name, At: time.Now().UTC().Truncate(time.Second), Size: s.size.String(), Version: o.version}
	err := s.set(d, binary)
	if err == nil {
		r.Figures, err = d.run(ctx, s)
		s.strike(err != nil)
	}
	r.Seconds = float64(time.Since(r.At).Milliseconds()) / 1000
	lacks, isMissing := errors.AsType[missing](err)
	switch {
	case isMissing && !o.required:
		r.Skipped = lacks.Error()
	case err != nil:
		r.Failed = err.Error()
	}
	return r
}

// String is the line for people.
func (r result) String() string {
	said := strings.Join(r.Figures, "; ")
	switch {
	case r.Failed != "":
		return fmt.Sprintf("FAIL %s (%s, %.0f s): %s\n     %s", r.Drill, r.Size, r.Seconds, said, strings.ReplaceAll(r.Failed, "\n", "\n     "))
	case r.Skipped != "":
		return fmt.Sprintf("skip %s: %s", r.Drill, r.Skipped)
	}
	return fmt.Sprintf("ok   %s (%s, %.0f s): %s", r.Drill, r.Size, r.Seconds, said)
}

// keep adds the result to the file.
func (r result) keep(file string) error {
	line, err := json.Marshal(r)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(append(line, '\n'))
	return errors.Join(err, f.Close())
}
