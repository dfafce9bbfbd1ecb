package api

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/middleware"
	"github.com/postern-dev/postern/problem"
)

const formType = "application/x-www-form-urlencoded"

// logoutTokenInvalid is the one status that the specification has for whatever
// is wrong (OpenID Connect Back-Channel Logout 1.0, section 2.8).
var logoutTokenInvalid = problem.Kind{Code: "logout_token_invalid", Status: http.StatusBadRequest,
	Sentence: "This is no logout token for this server.",
	Hint:     "Only the tenant calls this address, as back-channel logout of an application. Name the application's client id in POSTERN_LOGOUT_CLIENTS. The log has the reason under the request's id."}

// backChannelLogout takes the tenant's word that a user signed out.
func (a *API) backChannelLogout(c *gin.Context) error {
	c.Header("Cache-Control", "no-store")
	token, err := logoutToken(c)
	if err != nil {
		return err
	}
	logout, refusal := a.Verifier.VerifyLogoutToken(c.Request.Context(), token, a.LogoutClients)
	switch {
	case refusal != nil && refusal.Code == auth.KeysUnavailable:
		return middleware.Refused(refusal)
	case refusal != nil:
		p := logoutTokenInvalid.New("").Because(refusal)
		p.Detail += " It has what an access token is refused for as " + string(refusal.Code) + "."
		return p
	}
	switch err := a.Revoke(c.Request.Context(), logout); {
	case errors.Is(err, collection.ErrFull):
		return databaseFull.New("").Because(err)
	case err != nil:
		// It counts here; the tenant sends it again, for the others.
		return databaseUnavailable.New("").RetryAfter(2 * time.Second).Because(err)
	}
	c.Status(http.StatusOK)
	return nil
}

// logoutToken reads the one parameter of the form.
func logoutToken(c *gin.Context) (string, error) {
	body, err := io.ReadAll(c.Request.Body)
	if err != nil {
		return "", brokenBody(c, err)
	}
	return logoutForm(body)
}

func logoutForm(body []byte) (string, error) {
	form, err := url.ParseQuery(string(body))
	if err != nil || len(form["logout_token"]) != 1 {
		return "", logoutTokenInvalid.New("The body has to be a form with one logout_token.")
	}
	return form.Get("logout_token"), nil
}
