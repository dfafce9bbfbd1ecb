package auth

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"time"
)

// Defaults of a [Config].
const (
	DefaultSkew         = 30 * time.Second
	DefaultKeyLife      = 10 * time.Minute
	DefaultKeyMaxStale  = 24 * time.Hour
	DefaultCacheEntries = 20_000
)

// Config says which tokens a [Verifier] accepts. Issuers is required; the zero
// value of everything else is a safe default.
type Config struct {
	// Issuers are those whose tokens are accepted; at least one.
	Issuers []Issuer
	// Skew is how far the clocks of issuer and server may differ; from 0 to
	// 5 minutes. Nil means DefaultSkew.
	Skew *time.Duration
	// MaxLifetime bounds exp minus iat; 0 means no bound. Tokens without iat
	// are refused when it is set.
	MaxLifetime time.Duration
	// KeyLife is how long a key set is fresh where the issuer gives no
	// max-age; 0 means DefaultKeyLife.
	KeyLife time.Duration
	// KeyMaxStale is how long the last good key set serves while the issuer
	// cannot be reached; 0 means DefaultKeyMaxStale.
	KeyMaxStale time.Duration
	// CacheEntries is how many verified tokens in turn are remembered. An
	// entry takes about 1.2 KiB and at most 2.5 times as many are held. 0 means
	// DefaultCacheEntries, a negative number remembers none.
	CacheEntries int
	// Explain fills [Refusal.Specific] with values of token and
	// configuration. It is meant for development.
	Explain bool
	// Proofs says how proofs of possession are checked; its Sealer is required
	// where an issuer's tokens may be bound.
	Proofs Proofs
	// Revocations, where set, knows which tokens count no more.
	Revocations Revocations
	// Kept, where set, keeps key sets across restarts.
	Kept KeptKeySets
	// Transport carries the requests to the issuers; nil means a direct one
	// that uses no proxy.
	Transport http.RoundTripper
	// Clock tells the time by which tokens are judged; nil means time.Now.
	Clock func() time.Time
	// Log takes what happens to key sets; nil means none.
	Log *slog.Logger
}

// Revocations knows which tokens were called back before their end.
type Revocations interface {
	// Revoked is asked at each request, for tokens that are remembered as well.
	// It must be quick and safe for concurrent use.
	Revoked(id *Identity) bool
}

// Issuer is one authorization server whose tokens are accepted.
type Issuer struct {
	// URL is compared with the token's `iss` to the letter. https, or http on
	// loopback.
	URL string
	// Formerly are further values of `iss` that mean the same issuer and the
	// same keys, while a custom domain moves.
	Formerly []string
	// Audiences are the identifiers of this API; a token needs one of them.
	Audiences []string
	// Algorithms are the accepted signature algorithms, out of [Algorithms];
	// empty means RS256.
	Algorithms []string
	// KeySetURL is where the keys are; empty means that discovery tells.
	KeySetURL string
	// Proof says whether tokens may or must be bound to a key.
	Proof ProofMode
}

// withDefaults checks the configuration whole and returns it completed.
func (c Config) withDefaults() (Config, error) {
	if c.Skew == nil {
		skew := DefaultSkew
		c.Skew = &skew
	}
	c.KeyLife = orDefault(c.KeyLife, DefaultKeyLife)
	c.KeyMaxStale = orDefault(c.KeyMaxStale, DefaultKeyMaxStale)
	c.CacheEntries = max(orDefault(c.CacheEntries, DefaultCacheEntries), 0)
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	var mistakes []error
	if *c.Skew < 0 || *c.Skew > 5*time.Minute {
		mistakes = append(mistakes, fmt.Errorf("skew %v is not between 0 and 5 minutes", *c.Skew))
	}
	if c.KeyLife < 0 || c.KeyMaxStale < 0 || c.MaxLifetime < 0 {
		mistakes = append(mistakes, errors.New("a duration is negative"))
	}
	if len(c.Issuers) == 0 {
		mistakes = append(mistakes, errors.New("no issuer is configured"))
	}
	names := map[string]bool{}
	for i, issuer := range c.Issuers {
		for _, name := range issuer.names() {
			if names[name] {
				mistakes = append(mistakes, fmt.Errorf("issuer %q is configured twice", name))
			}
			names[name] = true
		}
		if issuer.Proof != ProofsOff && c.Proofs.Sealer == nil {
			mistakes = append(mistakes, fmt.Errorf("issuer %d: proofs need a sealer for nonces", i+1))
		}
		if err := issuer.check(); err != nil {
			mistakes = append(mistakes, fmt.Errorf("issuer %d: %w", i+1, err))
		}
	}
	return c, errors.Join(mistakes...)
}

func orDefault[T comparable](value, fallback T) T {
	var zero T
	if value == zero {
		return fallback
	}
	return value
}

// names are the values of `iss` that mean this issuer.
func (i Issuer) names() []string { return append([]string{i.URL}, i.Formerly...) }

func (i Issuer) algorithms() []string {
	if len(i.Algorithms) == 0 {
		return []string{"RS256"}
	}
	return i.Algorithms
}

func (i Issuer) check() error {
	var mistakes []error
	for _, name := range i.names() {
		if err := checkIssuerURL(name); err != nil {
			mistakes = append(mistakes, err)
		}
	}
	if i.KeySetURL != "" {
		mistakes = append(mistakes, checkKeyAddress(i.KeySetURL, i.URL))
	}
	if len(i.Audiences) == 0 {
		mistakes = append(mistakes, errors.New("no audience is configured"))
	}
	for _, audience := range i.Audiences {
		if audience == "" {
			mistakes = append(mistakes, errors.New("an audience is empty"))
		}
	}
	for _, algorithm := range i.Algorithms {
		if !knownAlgorithm(algorithm) {
			mistakes = append(mistakes, fmt.Errorf("algorithm %q is not one of %v", algorithm, Algorithms()))
		}
	}
	return errors.Join(mistakes...)
}

func checkIssuerURL(name string) error {
	u, err := url.Parse(name)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" {
		return fmt.Errorf("issuer %q is not a plain URL such as https://tenant.eu.auth0.com/", name)
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !loopback(name)) {
		return fmt.Errorf("issuer %q is not https", name)
	}
	return nil
}
