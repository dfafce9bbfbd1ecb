package main

import (
	"errors"
	"os"
	"path/filepath"

	"github.com/postern-dev/postern/collection/declare"
	"github.com/postern-dev/postern/config"
	"github.com/postern-dev/postern/mistake"
)

// declared reads the collections, and the tests of their rules, of the
// settings file. The error is a list of mistakes, each with its line.
func declared(settings config.Settings) (declare.Declarations, error) {
	if settings.File == "" {
		return declare.Declarations{}, nil
	}
	// Schemas are files beside it; a root keeps their names from leading out.
	folder, err := os.OpenRoot(filepath.Dir(settings.File))
	if err != nil {
		return declare.Declarations{}, err
	}
	declarations, mistakes := declare.Read(declare.Source{
		Collections: settings.Collections, Tests: settings.Tests, File: settings.File, Folder: folder.FS(),
	})
	if err := folder.Close(); err != nil || len(mistakes) == 0 {
		return declarations, err
	}
	return declarations, mistakes
}

// loadDeclared reads the settings and what they declare, and reports the
// mistakes of both together.
func (f settingFlags) loadDeclared(p process, ignore ...string) (config.Settings, declare.Declarations, error) {
	settings, err := f.load(p, ignore...)
	var mistakes, more mistake.List
	if err != nil && !errors.As(err, &mistakes) {
		return settings, declare.Declarations{}, err
	}
	declarations, err := declared(settings)
	if err != nil && !errors.As(err, &more) {
		return settings, declarations, err
	}
	return settings, declarations, append(mistakes, more...).OrNil()
}
