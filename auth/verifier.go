package auth

import (
	"context"
	"crypto/sha256"
	"fmt"
	"math"
	"slices"
	"sync/atomic"
	"time"
	"unsafe"

	"github.com/auth0/go-jwt-middleware/v2/validator"
	"golang.org/x/time/rate"
)

// Verifier decides on access tokens. It is safe for concurrent use.
type Verifier struct {
	config  Config
	issuers map[string]*issuer // by each value of iss that means it
	stores  []*keyStore
	cache   *tokenCache
	prover  *prover // nil where no issuer's tokens may be bound
}

// issuer is a configured issuer under one of its names.
type issuer struct {
	name       string
	audiences  []string
	validators map[string]*validator.Validator // by algorithm
	keys       *keyStore
	proof      ProofMode
	latest     atomic.Pointer[Identity]
}

// share has the identity use the name of the issuer, which is that of the token,
// and the lists of the latest one where they are the same, as they are for most
// users of an application: a list a token would be a good part of what is
// remembered.
func (i *issuer) share(id *Identity) {
	id.Issuer = i.name
	if latest := i.latest.Load(); latest != nil {
		id.Audience = sameOr(latest.Audience, id.Audience)
		id.Scopes = sameOr(latest.Scopes, id.Scopes)
		id.Permissions = sameOr(latest.Permissions, id.Permissions)
	}
	i.latest.Store(id)
}

// sameOr returns latest where the list has the same in it.
func sameOr(latest, list []string) []string {
	if slices.Equal(latest, list) {
		return latest
	}
	return list
}

// New returns a verifier that fetches its issuers' keys at once, without
// waiting for them, and keeps them fresh until ctx ends. It reports all
// mistakes of the configuration together.
func New(ctx context.Context, config Config) (*Verifier, error) {
	config, err := config.withDefaults()
	if err != nil {
		return nil, fmt.Errorf("configure token verification: %w", err)
	}
	v := &Verifier{
		config:  config,
		issuers: map[string]*issuer{},
		cache:   newTokenCache(config.CacheEntries),
		prover:  newProver(config),
	}
	for _, declared := range config.Issuers {
		store := newKeyStore(ctx, config, declared)
		v.stores = append(v.stores, store)
		for _, name := range declared.names() {
			if v.issuers[name], err = newIssuer(name, declared, store); err != nil {
				return nil, fmt.Errorf("configure issuer %s: %w", name, err)
			}
		}
	}
	for _, store := range v.stores {
		store.begin()
	}
	return v, nil
}

func newKeyStore(ctx context.Context, config Config, declared Issuer) *keyStore {
	return &keyStore{
		source:   newKeySource(declared.URL, declared.KeySetURL, config.Transport),
		kept:     config.Kept,
		life:     config.KeyLife,
		maxStale: config.KeyMaxStale,
		now:      config.Clock,
		log:      config.Log,
		ctx:      ctx,
		settled:  make(chan struct{}),
		bucket:   rate.NewLimiter(rate.Every(refetchEvery), refetchBurst),
	}
}

// candidate is the context key under which a validator finds the one key to
// verify with.
type candidate struct{}

// noLeeway is so wide that the library's own look at the clock never decides:
// it cannot be given another clock. Our checks judge the times.
const noLeeway = math.MaxInt64 / 2 * time.Nanosecond

func newIssuer(name string, declared Issuer, store *keyStore) (*issuer, error) {
	i := &issuer{name: name, audiences: declared.Audiences, validators: map[string]*validator.Validator{}, keys: store, proof: declared.Proof}
	for _, algorithm := range declared.algorithms() {
		v, err := validator.New(
			func(ctx context.Context) (any, error) { return ctx.Value(candidate{}), nil },
			validator.SignatureAlgorithm(algorithm), name, declared.Audiences,
			validator.WithAllowedClockSkew(noLeeway),
			validator.WithCustomClaims(func() validator.CustomClaims { return &verifiedClaims{} }),
		)
		if err != nil {
			return nil, err
		}
		i.validators[algorithm] = v
	}
	return i, nil
}

// Verify returns whom a bearer token speaks for, or a [*Refusal]. It waits, at
// most until ctx ends, only for keys that it does not have. A token that is
// bound to a key is refused: see [Verifier.VerifyRequest].
func (v *Verifier) Verify(ctx context.Context, token string) (*Identity, error) {
	identity, err := v.Standing(ctx, token)
	if err == nil && identity.Thumbprint != "" {
		return nil, refuse(TokenSenderConstrained).becausef("a bound token came as a bearer token").as(DPoP)
	}
	return identity, err
}

// Standing returns whom a token speaks for, whoever sends it, or a [*Refusal].
// It is for answers that go on: the request that began them brought the token
// in the right way, and this tells whether it would still be accepted.
func (v *Verifier) Standing(ctx context.Context, token string) (*Identity, error) {
	if len(token) > MaxTokenSize {
		return nil, refuse(TokenTooLarge).becausef("%d bytes", len(token))
	}
	now := v.config.Clock()
	// Sum256 only reads; a copy of the token would be the only allocation.
	sum := tokenSum(sha256.Sum256(unsafe.Slice(unsafe.StringData(token), len(token))))
	known := v.cache.get(sum)
	good := known != nil && known.good(now)
	v.cache.shard(sum).looks.count(good)
	if good {
		return v.unlessRevoked(known.identity)
	}
	if known != nil {
		v.cache.forget(sum)
	}
	x := &examination{verifier: v, token: token, now: now}
	if refusal := x.run(ctx); refusal != nil {
		return nil, refusal
	}
	known = x.remember()
	v.cache.put(sum, known)
	return v.unlessRevoked(known.identity)
}

// unlessRevoked is asked last, of tokens that are good but for that.
func (v *Verifier) unlessRevoked(id *Identity) (*Identity, error) {
	if v.config.Revocations != nil && v.config.Revocations.Revoked(id) {
		return nil, refuse(TokenRevoked)
	}
	return id, nil
}

// Settled tells whether the first fetch of every issuer's keys has ended, well
// or badly.
func (v *Verifier) Settled() bool {
	for _, store := range v.stores {
		select {
		case <-store.settled:
		default:
			return false
		}
	}
	return true
}

// Fresh tells whether every issuer's keys are there and their last fetch went
// well. Where they are not, good tokens may still be accepted with older keys.
func (v *Verifier) Fresh() bool {
	for _, store := range v.stores {
		if !store.fresh() {
			return false
		}
	}
	return true
}
