package declare_test

import (
	"testing"
	"testing/fstest"

	"github.com/postern-dev/postern/collection/declare"
	"github.com/postern-dev/postern/mistake"
	"github.com/postern-dev/postern/yamltree"
)

// folder holds the schemas that tests name.
func folder() fstest.MapFS {
	files := fstest.MapFS{}
	for name, text := range map[string]string{
		"schemas/note.json": "{\n\t\"type\": \"object\",\n\t\"properties\": {\n\t\t\"title\": {\"type\": \"string\"}\n\t}\n}\n",
		"schemas/note.yaml": "type: object\nproperties:\n  title: {type: string}\n",
		"bad/keyword.json":  "{\n  \"type\": \"object\",\n  \"requird\": []\n}\n",
		"bad/keyword.yaml":  "type: object\nproperties:\n  a:\n    typ: string\n",
		"bad/syntax.json":   "{\n\n  \"type\": object\n}\n",
		"bad/syntax.yaml":   "type: [\n",
		"bad/anchor.yaml":   "type: &a object\n",
		"bad/note.txt":      "{}",
		"bad/large.json":    string(make([]byte, 1<<20+1)),
	} {
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return files
}

func read(t testing.TB, file string) (declare.Declarations, mistake.List) {
	t.Helper()
	tree, faults := yamltree.Read([]byte(file))
	if len(faults) > 0 {
		t.Fatalf("%v in\n%s", faults, file)
	}
	collections, _ := tree.Get("collections")
	tests, _ := tree.Get("tests")
	return declare.Read(declare.Source{Collections: collections.Value, Tests: tests.Value, File: "postern.yaml", Folder: folder()})
}

func mustRead(t testing.TB, file string) declare.Declarations {
	t.Helper()
	d, mistakes := read(t, file)
	if len(mistakes) > 0 {
		t.Fatalf("%v in\n%s", mistakes, file)
	}
	return d
}
