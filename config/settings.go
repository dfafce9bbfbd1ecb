// Package config knows what an operator can set, from where, and which values
// are sensible. It is the only package that is told about the environment and
// about postern.yaml. It knows nothing of HTTP, tokens or databases: it hands
// out one checked [Settings], or every mistake at once.
package config

import (
	"log/slog"
	"net/netip"
	"time"

	"github.com/postern-dev/postern/yamltree"
)

// Settings is what an operator decided, complete and within bounds. [Load]
// makes it; docs/settings.md lists where each field comes from.
type Settings struct {
	// Issuers are the trusted issuers, in the order given. None where nobody
	// named one: only serve insists, by [Settings.CheckForServe].
	Issuers []Issuer
	// Audiences are accepted from each issuer that names none of its own.
	Audiences []string
	// Algorithms are accepted from each issuer that names none of its own.
	Algorithms []string
	// DPoP is "off", "allowed" or "required", for each issuer that does not say.
	DPoP string
	// LogoutClients are the client ids for which logout tokens are taken.
	LogoutClients []string
	// DPoPNonce is "needed" or "always".
	DPoPNonce string

	// Origins are the allowed browser origins; each passed [CheckOrigin].
	Origins []string
	// Addr is where to listen, as host:port; port 0 asks for any free one.
	Addr string
	// AdminAddr is where the operator asks how the server is, as host:port;
	// "auto" or "off".
	AdminAddr string
	// PublicURL is the address clients use, without a slash at its end, or "".
	PublicURL string

	// DocsClientID is the client by which the page /docs signs in, or "".
	DocsClientID string
	// JWKSTTL is the life of fetched keys where the issuer gives none, 1m to 24h.
	JWKSTTL time.Duration
	// JWKSMaxStale is how long the last good keys count while no fetch
	// succeeds, 10m to 7d and never less than JWKSTTL.
	JWKSMaxStale time.Duration
	// ClockSkew is how far an issuer's clock may differ, 0 to 5m.
	ClockSkew time.Duration
	// MaxTokenLifetime bounds the time from iat to exp, up to 365d; 0 = no bound.
	MaxTokenLifetime time.Duration
	// TokenCache is how many verified tokens are remembered, up to 5,000,000; 0 = none.
	TokenCache int

	// RateLimit is requests a second for one subject, up to 1,000,000; 0 = no limit.
	RateLimit int
	// TrustedProxies are the peers whose word about the client's address is
	// taken, masked to their prefix. Never everyone.
	TrustedProxies []netip.Prefix
	// MaxBody is the largest request body in bytes, 1 KiB to 64 MiB.
	MaxBody int64
	// MaxInFlight is how many requests are served at once, 1 to 100,000.
	MaxInFlight int
	// MaxInFlightEach is how many of them may be of one subject, or of one
	// address, 0 to 100,000; 0, or no RateLimit, bounds nothing.
	MaxInFlightEach int
	// MaxWait is how long requests may wait for the processor until most are
	// refused, at most 10s; 0 is for ever.
	MaxWait time.Duration
	// RequestTimeout is how long one request may take, 1s to 5m.
	RequestTimeout time.Duration
	// DrainDelay is how long answers say "Connection: close" before the
	// listener closes, 0 to 1m.
	DrainDelay time.Duration
	// DrainLimit is how long requests may run on after that, 1s to 10m.
	DrainLimit time.Duration

	// DatabaseURL is where documents are kept: sqlite:path or postgres://….
	DatabaseURL string
	// Durability is "full" or "normal".
	Durability string
	// MaxDocument is the largest document in bytes, 1 KiB to 16 MiB.
	MaxDocument int64
	// DocumentCache is about how many bytes of memory documents take that are
	// kept at hand, up to 64 GiB; 0 = none. It is for SQLite.
	DocumentCache int64
	// MaxBatch is how many writes one batch may have, 1 to 10,000.
	MaxBatch int
	// PageSize is how many documents a page has by default, MaxPage how many
	// at most, both 1 to 10,000.
	PageSize, MaxPage int
	// MaxFilters is how many filters a list may have, MaxIn how many values
	// one in.
	MaxFilters, MaxIn int
	// MaxScan is how many documents a list may look at without an index.
	MaxScan int
	// MaxFollowers is how many clients may follow changes at once, 1 to
	// 1,000,000.
	MaxFollowers int
	// MaxFollowersEach is how many of them may be of one subject; 0 bounds
	// nothing.
	MaxFollowersEach int
	// KeepChanges is how many changes are kept, 100 to 1,000,000,000, and
	// KeepChangesFor for how long, a minute to 10,000 hours.
	KeepChanges    int
	KeepChangesFor time.Duration
	// KeepAnswers is for how long answers to writes with an Idempotency-Key are
	// kept, a minute to 10,000 hours.
	KeepAnswers time.Duration

	// Session is how browsers are signed in; the zero Session is not at all.
	Session Session

	// LogLevel is the least important level that is logged.
	LogLevel slog.Level
	// LogFormat is "json" or "text".
	LogFormat string
	// OTLPEndpoint is the address of a collector of traces, or "".
	OTLPEndpoint string
	// TracePercent is how many requests of a hundred are traced, 0 to 100.
	TracePercent int

	// Collections and Tests are those keys of the file as they stand there, for
	// package collection/declare to judge; zero where the file has none.
	Collections yamltree.Node
	Tests       yamltree.Node
	// File is the settings file, where it has one of those keys; else "". The
	// schemas that Collections names are in its folder.
	File string

	// Ignored are the places (AUTH0_DOMAIN, postern.yaml:3) of the values that
	// were left unread because of [Sources.Ignore].
	Ignored []string
}

// Issuer is one trusted issuer, with everything it inherits filled in.
type Issuer struct {
	// URL is compared with a token's iss byte for byte: the slash at its end matters.
	URL string
	// Audiences are accepted in its tokens. Empty where nobody named any.
	Audiences []string
	// Algorithms are accepted in its tokens, such as RS256.
	Algorithms []string
	// JWKSURL is where its keys are; "" = found by discovery.
	JWKSURL string
	// Formerly are the issuer URLs it had before, say before a custom domain.
	Formerly []string
	// DPoP is "off", "allowed" or "required".
	DPoP string
}
