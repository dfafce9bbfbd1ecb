package serve

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"slices"

	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/check"
	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/config"
)

// Issuers are the issuers that a server with these settings trusts.
func Issuers(settings config.Settings) []auth.Issuer {
	return verification(settings, Options{}, nil).Issuers
}

// Needs are the scopes and permissions that routes and rules ask for, each
// once, by name.
func Needs(settings config.Settings, options Options) []check.Need {
	var needs []check.Need
	add := func(name string, permission bool, what string) {
		at := slices.IndexFunc(needs, func(n check.Need) bool { return n.Name == name && n.Permission == permission })
		if at < 0 {
			at = len(needs)
			needs = append(needs, check.Need{Name: name, Permission: permission})
		}
		if !slices.Contains(needs[at].For, what) {
			needs[at].For = append(needs[at].For, what)
		}
	}
	for _, r := range routes(settings, options) {
		if refusal := r.Right.Refusal(&auth.Identity{}); refusal != nil && refusal.Scope != "" {
			add(refusal.Scope, refusal.Code == auth.PermissionMissing, r.Method+" "+r.Path)
		}
	}
	for _, c := range options.Collections {
		for _, o := range collection.Operations() {
			for _, rule := range c.Rule(o).Missing(collection.Caller{}) {
				if rule.Kind != collection.Scope && rule.Kind != collection.Permission {
					continue // the tenant has no list of it
				}
				add(rule.Name, rule.Kind == collection.Permission, string(o)+" "+c.Name)
			}
		}
	}
	return needs
}

// Rehearsal returns what Run serves with these settings, over an empty database
// in memory and without the keys of anybody, and what ends it. It is for those
// who ask how this deployment answers and disturb nobody.
func Rehearsal(ctx context.Context, settings config.Settings, options Options) (http.Handler, func() error, error) {
	ctx, stop := context.WithCancel(ctx)
	log := slog.New(slog.DiscardHandler)
	settings.DatabaseURL = "sqlite::memory:"
	options.Seeds, options.transport = nil, noNetwork{}
	data, err := openData(ctx, settings, options, log)
	if err != nil {
		stop()
		return nil, nil, err
	}
	end := func() error {
		stop()
		return data.close()
	}
	if data.feed != nil {
		data.feed.Close() // nobody waits for changes here
	}
	handler, err := build(ctx, settings, options, data, log)
	if err != nil {
		return nil, nil, errors.Join(err, end())
	}
	return handler, end, nil
}
