package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/config"
	"github.com/postern-dev/postern/store"
)

// checkPage is how many documents are looked at together.
const checkPage = 500

// checkDatabase looks through a database beside the server that uses it. A
// changed schema never touches what is stored, so documents may have stopped
// to fit; they are read as ever, and refused when they are written again.
func checkDatabase(ctx context.Context, settings config.Settings, collections []*collection.Collection) (findings []finding, err error) {
	s, err := store.Open(ctx, settings.DatabaseURL, store.Options{ReadOnly: true})
	if err != nil {
		return nil, fmt.Errorf("open the database (DATABASE_URL): %w", err)
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	building, err := s.Progress(ctx)
	if err != nil {
		return nil, err
	}
	for _, b := range building {
		f := finding{"warn", "indexes", b.Collection + ": " + b.Declared + " is still being built"}
		if b.Failed != "" {
			f = finding{"fail", "indexes", b.Collection + ": " + b.Declared + " cannot be built: " + b.Failed}
		}
		findings = append(findings, f)
	}
	for _, c := range collections {
		f, err := checkFit(ctx, s, c)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", c.Name, err)
		}
		findings = append(findings, f)
	}
	return findings, nil
}

func checkFit(ctx context.Context, s *store.Store, c *collection.Collection) (finding, error) {
	var all, unfit int
	example := ""
	scan := collection.Scan{Visible: collection.Always(), Limit: checkPage}
	for {
		page, err := s.Scan(ctx, c, scan)
		if err != nil {
			return finding{}, err
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
		return finding{"warn", "documents", fmt.Sprintf("%s: %d of %d no longer fit the schema%s", c.Name, unfit, all, example)}, nil
	}
	return finding{"ok", "documents", fmt.Sprintf("%s: all %d fit the schema", c.Name, all)}, nil
}
