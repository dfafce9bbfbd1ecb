package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/postern-dev/postern/check"
	"github.com/postern-dev/postern/cmd/postern/rehearse"
	"github.com/postern-dev/postern/collection/declare"
	"github.com/postern-dev/postern/config"
)

type checkCommand struct {
	Config   string   `help:"Settings file; postern.yaml in this folder if there is one." placeholder:"FILE"`
	Issuer   *string  `help:"Trusted issuer(s), to the letter, comma separated." placeholder:"URL"`
	Audience *string  `help:"Accepted audience(s), comma separated." placeholder:"ID"`
	Origins  *string  `help:"Allowed browser origins, comma separated." placeholder:"ORIGIN"`
	Offline  bool     `help:"Ask no issuer for anything."`
	Origin   []string `help:"Play a page at this address in a browser; again for another. The allowed origins if left out." placeholder:"URL" sep:"none"`
	Header   []string `help:"A header field that the page sends beside the usual ones; again for another." placeholder:"NAME"`
	Database bool     `help:"Read all of the database, too: whether documents, indexes, uniques and the change feed agree, and which documents no longer fit their schema."`
	JSON     bool     `name:"json" help:"Print JSON."`
}

// Help shows the command at work.
func (checkCommand) Help() string {
	return `Example:
  postern check
  postern check --origin https://app.example.com
  postern check --offline --database --json

It reads the settings and reports every mistake at once, plays the tests of postern.yaml against the real API with a
database in memory and says which rules no test covers, asks each issuer for what it publishes, and plays pages of other
origins as a browser would, all in ten seconds at most. --database reads everything beside the server, for as long as that
takes. Each thing that is wrong comes with what to do.

Exit codes: 0 nothing fails, 1 something does, 2 wrong command line or settings. Warnings cost nothing.`
}

// errCheckFailed is said once the report has told the rest.
var errCheckFailed = errors.New("the check found something that is wrong")

// Run prints the report.
func (c checkCommand) Run(p process) error {
	pages, err := c.pages()
	if err != nil {
		return usageError{err}
	}
	flags := settingFlags{Config: c.Config, Issuer: c.Issuer, Audience: c.Audience, Origins: c.Origins}
	settings, declarations, err := flags.loadDeclared(p)
	if err != nil {
		return c.mistaken(p.stdout, err)
	}
	findings := []check.Finding{{Level: check.OK, What: "settings", Says: "no mistakes"},
		{Level: check.OK, What: "collections", Says: fmt.Sprintf("%d declared", len(declarations.Collections))}}
	results, err := rehearse.Play(p.ctx, declarations)
	if err != nil {
		return fmt.Errorf("play the tests: %w", err)
	}
	findings = append(findings, testFindings(settings.File, results)...)
	for _, gap := range declare.Coverage(declarations.Tests, declarations.Collections) {
		findings = append(findings, check.Finding{Level: check.Warn, What: "rules", Says: gap.String()})
	}
	findings = append(findings, c.checkTenant(p.ctx, settings, declarations.Collections)...)
	more, err := c.checkPages(p.ctx, settings, declarations.Collections, pages)
	if err != nil {
		return err
	}
	findings = append(findings, more...)
	findings = append(findings, checkExposure(settings.DatabaseURL)...)
	if c.Database {
		findings = append(findings, checkDatabase(p.ctx, settings, declarations.Collections)...)
	}
	if err := c.print(p.stdout, findings); err != nil {
		return err
	}
	if check.Failed(findings) {
		return errCheckFailed
	}
	return nil
}

func testFindings(file string, results []rehearse.Result) []check.Finding {
	var findings []check.Finding
	for _, r := range results {
		if r.OK() {
			continue
		}
		who := "without a token"
		if r.Test.As != nil {
			who = "as " + r.Test.As.Subject
		}
		findings = append(findings, check.Finding{Level: check.Fail, What: "tests",
			Says: fmt.Sprintf("%s:%d: %s %s %s is answered %s, and %s is expected", file, r.Test.Line, r.Test.Method, r.Test.Target,
				who, answered(r.Status, r.Code), answered(r.Test.Status, r.Test.Code))})
	}
	if len(findings) == 0 {
		findings = append(findings, check.Finding{Level: check.OK, What: "tests", Says: fmt.Sprintf("%d passed", len(results))})
	}
	return findings
}

func answered(status int, code string) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", status, code))
}

// mistaken lists the mistakes for machines, too; for people the error does.
func (c checkCommand) mistaken(to io.Writer, err error) error {
	var mistakes config.Mistakes
	if !c.JSON || !errors.As(err, &mistakes) {
		return err
	}
	var findings []check.Finding
	for _, m := range mistakes {
		says := m
		says.Example = ""
		findings = append(findings, check.Finding{Level: check.Fail, What: "settings", Says: says.String(), Mend: m.Example})
	}
	return errors.Join(c.print(to, findings), err)
}

func (c checkCommand) print(to io.Writer, findings []check.Finding) error {
	if !c.JSON {
		return check.Print(to, findings)
	}
	encoder := json.NewEncoder(to)
	encoder.SetIndent("", "  ")
	return encoder.Encode(map[string]any{"ok": !check.Failed(findings), "findings": findings})
}
