package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/postern-dev/postern/cmd/postern/rehearse"
	"github.com/postern-dev/postern/collection/declare"
)

type checkCommand struct {
	Config   string `help:"Settings file; postern.yaml in this folder if there is one." placeholder:"FILE"`
	Database bool   `help:"Look through the database, too: documents that no longer fit their schema, indexes that are not there yet."`
	JSON     bool   `name:"json" help:"Print JSON."`
}

// Help shows the command at work.
func (checkCommand) Help() string {
	return `Example:
  postern check
  postern check --database --json

It reads the settings and reports every mistake at once (exit code 2), plays the tests of postern.yaml against the real
API with a database in memory, and says which rules no test covers. A test that fails is exit code 1; a rule without a
test and a document that no longer fits are told and cost nothing.`
}

// finding is one line of the report.
type finding struct {
	// Level is ok, warn or fail.
	Level string `json:"level"`
	What  string `json:"what"`
	Says  string `json:"says"`
}

// errCheckFailed is said once the report has told the rest.
var errCheckFailed = errors.New("the check found something that is wrong")

// Run prints the report.
func (c checkCommand) Run(p process) error {
	flags := settingFlags{Config: c.Config}
	settings, declarations, err := flags.loadDeclared(p)
	if err != nil {
		return err
	}
	findings := []finding{{"ok", "settings", "no mistakes"},
		{"ok", "collections", fmt.Sprintf("%d declared", len(declarations.Collections))}}
	results, err := rehearse.Play(p.ctx, declarations)
	if err != nil {
		return fmt.Errorf("play the tests: %w", err)
	}
	findings = append(findings, testFindings(settings.File, results)...)
	for _, gap := range declare.Coverage(declarations.Tests, declarations.Collections) {
		findings = append(findings, finding{"warn", "rules", gap.String()})
	}
	if c.Database {
		more, err := checkDatabase(p.ctx, settings, declarations.Collections)
		if err != nil {
			return err
		}
		findings = append(findings, more...)
	}
	return c.report(p.stdout, findings)
}

func testFindings(file string, results []rehearse.Result) []finding {
	var findings []finding
	for _, r := range results {
		if r.OK() {
			continue
		}
		who := "without a token"
		if r.Test.As != nil {
			who = "as " + r.Test.As.Subject
		}
		findings = append(findings, finding{"fail", "tests", fmt.Sprintf("%s:%d: %s %s %s is answered %s, and %s is expected",
			file, r.Test.Line, r.Test.Method, r.Test.Target, who, answered(r.Status, r.Code), answered(r.Test.Status, r.Test.Code))})
	}
	if len(findings) == 0 {
		findings = append(findings, finding{"ok", "tests", fmt.Sprintf("%d passed", len(results))})
	}
	return findings
}

func answered(status int, code string) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", status, code))
}

// report prints the findings and fails where one of them does.
func (c checkCommand) report(to io.Writer, findings []finding) error {
	failed := false
	for _, f := range findings {
		failed = failed || f.Level == "fail"
	}
	if c.JSON {
		encoder := json.NewEncoder(to)
		encoder.SetIndent("", "  ")
		if err := encoder.Encode(map[string]any{"ok": !failed, "findings": findings}); err != nil {
			return err
		}
	} else {
		for _, f := range findings {
			if _, err := fmt.Fprintf(to, "%-5s %-12s %s\n", f.Level, f.What, f.Says); err != nil {
				return err
			}
		}
	}
	if failed {
		return errCheckFailed
	}
	return nil
}
