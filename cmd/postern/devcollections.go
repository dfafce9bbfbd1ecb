//go:build !nodev

package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/collection/documents"
	"github.com/postern-dev/postern/collection/infer"
)

// devCollections are what `postern dev` serves.
type devCollections struct {
	collections []*collection.Collection
	seeds       map[string][]documents.Seed
	// samples tells that nobody declared any.
	samples bool
	// inferred is what a db.json amounts to; nil where none was given.
	inferred *infer.Database
}

// collections are those of a db.json if one was given, or those that are
// declared, or the samples.
func (d devCommand) collections(declared []*collection.Collection) (devCollections, error) {
	switch {
	case d.File != "":
		return fromFile(d.File)
	case len(declared) > 0:
		return fromDeclared(declared), nil
	}
	return samples()
}

func fromDeclared(declared []*collection.Collection) devCollections {
	d := devCollections{collections: declared, seeds: map[string][]documents.Seed{}}
	for _, c := range declared {
		for _, body := range c.Seed {
			d.seeds[c.Name] = append(d.seeds[c.Name], documents.Seed{Body: body})
		}
	}
	return d
}

// fromFile reads a file of json-server.
func fromFile(path string) (devCollections, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return devCollections{}, usageError{err}
	}
	db, err := infer.FromDatabase(data)
	if err != nil {
		return devCollections{}, usageError{fmt.Errorf("%s %w", path, err)}
	}
	d := devCollections{collections: db.Collections, seeds: map[string][]documents.Seed{}, inferred: db}
	for name, found := range db.Documents {
		for _, one := range found {
			d.seeds[name] = append(d.seeds[name], documents.Seed{ID: one.ID, Body: one.Body})
		}
	}
	return d, nil
}

// names are those of the collections, in their order.
func (d devCollections) names() []string {
	var names []string
	for _, c := range d.collections {
		names = append(names, c.Name)
	}
	return names
}

// keep says how to go on with what was made of a db.json.
func (d devCollections) keep() string {
	if d.inferred == nil {
		return ""
	}
	var text strings.Builder
	fmt.Fprintf(&text, "To keep these collections, save this as postern.yaml and change it as you like:\n\n%s\n", d.inferred.YAML)
	for _, note := range d.inferred.Notes {
		text.WriteString("Note: " + note + ".\n")
	}
	if len(d.inferred.Notes) > 0 {
		text.WriteString("\n")
	}
	return text.String()
}
