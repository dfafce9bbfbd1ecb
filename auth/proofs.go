package auth

import (
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"time"
)

// ProofMode says whether an issuer's tokens may, or must, be bound to a key of
// whoever sends them (DPoP, RFC 9449).
type ProofMode int

// The modes of an issuer.
const (
	// ProofsOff refuses bound tokens: nobody would check the proof.
	ProofsOff ProofMode = iota
	// ProofsAllowed takes bound tokens with their proof, and unbound ones as
	// bearer tokens.
	ProofsAllowed
	// ProofsRequired takes bound tokens only.
	ProofsRequired
)

// proofLife is how old a proof without a nonce may be. It was made for one
// request.
const proofLife = 60 * time.Second

// Proofs says how the verifier checks proofs of possession.
type Proofs struct {
	// Sealer makes the nonces. Servers of one deployment share its secret.
	Sealer Sealer
	// AlwaysNonce refuses each proof without a nonce of this server. Otherwise
	// one is asked for only where the proof's own time is not acceptable: the
	// client's clock may be wrong, and the nonce stands for the time then.
	AlwaysNonce bool
}

// Request is what a proof has to be made for.
type Request struct {
	// Method is that of the request.
	Method string
	// Target is the absolute address that the client calls; its query and
	// fragment do not count.
	Target string
	// Proofs are the values of the request's DPoP header fields.
	Proofs []string
}

// Proof is a proof that was accepted.
type Proof struct {
	// Key is the thumbprint of the key that made it (RFC 7638).
	Key [sha256.Size]byte
	// ID is its `jti`.
	ID string
	// Until is when it would not be accepted any more, whatever else.
	Until time.Time
	// Nonce is what the client's next proof should carry; empty where its
	// present one will do.
	Nonce string
}

// prover checks proofs.
type prover struct {
	nonces
	always bool
	skew   time.Duration
	memory *proofMemory
	tally  *proofTally
}

func newProver(config Config) *prover {
	bound := func(i Issuer) bool { return i.Proof != ProofsOff }
	if !slices.ContainsFunc(config.Issuers, bound) {
		return nil
	}
	return &prover{nonces: nonces{config.Proofs.Sealer}, always: config.Proofs.AlwaysNonce,
		skew: *config.Skew, memory: newProofMemory(maxProofs, proofShares), tally: newProofTally()}
}

// check does every check of RFC 9449, section 4.3, and takes note of the proof.
func (p *prover) check(request Request, token string, identity *Identity, now time.Time) (*Proof, *Refusal) {
	x := &proofExamination{prover: p, request: request, token: token, identity: identity, now: now}
	for _, check := range proofChecks() {
		if refusal := check.run(x); refusal != nil {
			p.tally.refused[refusal.Code].Add(1)
			return nil, refusal
		}
	}
	p.tally.accepted.Add(1)
	accepted := &Proof{Key: x.read.key.thumbprint, ID: x.read.id, Until: x.until}
	if x.renew {
		accepted.Nonce = p.next(now)
	}
	return accepted, nil
}

// checkTime tells until when the proof counts, and whether the client needs a
// newer nonce.
func (p *prover) checkTime(read *proof, now time.Time) (until time.Time, renew bool, refusal *Refusal) {
	if read.nonce != "" {
		made, good := p.madeAt(read.nonce, now, p.skew)
		if !good {
			return until, false, refuse(ProofNonce).becausef("the nonce is unknown or too old")
		}
		return made.Add(nonceLife), now.Sub(made) > nonceLife/2, nil
	}
	if p.always {
		return until, false, refuse(ProofNonce).becausef("there is no nonce")
	}
	at := time.Unix(read.issuedAt, 0)
	if at.Sub(now) > p.skew || now.Sub(at) > proofLife+p.skew {
		return until, false, refuse(ProofStale).becausef("iat differs by %v", now.Sub(at).Round(time.Second))
	}
	return at.Add(proofLife + p.skew), false, nil
}

// validThumbprint tells whether a `jkt` can be that of a key.
func validThumbprint(jkt string) bool {
	sum, err := strictBase64.DecodeString(jkt)
	return err == nil && len(sum) == sha256.Size && base64.RawURLEncoding.EncodeToString(sum) == jkt
}
