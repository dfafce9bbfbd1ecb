package config

import (
	"errors"
	"io/fs"
	"strings"
)

// DefaultFile is read where [Sources.File] is empty, if it is there.
const DefaultFile = "postern.yaml"

// Sources is where settings come from. All that [Load] knows of the outside is
// in it, so a test can make one up.
type Sources struct {
	// Flags are the flags that were given, by the setting's key, not the
	// flag's name.
	Flags map[string]string
	// Getenv reads the environment; an empty value counts as not set. nil = no
	// environment.
	Getenv func(string) string
	// Environ is the environment as NAME=value, to find POSTERN_ names that
	// nobody knows.
	Environ []string
	// File is the path of the settings file, which must exist then; "" is
	// [DefaultFile], which need not.
	File string
	// ReadFile reads File, usually os.ReadFile. nil = there is no file.
	ReadFile func(string) ([]byte, error)
	// Ignore are keys of settings that are left alone wherever they are set,
	// right or wrong, as if they were not: development has a tenant of its own.
	// What was set all the same is told in [Settings.Ignored].
	Ignore []string
	// Defaults are values, by the setting's key, in place of the table's
	// defaults: development keeps its documents elsewhere.
	Defaults map[string]string
}

// find looks for the value that holds: flag, environment, file, default.
func (l *loader) find(s setting) (given, bool) {
	if text, ok := l.from.Flags[s.key]; ok && s.flag != "" {
		return given{value: textValue(text, 0), place: place{inFlag, s.flag}, example: s.example}, true
	}
	for _, v := range s.env {
		if text := l.getenv(v.name); text != "" {
			example := v.example
			if example == "" {
				example = s.example
			}
			read := v.read
			if v.file {
				read = l.readSecret
			}
			return given{value: textValue(text, 0), place: place{inEnvironment, v.name}, example: example, read: read}, true
		}
	}
	if m, ok := l.file[s.key]; ok {
		return given{value: m.value, place: place{inFile, l.fileName()}, example: s.example}, true
	}
	fallback := s.fallback
	if text, ok := l.from.Defaults[s.key]; ok {
		fallback = text
	}
	return given{value: textValue(fallback, 0)}, fallback != ""
}

func (l *loader) getenv(name string) string {
	if l.from.Getenv == nil {
		return ""
	}
	return l.from.Getenv(name)
}

func (l *loader) fileName() string {
	if l.from.File == "" {
		return DefaultFile
	}
	return l.from.File
}

// readSecret returns what stands in a file that a variable names, as a container
// gets its secrets.
func (l *loader) readSecret(path string) (string, error) {
	if l.from.ReadFile == nil {
		return "", wrong("names a file, and there are none here")
	}
	data, err := l.from.ReadFile(path)
	var at *fs.PathError
	if errors.As(err, &at) {
		err = at.Err
	}
	if err != nil {
		return "", wrong("names a file that cannot be read: %s", err) // it may be the secret itself
	}
	return strings.TrimSpace(string(data)), nil
}

// readFile returns what stands in the file; nil where there is no file and
// need not be one.
func (l *loader) readFile() []byte {
	if l.from.ReadFile == nil {
		return nil
	}
	data, err := l.from.ReadFile(l.fileName())
	switch {
	case err == nil:
		return data
	case l.from.File == "" && errors.Is(err, fs.ErrNotExist):
		return nil
	}
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err // the path itself is said already
	}
	l.add(Mistake{Source: l.fileName(), Problem: "cannot be read: " + err.Error()})
	return nil
}
