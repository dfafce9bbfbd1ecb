package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// setter puts a value into the settings or says what is wrong with it.
type setter func(*Settings, value) []fault

// one is the setter of a setting that takes one value.
func one[T any](field func(*Settings) *T, parse func(string) (T, error)) setter {
	return func(s *Settings, v value) []fault {
		got, faults := parseOne(v, parse)
		*field(s) = got
		return faults
	}
}

// many is the setter of a setting that takes a list.
func many[T comparable](field func(*Settings) *[]T, parse func(string) (T, error)) setter {
	return func(s *Settings, v value) []fault {
		got, faults := parseMany(v, parse)
		*field(s) = got
		return faults
	}
}

func parseOne[T any](v value, parse func(string) (T, error)) (T, []fault) {
	var none T
	if v.kind != oneValue {
		return none, v.mustBe(string(oneValue))
	}
	if v.text == "" {
		return none, []fault{faultAt(v.line, wrong("is empty"))}
	}
	got, err := parse(v.text)
	if err != nil {
		return none, []fault{faultAt(v.line, err)}
	}
	return got, nil
}

// parseMany reads every item, so that all bad ones are reported. An item that
// is there twice is a slip of the pen in any list that we have.
func parseMany[T comparable](v value, parse func(string) (T, error)) ([]T, []fault) {
	items, faults := v.split()
	var all []T
	for _, item := range items {
		if item.kind == oneValue && item.text == "" {
			faults = append(faults, faultAt(item.line, wrong("has an empty entry")))
			continue
		}
		got, bad := parseOne(item, parse)
		if len(bad) == 0 && slices.Contains(all, got) {
			bad = []fault{faultAt(item.line, wrong("has %s twice", quote(item.text)))}
		}
		if len(bad) == 0 {
			all = append(all, got)
		}
		faults = append(faults, bad...)
	}
	return all, faults
}

// within bounds what parse reads, both ends included.
func within[T cmp.Ordered](least, most T, parse func(string) (T, error), say func(T) string) func(string) (T, error) {
	return func(text string) (T, error) {
		got, err := parse(text)
		if err == nil && (got < least || got > most) {
			err = wrong("is %s, outside %s to %s", say(got), say(least), say(most))
		}
		return got, err
	}
}

// choice is one word of a few.
type choice[T any] struct {
	word  string
	means T
}

func words[T any](choices []choice[T]) string {
	var all []string
	for _, c := range choices {
		all = append(all, c.word)
	}
	return strings.Join(all, ", ")
}

// oneOf reads one of the words. They are exact, so that a file reads the same
// everywhere, but another case is recognised and mended.
func oneOf[T any](choices []choice[T]) func(string) (T, error) {
	return func(text string) (T, error) {
		var none T
		problem := fmt.Sprintf("is %s, not one of %s", quote(text), words(choices))
		for _, c := range choices {
			if text == c.word {
				return c.means, nil
			}
			if strings.EqualFold(text, c.word) {
				return none, wrong("%s", problem).insteadWrite(c.word)
			}
		}
		return none, wrong("%s", problem)
	}
}
