package explain_test

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/auth/authtest"
	"github.com/postern-dev/postern/explain"
	"github.com/postern-dev/postern/seal"
)

// FuzzProof reads any bytes as the proof of a request, or as what a holder's key
// signs, and holds the verdict against that of a server. Nothing but plain text
// may be shown.
func FuzzProof(f *testing.F) {
	issuer, h := authtest.Start(), authtest.NewHolder("ES256")
	f.Cleanup(issuer.Close)
	d, now := proving(f, issuer)
	const address = "https://api.example.com/notes"
	token := issuer.Token(h.Confirmation())
	good := h.Proof("GET", address, token, nil, map[string]any{"iat": now.Unix()})
	if r := d.Request(f.Context(), token, &auth.Request{Method: "GET", Target: address, Proofs: []string{good}}); r.Verdict != explain.Accepted {
		f.Fatalf("a good proof is %s: %s", r.Verdict, r.Says)
	}
	header, claims := proofOf(f, good)
	for _, changed := range []string{claims, strings.Replace(claims, `"GET"`, `"get"`, 1), strings.Replace(claims, "/notes", "/notes?a#b", 1), strings.Replace(claims, `"iat":`, `"nonce":"\u001b[2J","iat":`, 1),
		strings.Replace(claims, `"iat":`, `"iat":-`, 1), strings.Replace(claims, `"jti"`, `"JTI"`, 1), "{}", "[", ""} {
		f.Add(header, changed, true)
	}
	f.Add(strings.Replace(header, `"kty"`, `"d":"\u0007","kty"`, 1), claims, true)
	f.Add("a.b.c", "", false)
	f.Add(good+"x", "", false)
	f.Fuzz(func(t *testing.T, proof, claims string, signed bool) {
		if signed {
			proof = h.SignRaw([]byte(proof), []byte(claims))
		}
		request := auth.Request{Method: "GET", Target: address, Proofs: []string{proof}}
		r := d.Request(t.Context(), token, &request)
		_, _, err := d.Verifier.VerifyRequest(t.Context(), auth.Credential{Scheme: auth.DPoP, Token: token}, request)
		var want auth.Code
		if refusal, ok := errors.AsType[*auth.Refusal](err); ok {
			want = refusal.Code
		}
		if want == auth.ProofReplayed || want == auth.ProofsFull {
			want = "" // what only one who has seen others can tell
		}
		if r.Code != want || (want == "") != (r.Verdict == explain.Accepted) {
			t.Errorf("explained as %s %q, a server says %q: %q", r.Verdict, r.Code, want, proof)
		}
		if text := printed(t, r); strings.ContainsFunc(text, func(c rune) bool { return c < ' ' && c != '\n' || c >= 0x7f && c < 0xa0 }) {
			t.Errorf("control characters are shown: %q", text)
		}
	})
}

// proving is a deployment that takes proofs, with a clock that stands still: the
// two verdicts are of the same moment.
func proving(t testing.TB, issuer *authtest.Issuer) (explain.Deployment, time.Time) {
	t.Helper()
	sealer, err := seal.New(make([]byte, seal.SecretSize))
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	clock := func() time.Time { return now }
	issuers := []auth.Issuer{{URL: issuer.URL(), Audiences: []string{issuer.Audience()}, Proof: auth.ProofsAllowed}}
	verifier, err := auth.New(t.Context(), auth.Config{Issuers: issuers, Explain: true, Clock: clock, Proofs: auth.Proofs{Sealer: sealer}})
	if err != nil {
		t.Fatal(err)
	}
	return explain.Deployment{Verifier: verifier, Issuers: issuers, Now: clock}, now
}

// proofOf takes a proof apart.
func proofOf(t testing.TB, proof string) (header, claims string) {
	t.Helper()
	parts := strings.Split(proof, ".")
	for i, into := range []*string{&header, &claims} {
		raw, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err != nil {
			t.Fatal(err)
		}
		*into = string(raw)
	}
	return header, claims
}
