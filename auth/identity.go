package auth

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"
)

// Identity is whom a verified access token speaks for, and what it may do. It
// is shared between requests: read it, never change it.
type Identity struct {
	// Issuer is the token's `iss`, to the letter. Subjects of different
	// issuers are different people, whatever their names.
	Issuer string
	// Subject is the token's `sub`; never empty.
	Subject string
	// ClientID is the application that asked for the token (`azp` or
	// `client_id`); may be empty.
	ClientID string
	// Audience is the token's `aud`.
	Audience []string
	// Scopes are those of `scope` and `scp`.
	Scopes []string
	// Permissions are those of `permissions`, which Auth0 fills from the
	// user's roles.
	Permissions []string
	// Expiry is when the token ends.
	Expiry time.Time
	// IssuedAt is the token's `iat`; zero where it has none.
	IssuedAt time.Time
	// AuthTime is when the user signed in (`auth_time`), ACR how (`acr`, the
	// authentication context class); zero and empty where the token does not
	// say.
	AuthTime time.Time
	ACR      string
	// SessionID is the token's `sid` and TokenID its `jti`; empty where it has
	// none.
	SessionID, TokenID string
	// Thumbprint is that of the key the token is bound to, in base64url (RFC
	// 9449, section 6.1); empty where it is bound to none.
	Thumbprint string

	key  string
	hash string
}

// Key names the subject among those of all issuers.
func (id *Identity) Key() string { return id.key }

// Hash is a short name for the subject that logs can carry without telling who
// it is: the first 12 hex digits of the SHA-256 of Key.
func (id *Identity) Hash() string { return id.hash }

// named completes an identity by what is worked out once a token.
func (id *Identity) named() *Identity {
	id.key = id.Issuer + "\x00" + id.Subject
	id.Subject = id.key[len(id.Issuer)+1:] // one text is enough
	sum := sha256.Sum256([]byte(id.key))
	id.hash = hex.EncodeToString(sum[:6])
	return id
}

// HasScope tells whether the token carries the scope, in `scope` or `scp`
// only.
func (id *Identity) HasScope(scope string) bool { return slices.Contains(id.Scopes, scope) }

// HasPermission tells whether the token carries the permission, in
// `permissions` only.
func (id *Identity) HasPermission(permission string) bool {
	return slices.Contains(id.Permissions, permission)
}

// RequireScope returns nil, or a refusal with [ScopeMissing].
func (id *Identity) RequireScope(scope string) *Refusal {
	if id.HasScope(scope) {
		return nil
	}
	r := refuse(ScopeMissing)
	r.Scope = scope
	return r
}

// RequireProof returns nil for a token that is bound to a key, whose sender has
// then proved to hold it, or a refusal with [ProofRequired].
func (id *Identity) RequireProof() *Refusal {
	if id.Thumbprint != "" {
		return nil
	}
	return refuse(ProofRequired).as(DPoP)
}

// RequireLogin returns nil, or a refusal with [AuthenticationInsufficient] (RFC
// 9470): where acr is not empty the user has to have signed in that way, and
// where maxAge is not zero no longer ago than that. Nobody knows of a token
// that does not say, so it is refused.
func (id *Identity) RequireLogin(acr string, maxAge time.Duration) *Refusal {
	good := acr == "" || id.ACR == acr
	if good && (maxAge == 0 || !id.AuthTime.IsZero() && time.Since(id.AuthTime) <= maxAge) {
		return nil
	}
	r := refuse(AuthenticationInsufficient)
	r.ACR, r.MaxAge = acr, maxAge
	return r
}

// RequirePermission returns nil, or a refusal with [PermissionMissing].
func (id *Identity) RequirePermission(permission string) *Refusal {
	if id.HasPermission(permission) {
		return nil
	}
	r := refuse(PermissionMissing)
	r.Scope = permission
	return r
}
