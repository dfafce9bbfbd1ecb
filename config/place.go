package config

import (
	"strconv"
	"strings"
)

// place is where a value stands, or would stand.
type place struct {
	sort placeSort
	name string // the variable, the flag without dashes, or the file
}

type placeSort int

const (
	ofDefault placeSort = iota
	inFlag
	inEnvironment
	inFile
)

// source names the place in a message.
func (p place) source(line int) string {
	switch {
	case p.sort == inFlag:
		return "--" + p.name
	case p.sort == inFile && line > 0:
		return p.name + ":" + strconv.Itoa(line)
	}
	return p.name
}

// write shows how key is set to text in this place.
func (p place) write(key, text string) string {
	switch p.sort {
	case inFlag:
		return "--" + p.name + " " + text
	case inFile:
		if group, inner, found := strings.Cut(key, "."); found {
			return group + ": {" + inner + ": " + text + "}"
		}
		return key + ": " + text
	}
	return p.name + "=" + text
}

// quoted is a text as this place must have it.
func (p place) quoted(text string) string {
	if p.sort == inFile {
		return asYAML(text)
	}
	return text
}

// asYAML quotes a text that YAML would take for something else.
func asYAML(text string) string {
	first := text[:min(1, len(text))]
	if strings.ContainsAny(text, "#'\"") || strings.Contains(text, ": ") || strings.ContainsAny(first, "[]{}*&!%@`|>?,-") {
		return strconv.Quote(text)
	}
	return text
}

// given is a value with the place where it was found.
type given struct {
	value   value
	place   place
	example string
	read    func(string) (string, error)
}
