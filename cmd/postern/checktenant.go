package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/postern-dev/postern/check"
	"github.com/postern-dev/postern/cmd/postern/rehearse"
	"github.com/postern-dev/postern/cmd/postern/serve"
	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/config"
	"github.com/postern-dev/postern/middleware"
	"github.com/postern-dev/postern/origin"
	"golang.org/x/net/http/httpguts"
)

// checkTenant asks the issuers for what they publish. Without one there is
// nobody to ask: postern serve insists on an issuer, postern dev has its own.
func (c checkCommand) checkTenant(ctx context.Context, settings config.Settings, collections []*collection.Collection) []check.Finding {
	needs := serve.Needs(settings, serve.Options{Collections: collections})
	var surveyed []check.Surveyed
	var findings []check.Finding
	switch {
	case len(settings.Issuers) == 0:
		findings = append(findings, check.Finding{Level: check.Warn, What: "tenant", Says: "no issuer is set, and postern serve needs one",
			Mend: "Set AUTH0_DOMAIN=your-tenant.eu.auth0.com, or POSTERN_ISSUER for any other OpenID Connect provider."})
	case c.Offline:
		findings = append(findings, check.Finding{Level: check.Info, What: "tenant", Says: "not asked, because of --offline"})
	default:
		surveyed = check.Survey(ctx, serve.Issuers(settings), nil)
	}
	for i, s := range surveyed {
		if len(s.Audiences) == 0 {
			findings = append(findings, check.Finding{Level: check.Warn, What: "tenant", Says: "no audience is set for " + s.URL + ", and postern serve needs one",
				Mend: "Set AUTH0_AUDIENCE to the identifier of the API in the tenant, to the letter."})
		}
		findings = append(findings, s.Tenant(settings.ClockSkew)...)
		findings = append(findings, s.Proofs(settings.Issuers[i].DPoP != "off", settings.PublicURL)...)
		findings = append(findings, s.Logouts(serve.LogoutClients(settings))...)
	}
	findings = append(findings, c.checkSessions(ctx, settings)...)
	return append(findings, check.Scopes(needs, surveyed)...)
}

// checkSessions tries out what browsers are to be signed in by.
func (c checkCommand) checkSessions(ctx context.Context, settings config.Settings) []check.Finding {
	if !settings.Session.On() || len(settings.Issuers) == 0 {
		return nil
	}
	s := check.Sessions{Issuer: settings.Issuers[0].URL, ClientID: settings.Session.ClientID, ClientSecret: settings.Session.ClientSecret,
		Callback: settings.PublicURL + "/auth/callback", Allowed: settings.Origins, Usable: settings.SessionOrigins()}
	if c.Offline {
		return s.Pages()
	}
	return s.Ask(ctx)
}

// pages are the origins of the addresses to be played.
func (c checkCommand) pages() ([]string, error) {
	for _, name := range c.Header {
		if !httpguts.ValidHeaderFieldName(name) {
			return nil, fmt.Errorf("--header %q is not the name of a header field", name)
		}
	}
	var pages []string
	for _, address := range c.Origin {
		page, err := origin.OfPage(address)
		if err != nil {
			return nil, fmt.Errorf("--origin: %w", err)
		}
		pages = append(pages, page)
	}
	return pages, nil
}

// pagesWithin bounds the play, which is over in a moment.
const pagesWithin = 10 * time.Second

// checkPages plays pages against the API as these settings make it. What stands
// in front of it, such as a proxy, is not in the play.
func (c checkCommand) checkPages(ctx context.Context, settings config.Settings, collections []*collection.Collection, pages []string) ([]check.Finding, error) {
	ctx, cancel := context.WithTimeout(ctx, pagesWithin)
	defer cancel()
	if len(pages) == 0 {
		pages = samplePages(settings.Origins)
	}
	if len(pages) == 0 {
		return []check.Finding{{Level: check.Info, What: "cors", Says: "no origin is allowed: pages of other origins may not call",
			Mend: "If one is to, set CLIENT_ORIGIN_URL=https://app.example.com"}}, nil
	}
	handler, end, err := serve.Rehearsal(ctx, withIssuer(settings), serve.Options{Collections: collections})
	if err != nil {
		return nil, fmt.Errorf("play pages: %w", err)
	}
	defer func() { _ = end() }()
	path := "http://api.invalid/api/v1/me"
	if len(collections) > 0 {
		path = "http://api.invalid/api/v1/" + collections[0].Name
	}
	var findings []check.Finding
	for _, origin := range pages {
		page := check.Page{Origin: origin, Allowed: settings.Origins, API: rehearse.InProcess{Handler: handler}}
		found, err := page.Play(ctx, check.Calls(path, c.Header))
		if err == nil && slices.Contains(settings.SessionOrigins(), origin) {
			var withCookies []check.Finding
			page.Cookies = true
			withCookies, err = page.Play(ctx, check.SessionCalls(path, middleware.CrossSiteHeader, c.Header))
			found = append(found, withCookies...)
		}
		if err != nil {
			return nil, err
		}
		findings = append(findings, found...)
	}
	return findings, nil
}

// samplePages are pages that should be let in.
func samplePages(allowed []string) []string {
	var pages []string
	for _, pattern := range allowed {
		pages = append(pages, strings.Replace(pattern, "*", "any-name", 1))
	}
	return pages
}

// withIssuer names an issuer where the settings do not: the API is not made
// without one, and pages are played whoever it is.
func withIssuer(settings config.Settings) config.Settings {
	issuers := append([]config.Issuer{}, settings.Issuers...)
	if len(issuers) == 0 {
		issuers = []config.Issuer{{URL: "https://issuer.invalid/"}}
	}
	for i := range issuers {
		if len(issuers[i].Audiences) == 0 {
			issuers[i].Audiences = []string{"https://api.invalid"}
		}
	}
	settings.Issuers = issuers
	return settings
}
