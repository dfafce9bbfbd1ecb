package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/postern-dev/postern/check"
	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/config"
	"github.com/postern-dev/postern/store"
)

// checkPage is how many documents are looked at together.
const checkPage = 500

// checkDatabase looks through a database beside the server that uses it, and
// holds it against itself. A changed schema never touches what is stored, so
// documents may have stopped to fit; they are read as ever, and refused when
// they are written again.
func checkDatabase(ctx context.Context, settings config.Settings, collections []*collection.Collection) []check.Finding {
	s, err := store.Open(ctx, settings.DatabaseURL, store.Options{ReadOnly: true})
	if err != nil {
		return []check.Finding{{Level: check.Fail, What: "database", Says: "cannot be opened: " + oneLine(err),
			Mend: "Set DATABASE_URL to the server's database; it is there once the server has run."}}
	}
	findings, err := lookThrough(ctx, s, collections)
	if err = errors.Join(err, s.Close()); err != nil {
		findings = append(findings, check.Finding{Level: check.Fail, What: "database", Says: "cannot be read: " + oneLine(err)})
	}
	return findings
}

// checkExposure says who could get at the database past the server, as far as
// that can be seen without it.
func checkExposure(url string) []check.Finding {
	var findings []check.Finding
	if file, exposed := store.ExposedFile(url); exposed {
		findings = append(findings, exposure(file))
	}
	ways, err := store.ExposedWay(url)
	if err != nil {
		return []check.Finding{{Level: check.Fail, What: "database", Says: "DATABASE_URL cannot be read: " + oneLine(err)}}
	}
	for _, way := range ways {
		findings = append(findings, exposure(way))
	}
	return findings
}

func exposure(e store.Exposure) check.Finding {
	return check.Finding{Level: check.Warn, What: "database", Says: e.Says, Mend: e.Mend}
}

// oneLine makes one line of an error's text.
func oneLine(err error) string { return strings.ReplaceAll(err.Error(), "\n", "; ") }

func lookThrough(ctx context.Context, s *store.Store, collections []*collection.Collection) ([]check.Finding, error) {
	building, err := s.Progress(ctx)
	if err != nil {
		return nil, err
	}
	var findings []check.Finding
	for _, b := range building {
		f := check.Finding{Level: check.Warn, What: "indexes", Says: b.Collection + ": " + b.Declared + " is still being built"}
		if b.Failed != "" {
			f.Level, f.Says = check.Fail, b.Collection+": "+b.Declared+" cannot be built: "+b.Failed
		}
		findings = append(findings, f)
	}
	verified, err := s.Verify(ctx)
	if err != nil {
		return findings, err
	}
	findings = append(findings, contradictions(verified)...)
	role, exposed, err := s.ExposedRole(ctx)
	if err != nil {
		return findings, err
	}
	if exposed {
		findings = append(findings, exposure(role))
	}
	for _, c := range collections {
		f, err := checkFit(ctx, s, c)
		if err != nil {
			return findings, fmt.Errorf("read %s: %w", c.Name, err)
		}
		findings = append(findings, f)
	}
	return findings, nil
}

// contradictions are what a database says against itself, which no crash of
// the server or of its machine explains.
func contradictions(v store.Verified) []check.Finding {
	if len(v.Flaws) == 0 {
		return []check.Finding{{Level: check.OK, What: "database",
			Says: fmt.Sprintf("%d documents and %d changes agree with each other and with all that is kept beside them", v.Documents, v.Changes)}}
	}
	var findings []check.Finding
	for _, flaw := range v.Flaws {
		says := flaw.Says
		if flaw.Collection != "" {
			says = flaw.Collection + ": " + says
		}
		findings = append(findings, check.Finding{Level: check.Fail, What: "database", Says: oneLine(errors.New(says)),
			Mend: "Keep a copy of the database as it is, and restore a backup from before; see docs/moving.md."})
	}
	return findings
}

func checkFit(ctx context.Context, s *store.Store, c *collection.Collection) (check.Finding, error) {
	var all, unfit int
	example := ""
	scan := collection.Scan{Visible: collection.Always(), Limit: checkPage}
	for {
		page, err := s.Scan(ctx, c, scan)
		if err != nil {
			return check.Finding{}, err
		}
		for _, d := range page {
			violations := c.Schema.Validate(d.Body)
			if len(violations) > 0 && unfit == 0 {
				example = fmt.Sprintf("; the first is %s: %s %s", d.ID, violations[0].Pointer, violations[0].Detail)
			}
			if all++; len(violations) > 0 {
				unfit++
			}
		}
		if len(page) < checkPage {
			break
		}
		scan.After = &collection.Position{ID: page[len(page)-1].ID}
	}
	if unfit > 0 {
		return check.Finding{Level: check.Warn, What: "documents", Says: fmt.Sprintf("%s: %d of %d no longer fit the schema%s", c.Name, unfit, all, example)}, nil
	}
	return check.Finding{Level: check.OK, What: "documents", Says: fmt.Sprintf("%s: all %d fit the schema", c.Name, all)}, nil
}
