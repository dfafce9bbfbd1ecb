package auth_test

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/auth/authtest"
)

// FuzzLogoutToken signs any header and claims, or not, and lets a second
// opinion judge whatever logout is believed.
func FuzzLogoutToken(f *testing.F) {
	const now = 1_900_000_000
	issuer := authtest.Start(authtest.Name("https://tenant.example/"), authtest.Audience("api"))
	f.Cleanup(issuer.Close)
	verifier := newVerifier(f, auth.Config{Transport: issuer.Transport(), Clock: func() time.Time { return time.Unix(now, 0) }}, issuer)
	warm(f, verifier)
	key := issuer.Key()
	public := key.Private.Public().(*rsa.PublicKey)

	const header = `{"alg":"RS256","kid":"key-1","typ":"logout+jwt"}`
	const good = `{"iss":"https://tenant.example/","aud":"spa","sub":"ada","sid":"s","iat":1899999999,"exp":1900000119,"jti":"1","events":{"http://schemas.openid.net/event/backchannel-logout":{}}}`
	if _, refusal := verifier.VerifyLogoutToken(f.Context(), key.SignRaw([]byte(header), []byte(good)), []string{"spa"}); refusal != nil {
		f.Fatal(refusal)
	}
	f.Add(header, good, true)
	f.Add(`{"alg":"none"}`, good, false)
	f.Add(header, strings.Replace(good, `"sub":"ada","sid":"s",`, "", 1), true)
	f.Add(header, strings.Replace(good, `"exp":1900000119,`, "", 1), true)
	f.Add(strings.Replace(header, "logout+jwt", "at+jwt", 1), good, true)
	f.Add(header, strings.Replace(good, `{}}`, `[]}`, 1), true)
	f.Add(header, strings.Replace(good, `"jti"`, `"nonce":null,"jti"`, 1), true)
	f.Add(header, strings.Replace(good, `"events":`, `"events":{"x":{}},"events":`, 1), true)

	f.Fuzz(func(t *testing.T, header, claims string, sign bool) {
		_, refusal := verifier.VerifyLogoutToken(t.Context(), authtest.Compact([]byte(header), []byte(claims), []byte("garbage")), []string{"spa"})
		if refusal == nil {
			t.Fatalf("believed without a signature: header %s\nclaims %s", header, claims)
		}
		if !sign || refusal.Code != auth.SignatureBad {
			return
		}
		token := key.SignRaw([]byte(header), []byte(claims))
		logout, refusal := verifier.VerifyLogoutToken(t.Context(), token, []string{"spa"})
		if (logout == nil) == (refusal == nil) {
			t.Fatalf("%+v and %v", logout, refusal)
		}
		if refusal == nil {
			if err := judgeLogout(token, logout, public, now); err != nil {
				t.Fatalf("believed %s\nheader %s\nclaims %s\nbut: %v", token, header, claims, err)
			}
		}
	})
}

// judgeLogout says what is wrong with a token that was believed as this logout
// (OpenID Connect Back-Channel Logout 1.0, section 2.6), with no line of ours.
func judgeLogout(token string, logout *auth.Logout, public *rsa.PublicKey, now int64) error {
	parts := strings.Split(token, ".")
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if err != nil || rsa.VerifyPKCS1v15(public, crypto.SHA256, sum[:], signature) != nil {
		return errors.New("the signature")
	}
	raw, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return err
	}
	c, err := readStrict(raw)
	if err != nil {
		return err
	}
	var events map[string]json.RawMessage
	if err := json.Unmarshal(c["events"], &events); err != nil || !strings.HasPrefix(string(events["http://schemas.openid.net/event/backchannel-logout"]), "{") {
		return fmt.Errorf("events %s: %v", c["events"], err)
	}
	var audiences []string
	if json.Unmarshal(c["aud"], &audiences) != nil {
		audiences = []string{c.text("aud")}
	}
	var kind struct {
		Name *string `json:"typ"`
	}
	raw, err = base64.RawURLEncoding.DecodeString(parts[0])
	if err != nil || json.Unmarshal(raw, &kind) != nil || kind.Name != nil && !slices.Contains([]string{"jwt", "logout+jwt", "application/logout+jwt"}, strings.ToLower(*kind.Name)) {
		return fmt.Errorf("the header %s", raw)
	}
	var at, ends int64
	if err := json.Unmarshal(c["exp"], &ends); err != nil || ends <= now-30 {
		return fmt.Errorf("exp %s: %v", c["exp"], err)
	}
	switch err := json.Unmarshal(c["iat"], &at); {
	case err != nil, at > now+30, at < now-630:
		return fmt.Errorf("iat %s: %v", c["iat"], err)
	case c.text("iss") != "https://tenant.example/", !slices.Contains(audiences, "spa"):
		return errors.New("iss or aud")
	case c["nonce"] != nil, c.text("jti") == "":
		return errors.New("nonce or jti")
	case c.text("sub") == "" && c.text("sid") == "":
		return errors.New("nobody is named")
	case logout.Subject != c.text("sub"), logout.SessionID != c.text("sid"), logout.At.Unix() != at:
		return fmt.Errorf("read as %+v", logout)
	}
	return nil
}
