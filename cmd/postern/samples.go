//go:build !nodev

package main

import (
	_ "embed"
	"fmt"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/collection/declare"
	"github.com/postern-dev/postern/yamltree"
)

// samplesYAML is a postern.yaml like everybody's, with a collection for each
// way of sharing: with nobody, with those a document names, with everybody.
//
//go:embed samples.yaml
var samplesYAML []byte

// devCollections are what `postern dev` serves.
type devCollections struct {
	collections []*collection.Collection
	// samples tells that nobody declared any.
	samples bool
}

// orSamples returns the declared collections, or the samples where there are
// none.
func orSamples(declared []*collection.Collection) (devCollections, error) {
	if len(declared) > 0 {
		return devCollections{collections: declared}, nil
	}
	tree, faults := yamltree.Read(samplesYAML)
	if len(faults) > 0 {
		return devCollections{}, fmt.Errorf("samples.yaml:%d %s", faults[0].Line, faults[0].Problem)
	}
	collections, _ := tree.Get("collections")
	samples, mistakes := declare.Read(declare.Source{Collections: collections.Value, File: "samples.yaml"})
	return devCollections{samples.Collections, true}, mistakes.OrNil()
}

// names are those of the collections, in their order.
func (d devCollections) names() []string {
	var names []string
	for _, c := range d.collections {
		names = append(names, c.Name)
	}
	return names
}
