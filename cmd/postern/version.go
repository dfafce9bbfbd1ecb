package main

import (
	"encoding/json"
	"fmt"
	"runtime/debug"
)

type versionCommand struct {
	JSON bool `name:"json" help:"Print JSON, with all modules."`
}

// Help shows the command at work.
func (versionCommand) Help() string { return "Example:\n  postern version --json" }

// build is what a binary knows of its making.
type build struct {
	Version string            `json:"version"`
	Commit  string            `json:"commit"`
	Changed bool              `json:"changed"`
	Go      string            `json:"go"`
	Modules map[string]string `json:"modules"`
}

// Run prints the version.
func (v versionCommand) Run(p process) error {
	b := readBuild()
	if v.JSON {
		encoder := json.NewEncoder(p.stdout)
		encoder.SetIndent("", "  ")
		return encoder.Encode(b)
	}
	_, err := fmt.Fprintf(p.stdout, "postern %s, commit %s, %s\n", b.Version, b.Commit, b.Go)
	return err
}

func readBuild() build {
	b := build{Version: "unknown", Commit: "unknown", Modules: map[string]string{}}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	b.Version, b.Go = info.Main.Version, info.GoVersion
	for _, setting := range info.Settings {
		switch setting.Key {
		case "vcs.revision":
			b.Commit = setting.Value
		case "vcs.modified":
			b.Changed = setting.Value == "true"
		}
	}
	for _, module := range info.Deps {
		b.Modules[module.Path] = module.Version
	}
	return b
}
