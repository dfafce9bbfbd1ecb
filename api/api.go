// Package api is the HTTP surface of Postern: the table of routes, their
// handlers, the forms in which answers travel. It knows no SQL.
package api

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/collection/documents"
	"github.com/postern-dev/postern/collection/feed"
	"github.com/postern-dev/postern/collection/query"
	"github.com/postern-dev/postern/middleware"
	"github.com/postern-dev/postern/origin"
	"github.com/postern-dev/postern/reference"
	"github.com/postern-dev/postern/seal"
)

// Options are what an [API] is made of. Verifier, Log and InHand are required.
type Options struct {
	Verifier *auth.Verifier
	Log      *slog.Logger
	// Origins are the browser origins that may read answers.
	Origins origin.List
	// Issuers are named to clients as those whose tokens are accepted.
	Issuers []string
	// PublicURL is the address that clients use, without a slash at the end;
	// empty leaves out what needs it.
	PublicURL string
	// MaxBody bounds request bodies, in bytes.
	MaxBody int64
	// InHand bounds the requests in hand at once. Required.
	InHand *middleware.InHand
	// MaxInHandEach bounds those of one caller, where there is a RateLimit; 0
	// does not.
	MaxInHandEach int
	// Timeout bounds the handling of one request.
	Timeout time.Duration
	// RateLimit is the requests a second of one subject; 0 is no limit.
	RateLimit float64
	// Servers tells among how many servers that limit is divided; nil is this
	// one alone.
	Servers func() int
	// Writable tells whether the database takes writes; nil is always.
	Writable func() bool
	// TrustedProxies are those whose X-Forwarded-For is believed.
	TrustedProxies []netip.Prefix
	// OpenAPI is the document that describes the fixed routes, in YAML; the
	// collections are described beside them.
	OpenAPI []byte
	// Reference is the page below /docs; nil is none.
	Reference *reference.Page
	// Documents are the collections; nil is none.
	Documents *documents.Service
	// Feed tells what happens to documents; required with Documents.
	// MaxFollowers bounds those who follow at once, MaxFollowersEach those of
	// one caller; 0 does not.
	Feed                           *feed.Hub
	MaxFollowers, MaxFollowersEach int
	// Sealer makes cursors opaque; required with Documents.
	Sealer *seal.Sealer
	// Query bounds what a list may ask for and cost.
	Query query.Limits
	// Renamed are former issuers, and the names by which their subjects go
	// on.
	Renamed map[string]string
	// LogoutClients are those for which logout tokens are taken; none refuses
	// all of them. Revoke calls tokens back, and returns when that is durable;
	// required where there are some.
	LogoutClients []string
	Revoke        func(context.Context, *auth.Logout) error
	// Observer, where set, is told of each request.
	Observer middleware.Observer
	// Tracer, where set, traces each request.
	Tracer middleware.Tracer
	// Spend takes note of a proof where all servers see it, as the transaction of
	// a write does; nil leaves it to those and to each server's memory. Its errors
	// are those of [collection.Tx].
	Spend func(context.Context, *collection.Proof) error
	// Sessions sign browsers in; nil is without.
	Sessions *Sessions
	// Routes are further ones, of a program that embeds this API.
	Routes []Route
}

// API answers HTTP requests. It is safe for concurrent use.
type API struct {
	Options
	json, yaml []byte // the OpenAPI document of this deployment
	draining   atomic.Bool
	streams    sync.WaitGroup
	handler    http.Handler
	outgoing   outgoing
	following  following
	guests
}

// New builds the API. It refuses a table with a route that does not say who
// may call it.
func New(options Options) (*API, error) {
	a := &API{Options: options}
	document, err := Document(options)
	if err != nil {
		return nil, err
	}
	a.json, a.yaml = document.JSON(), document.YAML()
	if a.handler, err = a.engine(); err != nil {
		return nil, err
	}
	return a, nil
}

// ServeHTTP answers a request.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.handler.ServeHTTP(&farewell{w, &a.draining}, r)
}

// Drain makes readiness fail and ends each connection with its next answer,
// so that clients and balancers leave on their own before the server stops.
func (a *API) Drain() {
	a.draining.Store(true)
	if a.Feed != nil {
		a.Feed.Close()
	}
}

// Wait returns when all streams have ended, which Drain makes them do, or when
// ctx ends, with its error. No request is in hand any more when it is called:
// a server that shuts down knows nothing of streams.
func (a *API) Wait(ctx context.Context) error {
	ended := make(chan struct{})
	go func() { defer close(ended); a.streams.Wait() }()
	select {
	case <-ended:
	case <-ctx.Done():
		return ctx.Err()
	}
	if a.Sessions == nil {
		return nil
	}
	return a.Sessions.Service.Wait(ctx)
}

// engine puts the routes behind the middleware that all of them share.
func (a *API) engine() (*gin.Engine, error) {
	e, err := a.bare()
	if err != nil {
		return nil, err
	}
	e.NoRoute(middleware.Handle(a.notFound))
	e.NoMethod(middleware.Handle(a.methodNotAllowed))
	return e, a.mount(e)
}

// bare has the middleware and no routes.
func (a *API) bare() (*gin.Engine, error) {
	e := gin.New()
	// A redirect would be an answer without CORS headers.
	e.RedirectTrailingSlash = false
	e.RedirectFixedPath = false
	e.HandleMethodNotAllowed = true
	e.RemoteIPHeaders = []string{"X-Forwarded-For"}
	if err := e.SetTrustedProxies(proxies(a.TrustedProxies)); err != nil {
		return nil, fmt.Errorf("trust proxies: %w", err)
	}
	if a.Observer != nil {
		e.Use(middleware.Observe(a.Observer))
	}
	if a.Tracer != nil {
		trace := middleware.Trace(a.Tracer)
		e.Use(func(c *gin.Context) {
			if !probe(c.FullPath()) { // they come every few seconds, and tell nothing
				trace(c)
			}
		})
	}
	e.Use(
		middleware.Linger(),
		middleware.RequestID(),
		middleware.Log(a.Log),
		middleware.Recover(a.Log),
		middleware.SecurityHeaders(strings.HasPrefix(a.PublicURL, "https://")),
		// Before CORS, which answers preflights itself.
		middleware.CloseOddConnections(),
		middleware.CORS(a.Origins, a.Sessions.origins()...),
		sampleContract,
		middleware.LimitSize(a.MaxBody),
	)
	return e, nil
}

func proxies(prefixes []netip.Prefix) []string {
	var list []string
	for _, prefix := range prefixes {
		list = append(list, prefix.String())
	}
	return list
}

// metadataPath is where the metadata of this API stands: the path of the
// public URL comes after the well-known part (RFC 9728, section 3.1).
func (a *API) metadataPath() string {
	public, err := url.Parse(a.PublicURL)
	if err != nil {
		return wellKnown
	}
	return wellKnown + strings.TrimSuffix(public.Path, "/")
}

// metadataURL is the absolute address of the metadata, or empty.
func (a *API) metadataURL() string {
	public, err := url.Parse(a.PublicURL)
	if err != nil || public.Host == "" {
		return ""
	}
	return public.Scheme + "://" + public.Host + a.metadataPath()
}
