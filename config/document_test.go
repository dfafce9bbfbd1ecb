package config_test

import (
	"cmp"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/postern-dev/postern/config"
)

var update = flag.Bool("update", false, "rewrite the table in docs/settings.md")

const (
	document   = "../docs/settings.md"
	tableBegin = "<!-- settings: begin (go test ./config -run TestSettingsDocument -update) -->\n"
	tableEnd   = "<!-- settings: end -->\n"
)

func TestSettingsDocument(t *testing.T) {
	data, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, begins := strings.Cut(string(data), tableBegin)
	old, after, ends := strings.Cut(rest, tableEnd)
	if !begins || !ends {
		t.Fatalf("%s lacks the lines %s and %s", document, tableBegin, tableEnd)
	}
	if old == settingsTable() {
		return
	}
	if !*update {
		t.Fatalf("%s differs from the settings; run go test ./config -run TestSettingsDocument -update", document)
	}
	if err := os.WriteFile(document, []byte(before+tableBegin+settingsTable()+tableEnd+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

func settingsTable() string {
	var b strings.Builder
	b.WriteString("| postern.yaml | environment | flag | default | allowed | meaning |\n|---|---|---|---|---|---|\n")
	for _, d := range config.Describe() {
		doc := d.Doc
		if d.Example != d.Default {
			doc += " Example: `" + d.Example + "`"
		}
		flagName := ""
		if d.Flag != "" {
			flagName = "--" + d.Flag
		}
		cells := []string{code(d.Key), code(strings.Join(d.Env, "`, `")), code(flagName), code(d.Default), d.Allowed, doc}
		for i, c := range cells {
			cells[i] = cmp.Or(strings.ReplaceAll(c, "|", `\|`), " ")
		}
		b.WriteString("| " + strings.Join(cells, " | ") + " |\n")
	}
	return b.String()
}

func code(text string) string {
	if text == "" {
		return ""
	}
	return "`" + text + "`"
}

// What the document shows of postern.yaml must load.
func TestFilesInTheDocumentLoad(t *testing.T) {
	data, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(data), "```yaml\n")[1:]
	if len(blocks) == 0 {
		t.Fatal("no example of postern.yaml")
	}
	for _, block := range blocks {
		file, _, _ := strings.Cut(block, "```")
		if err := mustLoad(t, from(nil, file)).CheckForServe(); err != nil {
			t.Errorf("%v in\n%s", err, file)
		}
	}
}
