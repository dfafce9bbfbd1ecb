package auth_test

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/auth0/go-jwt-middleware/v2/validator"

	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/auth/authtest"
	"github.com/postern-dev/postern/seal"
)

// BenchmarkVerifyMiss measures tokens that are not remembered, beside what
// they cannot do without: the library's check, and the signature itself.
func BenchmarkVerifyMiss(b *testing.B) {
	issuer := authtest.NewIssuer(b)
	tokens := manyTokens(issuer, 512)
	b.Run("verifier", func(b *testing.B) {
		// One entry in each of the shards and generations: in turn none of
		// 512 tokens is remembered.
		verifier := newVerifier(b, auth.Config{CacheEntries: 1}, issuer)
		warm(b, verifier)
		verifyInTurn(b, verifier, tokens)
	})
	b.Run("library alone", func(b *testing.B) {
		public := issuer.Key().Private.Public()
		library, err := validator.New(
			func(context.Context) (any, error) { return public, nil },
			validator.RS256, issuer.URL(), []string{issuer.Audience()})
		if err != nil {
			b.Fatal(err)
		}
		ctx, n := b.Context(), 0
		b.ReportAllocs()
		for b.Loop() {
			if _, err := library.ValidateToken(ctx, tokens[n%len(tokens)]); err != nil {
				b.Fatal(err)
			}
			n++
		}
	})
	b.Run("signature alone", func(b *testing.B) {
		public := issuer.Key().Private.Public().(*rsa.PublicKey)
		last := strings.LastIndex(tokens[0], ".")
		sum := sha256.Sum256([]byte(tokens[0][:last]))
		signature, err := base64.RawURLEncoding.DecodeString(tokens[0][last+1:])
		if err != nil {
			b.Fatal(err)
		}
		b.ReportAllocs()
		for b.Loop() {
			if err := rsa.VerifyPKCS1v15(public, crypto.SHA256, sum[:], signature); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkVerifyHit measures tokens that are remembered.
func BenchmarkVerifyHit(b *testing.B) {
	issuer := authtest.NewIssuer(b, authtest.Algorithm("EdDSA")) // quick to sign; a hit verifies nothing
	for _, count := range []int{1, 10_000} {
		tokens := manyTokens(issuer, count)
		verifier := newVerifier(b, auth.Config{}, issuer)
		for _, token := range tokens {
			wantCode(b, verifier, token, "")
		}
		b.Run("tokens="+strconv.Itoa(count), func(b *testing.B) { verifyInTurn(b, verifier, tokens) })
		b.Run("parallel/tokens="+strconv.Itoa(count), func(b *testing.B) {
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for n := 0; pb.Next(); n++ {
					if _, err := verifier.Verify(b.Context(), tokens[n%len(tokens)]); err != nil {
						b.Error(err)
						return
					}
				}
			})
		})
	}
}

func manyTokens(issuer *authtest.Issuer, count int) []string {
	tokens := make([]string, count)
	for n := range tokens {
		tokens[n] = issuer.Token(map[string]any{"jti": strconv.Itoa(n), "permissions": []string{"read:notes", "write:notes"}})
	}
	return tokens
}

func verifyInTurn(b *testing.B, verifier *auth.Verifier, tokens []string) {
	b.Helper()
	ctx, n := b.Context(), 0
	b.ReportAllocs()
	for b.Loop() {
		if _, err := verifier.Verify(ctx, tokens[n%len(tokens)]); err != nil {
			b.Fatal(err)
		}
		n++
	}
}

// BenchmarkProof is what a bound token costs beside a bearer one that is known.
func BenchmarkProof(b *testing.B) {
	issuer := authtest.NewIssuer(b)
	sealer, err := seal.New(make([]byte, seal.SecretSize))
	if err != nil {
		b.Fatal(err)
	}
	verifier, err := auth.New(b.Context(), auth.Config{
		Issuers: []auth.Issuer{{URL: issuer.URL(), Audiences: []string{issuer.Audience()}, Proof: auth.ProofsAllowed}},
		Proofs:  auth.Proofs{Sealer: sealer},
	})
	if err != nil {
		b.Fatal(err)
	}
	const address = "https://api.example.com/api/v1/me"
	for _, algorithm := range []string{"ES256", "EdDSA", "RS256"} {
		b.Run(algorithm, func(b *testing.B) {
			h := authtest.NewHolder(algorithm)
			token := issuer.Token(h.Confirmation())
			credential := auth.Credential{Scheme: auth.DPoP, Token: token}
			b.ReportAllocs()
			for b.Loop() {
				b.StopTimer()
				request := auth.Request{Method: "GET", Target: address, Proofs: []string{h.Proof("GET", address, token, nil, nil)}}
				b.StartTimer()
				if _, _, err := verifier.VerifyRequest(b.Context(), credential, request); err != nil {
					var refusal *auth.Refusal
					if !errors.As(err, &refusal) || refusal.Code != auth.ProofsFull {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
