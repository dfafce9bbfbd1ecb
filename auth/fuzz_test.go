package auth_test

import (
	"crypto/rsa"
	"errors"
	"testing"
	"time"

	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/auth/authtest"
)

// FuzzToken signs any header and payload with the right key, with a wrong one
// or not at all, changes the text at one place, and lets a second opinion
// judge whatever is accepted.
func FuzzToken(f *testing.F) {
	const now = 1_900_000_000
	issuer := authtest.Start(authtest.Name("https://tenant.example/"), authtest.Audience("api"))
	f.Cleanup(issuer.Close)
	verifier := newVerifier(f, auth.Config{
		Transport:    issuer.Transport(),
		CacheEntries: -1,
		Clock:        func() time.Time { return time.Unix(now, 0) },
	}, issuer)
	right, wrong := issuer.Key(), authtest.NewKey(issuer.Key().ID, "RS256")
	opinion := &strict{
		issuer: issuer.URL(), audience: "api", keyID: right.ID, now: now,
		public: right.Private.Public().(*rsa.PublicKey),
	}

	const header = `{"alg":"RS256","kid":"key-1","typ":"JWT"}`
	const claims = `{"iss":"https://tenant.example/","aud":["x","api"],"sub":"ada","iat":1899999999,"exp":1900003600,"scope":"a b","permissions":["p"]}`
	wantCode(f, verifier, right.SignRaw([]byte(header), []byte(claims)), "")
	f.Add(header, claims, "", uint16(0), byte(0))
	f.Add(header, claims, "", uint16(0), byte(1))
	f.Add(header, claims, "\n", uint16(40), byte(0))
	f.Add(header, claims, "=", uint16(500), byte(2))
	f.Add(`{"alg":"RS256"}`, `{"iss":"https://tenant.example/","aud":"api","sub":"ada","exp":1900003600,"scp":["a"],"jti":"1"}`, "", uint16(0), byte(0))
	f.Add(`{"alg":"none"}`, claims, "", uint16(0), byte(2))
	f.Add(`{"\u0061lg":"RS256","kid":"key-1","crit":[]}`, `{"iss":"https://tenant.example/","cnf":{}}`, "", uint16(0), byte(0))
	f.Add(`{"alg":"RS256","kid":"key-1","x":[[[{}]]]}`, `{"iss":"https://tenant.example/","aud":"api","sub":"ada","exp":1e300,"nbf":1.5}`, "", uint16(0), byte(0))

	f.Fuzz(func(t *testing.T, header, claims, insert string, at uint16, mode byte) {
		// Signing is slow, and pointless where header or claims are refused.
		_, err := verifier.Verify(t.Context(), authtest.Compact([]byte(header), []byte(claims), []byte("garbage")))
		if code := codeOf(t, err); code == "" {
			t.Fatalf("accepted without a signature: header %s\nclaims %s", header, claims)
		} else if mode%4 < 2 && code != auth.SignatureBad {
			return
		}
		var token string
		switch mode % 4 {
		case 0:
			token = right.SignRaw([]byte(header), []byte(claims))
		case 1:
			token = wrong.SignRaw([]byte(header), []byte(claims))
		case 2:
			token = authtest.Compact([]byte(header), []byte(claims), []byte(insert))
		case 3:
			token = header
		}
		if mode%4 < 2 && insert != "" {
			place := int(at) % len(token)
			token = token[:place] + insert + token[min(place+int(mode/4), len(token)):]
		}
		identity, err := verifier.Verify(t.Context(), token)
		if err == nil {
			if err := opinion.judge(token, identity); err != nil {
				t.Fatalf("accepted %s\nheader %s\nclaims %s\nbut: %v", token, header, claims, err)
			}
			return
		}
		refusal, ok := errors.AsType[*auth.Refusal](err)
		if !ok || identity != nil || refusal.Specific != "" || auth.ReasonOf(refusal.Code) == (auth.Reason{}) {
			t.Fatalf("refused with %v, identity %v", err, identity)
		}
	})
}
