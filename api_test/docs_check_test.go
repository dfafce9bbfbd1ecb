package api_test

import (
	"encoding/json"
	"fmt"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/postern-dev/postern/config"
	"github.com/postern-dev/postern/devtenant"
)

// check tells of each language how a block of it is checked that is not run.
var check = map[string]func(*testing.T, block){
	"json": checkJSON, "yaml": checkYAML, "js": checkJS, "go": checkGo,
}

func checkJSON(t *testing.T, b block) {
	var value any
	if err := json.Unmarshal([]byte(b.text), &value); err != nil {
		t.Errorf("%s: %v", b.at, err)
	}
}

// checkYAML lets those read a file who read it in the program.
func checkYAML(t *testing.T, b block) {
	var value any
	err := yaml.Unmarshal([]byte(b.text), &value)
	switch {
	case b.file == "":
	case strings.HasPrefix(b.file, "postern"):
		_, err = config.Load(config.Sources{File: b.file, ReadFile: func(string) ([]byte, error) { return []byte(b.text), nil }})
	case strings.HasPrefix(b.file, "users"):
		_, _, err = devtenant.ParseFile([]byte(b.text))
	}
	if err != nil {
		t.Errorf("%s: %v", b.at, err)
	}
}

// checkJS has Node read the block as a module. Nothing is run, and what is
// imported need not be there.
func checkJS(t *testing.T, b block) {
	node, missing := exec.LookPath("node")
	require(t, "Node.js", "apt install nodejs", missing)
	file := filepath.Join(t.TempDir(), "block.mjs")
	if err := os.WriteFile(file, []byte(b.text), 0o600); err != nil {
		t.Fatal(err)
	}
	if output, err := exec.Command(node, "--check", file).CombinedOutput(); err != nil {
		t.Errorf("%s: %v\n%s", b.at, err, output)
	}
}

// checkGo parses a file, or what stands in a function.
func checkGo(t *testing.T, b block) {
	text := b.text
	if !strings.HasPrefix(text, "package ") {
		text = fmt.Sprintf("package p\nfunc f() {\n%s}\n", text)
	}
	if _, err := parser.ParseFile(token.NewFileSet(), "", text, parser.AllErrors); err != nil {
		t.Errorf("%s: %v", b.at, err)
	}
}
