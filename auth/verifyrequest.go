package auth

import (
	"context"
	"errors"
)

// VerifyRequest returns whom the credential of a request speaks for, or a
// [*Refusal]. A token that is bound to a key needs a proof made for this
// request, which is returned; it is nil for a bearer token. It waits as
// [Verifier.Verify] does.
func (v *Verifier) VerifyRequest(ctx context.Context, credential Credential, request Request) (*Identity, *Proof, error) {
	if credential.Scheme == Bearer {
		identity, err := v.Verify(ctx, credential.Token)
		return identity, nil, err
	}
	if v.prover == nil {
		return nil, nil, refuse(TokenSenderConstrained).becausef("the scheme is DPoP, and no issuer's tokens may be bound")
	}
	identity, err := v.Standing(ctx, credential.Token)
	if err != nil {
		return nil, nil, inScheme(err)
	}
	if identity.Thumbprint == "" {
		return nil, nil, refuse(TokenUnbound)
	}
	proof, refusal := v.prover.check(request, credential.Token, identity, v.config.Clock())
	if refusal != nil {
		if v.config.Explain && refusal.cause != nil {
			refusal.Specific = "Found: " + refusal.cause.Error() + "."
		}
		return nil, nil, refusal.as(DPoP)
	}
	return identity, proof, nil
}

// inScheme says of a refused token that it may come again as it came.
func inScheme(err error) error {
	var refusal *Refusal
	if errors.As(err, &refusal) {
		return refusal.as(DPoP)
	}
	return err
}

// TakesProofs tells whether tokens of some issuer may be bound to a key.
func (v *Verifier) TakesProofs() bool { return v.prover != nil }
