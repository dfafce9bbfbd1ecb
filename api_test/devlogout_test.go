package api_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestSigningOutOfDevelopmentEndsAccess is `postern dev` as it is started by
// hand: its tenant tells its API of each logout before the logout is answered.
func TestSigningOutOfDevelopmentEndsAccess(t *testing.T) {
	t.Parallel()
	at := build(t, "").develop(t, nil)
	one, two, alan := at.signer(t), at.signer(t), at.signer(t)
	kept := alan.signIn(t, "alan", nil)
	mustBe := func(when string, v *signer, token string, status int, code string) {
		t.Helper()
		if got, why := v.ask(t, whoAmI, token); got != status || why != code {
			t.Errorf("%s: %d %s, want %d %s", when, got, why, status, code)
		}
	}
	// Many times over: a login often has the second of the logout before it.
	for range 4 {
		first, second := one.signIn(t, "ada", nil), two.signIn(t, "ada", nil)
		mustBe("signed in", one, first.Access, 200, "")
		mustBe("signed in elsewhere", two, second.Access, 200, "")
		one.get(t, "/v2/logout?client_id=spa")
		mustBe("signed out", one, first.Access, 401, "token_revoked")
		mustBe("signed out elsewhere, for access tokens name no session", two, second.Access, 401, "token_revoked")
		again := two.redeem(t, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {second.Refresh}})
		mustBe("the session elsewhere lasts, and so does its refresh token", two, again.Access, 200, "")
	}
	before := two.signIn(t, "ada", nil)
	if answer := one.post(t, "/dev/logout?user=ada", nil); answer.StatusCode != 200 {
		t.Fatalf("the drill: %d", answer.StatusCode)
	}
	mustBe("signed out everywhere", two, before.Access, 401, "token_revoked")
	form := url.Values{"client_id": {"spa"}, "grant_type": {"refresh_token"}, "refresh_token": {before.Refresh}}
	if answer := two.post(t, "/oauth/token", form); answer.StatusCode != 403 {
		t.Errorf("the refresh token after the drill: %d", answer.StatusCode)
	}
	if told := at.explained(t, before.Access); told != "token_revoked" {
		t.Errorf("the playground explains it as %q", told)
	}
	mustBe("who logs in again", two, two.signIn(t, "ada", nil).Access, 200, "")
	mustBe("somebody else", alan, kept.Access, 200, "")
}

// explained is the code with which the playground explains the token.
func (at origins) explained(t *testing.T, token string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), "POST", at.playground+"/explain", strings.NewReader(token))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Origin", at.playground)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	var report struct{ Code string }
	if err := json.NewDecoder(answer.Body).Decode(&report); err != nil {
		t.Fatalf("%d: %v", answer.StatusCode, err)
	}
	return report.Code
}
