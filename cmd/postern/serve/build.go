// Package serve turns settings into a running server: it builds the verifier
// and the API, and stops them without cutting off a request. It is all that
// `postern serve` runs, and it cannot reach the development tenant.
package serve

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/postern-dev/postern"
	"github.com/postern-dev/postern/api"
	"github.com/postern-dev/postern/api/describe"
	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/collection/documents"
	"github.com/postern-dev/postern/config"
	"github.com/postern-dev/postern/middleware"
	"github.com/postern-dev/postern/origin"
	"github.com/postern-dev/postern/reference"
	"github.com/postern-dev/postern/seal"
	"github.com/postern-dev/postern/traces"
)

// Options are what a program that embeds the server may add.
type Options struct {
	// Explain puts values of token and configuration into refusals. It is for
	// development.
	Explain bool
	// Collections are those of the deployment; none opens no database.
	Collections []*collection.Collection
	// Seeds are documents for collections that are empty, by their name. They
	// are for development.
	Seeds map[string][]documents.Seed
	// Begin is called when all is ready, before the first answer; may be nil.
	Begin func() error
	// Wrap stands around the API, for development; may be nil.
	Wrap func(http.Handler) http.Handler
	// Standing, where set, learns which tokens the server knows to be called
	// back.
	Standing *Standing
	// Routes are further ones.
	Routes []api.Route
	// Clock tells the time by which tokens, proofs and sessions are judged; nil is
	// time.Now.
	Clock func() time.Time
	// Admin are the listeners at which the operator asks how the server is. It
	// answers there until the end; without one, nothing is measured. Run closes
	// them.
	Admin []net.Listener
	// watching is what measures; nil is nobody.
	watching *watching
	// tracer is what traces; nil is nobody.
	tracer *traces.Tracer
	// transport carries requests to the issuers; nil is a direct one.
	transport http.RoundTripper
}

// build returns the API that the settings ask for. Its keys are kept fresh
// until ctx ends.
func build(ctx context.Context, settings config.Settings, options Options, d data, log *slog.Logger) (*api.API, error) {
	gin.SetMode(gin.ReleaseMode)
	origins, err := origin.ParseList(settings.Origins)
	if err != nil {
		return nil, fmt.Errorf("read allowed origins: %w", err)
	}
	verification := verification(settings, options, log)
	if d.store != nil {
		verification.Kept = d.store
	}
	if verification.Proofs.Sealer, err = nonceSealer(d); err != nil {
		return nil, err
	}
	revoked := newRevoked(settings, d, log)
	verification.Revocations = revoked
	verifier, err := auth.New(ctx, verification)
	if err != nil {
		return nil, err
	}
	var issuers []string
	for _, issuer := range settings.Issuers {
		issuers = append(issuers, issuer.URL)
	}
	page, err := reference.New(reference.Config{
		ClientID: settings.DocsClientID, Issuer: settings.Issuers[0].URL, Audience: settings.Issuers[0].Audiences[0],
	})
	if err != nil {
		return nil, err
	}
	sessions, err := newSessions(ctx, settings, options, d, verifier, revoked, log)
	if err != nil {
		return nil, err
	}
	inHand := middleware.NewInHand(settings.MaxInFlight)
	a, err := api.New(api.Options{
		Observer:         options.watching.observer(),
		Tracer:           options.requestTracer(),
		LogoutClients:    LogoutClients(settings),
		Revoke:           revoked.logout,
		Spend:            d.spend(),
		Sessions:         sessions,
		Reference:        page,
		Verifier:         verifier,
		Log:              log,
		Origins:          origins,
		Issuers:          issuers,
		PublicURL:        settings.PublicURL,
		MaxBody:          settings.MaxBody,
		InHand:           inHand,
		MaxInHandEach:    settings.MaxInFlightEach,
		Timeout:          settings.RequestTimeout,
		RateLimit:        float64(settings.RateLimit),
		Servers:          d.servers,
		Writable:         d.writable,
		TrustedProxies:   settings.TrustedProxies,
		OpenAPI:          postern.OpenAPI,
		Documents:        d.documents,
		Feed:             d.feed,
		MaxFollowers:     settings.MaxFollowers,
		MaxFollowersEach: settings.MaxFollowersEach,
		Sealer:           d.sealer,
		Query:            queryLimits(settings),
		Renamed:          renamed(settings),
		Routes:           options.Routes,
	})
	if err != nil {
		return nil, err
	}
	revoked.list.Notify(a.EndRevoked)
	options.watching.attach(a, d, revoked)
	options.Standing.attach(revoked)
	go inHand.Watch(ctx, settings.MaxWait, log)
	return a, revoked.begin(ctx)
}

// Document describes what Run serves, and needs neither a database nor keys.
func Document(settings config.Settings, options Options) (describe.Document, error) {
	d := described(settings, options)
	d.OpenAPI, d.Query = postern.OpenAPI, queryLimits(settings)
	return api.Document(d)
}

// described are the options that make the same routes, and serve nothing.
func described(settings config.Settings, options Options) api.Options {
	d := api.Options{PublicURL: settings.PublicURL, Routes: options.Routes}
	if len(options.Collections) > 0 {
		d.Documents = documents.New(nil, options.Collections, documentLimits(settings))
	}
	return d
}

func verification(settings config.Settings, options Options, log *slog.Logger) auth.Config {
	config := auth.Config{
		Skew:         &settings.ClockSkew,
		MaxLifetime:  settings.MaxTokenLifetime,
		KeyLife:      settings.JWKSTTL,
		KeyMaxStale:  settings.JWKSMaxStale,
		CacheEntries: settings.TokenCache,
		Explain:      options.Explain,
		Transport:    options.transport,
		Log:          log,
		Clock:        options.Clock,
	}
	config.Proofs.AlwaysNonce = settings.DPoPNonce == "always"
	if settings.TokenCache == 0 {
		config.CacheEntries = -1
	}
	for _, issuer := range settings.Issuers {
		config.Issuers = append(config.Issuers, auth.Issuer{
			URL:        issuer.URL,
			Formerly:   issuer.Formerly,
			Audiences:  issuer.Audiences,
			Algorithms: issuer.Algorithms,
			KeySetURL:  issuer.JWKSURL,
			Proof:      proofMode(issuer.DPoP, settings.PublicURL),
		})
	}
	return config
}

// proofMode is off where nobody knows the address that proofs are made for.
func proofMode(dpop, publicURL string) auth.ProofMode {
	switch {
	case publicURL == "":
		return auth.ProofsOff
	case dpop == "allowed":
		return auth.ProofsAllowed
	case dpop == "required":
		return auth.ProofsRequired
	}
	return auth.ProofsOff
}

// nonceSealer makes nonces. Without a database each server has a secret of its
// own, and a client that meets another one is given a nonce of that.
func nonceSealer(d data) (*seal.Sealer, error) {
	if d.sealer != nil {
		return d.sealer, nil
	}
	secret := make([]byte, seal.SecretSize)
	rand.Read(secret) // never fails: it ends the program instead
	return seal.New(secret)
}
