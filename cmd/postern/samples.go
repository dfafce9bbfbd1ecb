//go:build !nodev

package main

import (
	_ "embed"
	"fmt"

	"github.com/postern-dev/postern/collection/declare"
	"github.com/postern-dev/postern/yamltree"
)

// samplesYAML is a postern.yaml like everybody's, with a collection for each
// way of sharing: with nobody, with those a document names, with everybody.
//
//go:embed samples.yaml
var samplesYAML []byte

// samples are the collections of a folder that declares none.
func samples() (devCollections, error) {
	tree, faults := yamltree.Read(samplesYAML)
	if len(faults) > 0 {
		return devCollections{}, fmt.Errorf("samples.yaml:%d %s", faults[0].Line, faults[0].Problem)
	}
	node, _ := tree.Get("collections")
	read, mistakes := declare.Read(declare.Source{Collections: node.Value, File: "samples.yaml"})
	d := fromDeclared(read.Collections)
	d.samples = true
	return d, mistakes.OrNil()
}
