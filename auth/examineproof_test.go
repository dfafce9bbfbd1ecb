package auth_test

import (
	"testing"
	"time"

	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/auth/authtest"
	"github.com/postern-dev/postern/seal"
)

// TestAllThatIsWrongWithAProofIsFound has the verdict that a request meets, and
// all else that is wrong.
func TestAllThatIsWrongWithAProofIsFound(t *testing.T) {
	t.Parallel()
	issuer := authtest.NewIssuer(t)
	sealer, err := seal.New(make([]byte, seal.SecretSize))
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := auth.New(t.Context(), auth.Config{
		Issuers: []auth.Issuer{{URL: issuer.URL(), Audiences: []string{issuer.Audience()}, Proof: auth.ProofsAllowed}},
		Proofs:  auth.Proofs{Sealer: sealer},
	})
	if err != nil {
		t.Fatal(err)
	}
	const address = "https://api.example.com/notes"
	h, other := authtest.NewHolder("ES256"), authtest.NewHolder("ES256")
	bound, plain := issuer.Token(h.Confirmation()), issuer.Token(nil)
	proof := func(header, claims map[string]any) string { return h.Proof("GET", address, bound, header, claims) }
	one := func(name string, value any) map[string]any { return map[string]any{name: value} }
	type found map[string]auth.Code
	unread := func(code auth.Code) found {
		return found{"proof form": code, "proof key": "", "proof method": "", "proof address": "", "proof token": "", "proof signature": "", "proof time": ""}
	}
	for _, tt := range []struct {
		name, token string
		proofs      []string
		want        found
	}{
		{"a good one", bound, []string{proof(nil, nil)}, nil},
		{"none", bound, nil, unread(auth.ProofMissing)},
		{"two", bound, []string{proof(nil, nil), proof(nil, nil)}, unread(auth.ProofMalformed)},
		{"no proof at all", bound, []string{"x"}, unread(auth.ProofMalformed)},
		{"a private key", bound, []string{proof(one("jwk", map[string]any{"kty": "EC", "d": "AAAA"}), nil)}, unread(auth.ProofMalformed)},
		{"another method, address and token, long ago", bound,
			[]string{proof(nil, map[string]any{"htm": "POST", "htu": "https://api.example.com/tasks", "ath": "x", "iat": time.Now().Unix() - 3600})},
			found{"proof method": auth.ProofMismatch, "proof address": auth.ProofMismatch, "proof token": auth.ProofMismatch, "proof time": auth.ProofStale}},
		{"somebody else's, over another text", bound, []string{other.Proof("GET", address, bound, one("jwk", authtest.NewHolder("ES256").PublicKey()), nil)},
			found{"proof key": auth.ProofKeyWrong, "proof signature": auth.ProofSignatureBad}},
		{"a foreign nonce", bound, []string{proof(nil, one("nonce", "mine"))}, found{"proof time": auth.ProofNonce}},
		{"a token that is bound to nothing", plain, []string{h.Proof("GET", address, plain, nil, nil)}, found{"proof key": auth.TokenUnbound}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			request := auth.Request{Method: "GET", Target: address + "?q=1", Proofs: tt.proofs}
			e := verifier.Examine(t.Context(), tt.token)
			before := len(e.Findings)
			verifier.ExamineProof(e, tt.token, request)
			_, _, err := verifier.VerifyRequest(t.Context(), auth.Credential{Scheme: auth.DPoP, Token: tt.token}, request)
			if want := codeOf(t, err); e.Refusal == nil && want != "" || e.Refusal != nil && e.Refusal.Code != want {
				t.Errorf("Examine says %v, VerifyRequest %q", e.Refusal, want)
			}
			got := states(e)
			for _, f := range e.Findings[before:] {
				want, odd := tt.want[f.Check]
				switch {
				case f.Check == "proof replay":
					want = ""
				case !odd:
					want = "ok"
				}
				if got[f.Check] != want {
					t.Errorf("%s ended with %q, want %q", f.Check, got[f.Check], want)
				}
			}
			if n := len(e.Findings) - before; n != 8 {
				t.Errorf("%d checks are listed", n)
			}
		})
	}
	none := newVerifier(t, auth.Config{}, issuer)
	e := none.Examine(t.Context(), issuer.Token(nil))
	none.ExamineProof(e, issuer.Token(nil), auth.Request{Method: "GET", Target: address, Proofs: []string{proof(nil, nil)}})
	if e.Refusal == nil || e.Refusal.Code != auth.TokenSenderConstrained {
		t.Errorf("where no proofs are checked: %v", e.Refusal)
	}
}
