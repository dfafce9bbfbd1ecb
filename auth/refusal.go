package auth

import (
	"fmt"
	"time"
)

// Code names the kind of a refusal. Codes are part of the public contract:
// they never change their meaning.
type Code string

// The codes of all refusals.
const (
	TokenMissing           Code = "token_missing"
	TokenMalformed         Code = "token_malformed"
	TokenOpaque            Code = "token_opaque"
	TokenEncrypted         Code = "token_encrypted"
	IDTokenSent            Code = "id_token_sent"
	TokenExpired           Code = "token_expired"
	TokenNotYetValid       Code = "token_not_yet_valid"
	TokenTooLarge          Code = "token_too_large"
	ClaimsInvalid          Code = "claims_invalid"
	CredentialsAmbiguous   Code = "credentials_ambiguous"
	TokenLifetimeTooLong   Code = "token_lifetime_too_long"
	IssuerUnknown          Code = "issuer_unknown"
	IssuerSlash            Code = "issuer_slash"
	AudienceWrong          Code = "audience_wrong"
	AlgorithmRefused       Code = "algorithm_refused"
	KeyUnknown             Code = "key_unknown"
	SignatureBad           Code = "signature_bad"
	TokenTypeRefused       Code = "token_type_refused"
	TokenSenderConstrained Code = "token_sender_constrained"
	ScopeMissing           Code = "scope_missing"
	PermissionMissing      Code = "permission_missing"
	KeysUnavailable        Code = "keys_unavailable"

	TokenRevoked               Code = "token_revoked"
	AuthenticationInsufficient Code = "insufficient_user_authentication"

	ProofRequired     Code = "proof_required"
	TokenUnbound      Code = "token_unbound"
	ProofMissing      Code = "proof_missing"
	ProofMalformed    Code = "proof_malformed"
	ProofKeyWrong     Code = "proof_key_wrong"
	ProofMismatch     Code = "proof_mismatch"
	ProofSignatureBad Code = "proof_signature_bad"
	ProofNonce        Code = "proof_nonce"
	ProofStale        Code = "proof_stale"
	ProofReplayed     Code = "proof_replayed"
	ProofsFull        Code = "proofs_full"
)

// Refusal is the error that says why a token, or the lack of one, does not
// open a door.
type Refusal struct {
	Code Code
	// Specific says what was found and what was expected, with values of the
	// token and of the configuration. It is filled only when
	// [Config.Explain] is set: in production those values belong to nobody
	// who cannot present a good token. Fixed texts may stand here always.
	Specific string
	// Scope is what the token would have to carry, for [ScopeMissing] and
	// [PermissionMissing].
	Scope string
	// RetryAfter is when asking again can help, for [KeysUnavailable] and
	// [ProofsFull]; zero for all others.
	RetryAfter time.Duration
	// ACR and MaxAge are how, and how long ago at most, the user has to have
	// signed in, for [AuthenticationInsufficient]; empty and zero where that
	// does not matter.
	ACR    string
	MaxAge time.Duration
	// Scheme is the one in which the credential should have come.
	Scheme Scheme
	// Nonce is what the client's next proof should carry; empty where it needs
	// none (RFC 9449, section 9).
	Nonce string

	cause error
}

// Error tells the code and, where known, the cause. It is for logs.
func (r *Refusal) Error() string {
	if r.cause != nil {
		return string(r.Code) + ": " + r.cause.Error()
	}
	return string(r.Code)
}

// Unwrap returns what led to the refusal, or nil.
func (r *Refusal) Unwrap() error { return r.cause }

// Reason returns the words for the refusal's code.
func (r *Refusal) Reason() Reason { return ReasonOf(r.Code) }

func refuse(code Code) *Refusal { return &Refusal{Code: code} }

// because keeps what led to the refusal for the log.
func (r *Refusal) because(cause error) *Refusal {
	r.cause = cause
	return r
}

// as names the scheme in which the client should come.
func (r *Refusal) as(scheme Scheme) *Refusal {
	r.Scheme = scheme
	return r
}

// becausef is because with a formatted text.
func (r *Refusal) becausef(format string, args ...any) *Refusal {
	return r.because(fmt.Errorf(format, args...))
}
