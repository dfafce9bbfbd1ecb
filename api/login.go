package api

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/postern-dev/postern/problem"
	"github.com/postern-dev/postern/session/signin"
)

// Browsers go to these addresses; pages fetch the others.
const (
	loginPath    = "/auth/login"
	callbackPath = "/auth/callback"
)

// stateInName is how much of a login's state stands in the name of its cookie,
// so that logins in several tabs do not disturb each other. maxLogins bounds
// those that a browser keeps.
const (
	stateInName = 8
	maxLogins   = 5
)

// login sends the browser to the tenant.
func (a *API) login(c *gin.Context) error {
	if a.Sessions == nil {
		return sessionsOff.New("")
	}
	query := c.Request.URL.Query()
	address, err := a.Sessions.returnTo(query.Get("return_to"))
	if err != nil {
		return err
	}
	// It ends when the next one begins, so it does not matter who sent the browser.
	before := ""
	if cookie, err := c.Request.Cookie(a.Sessions.name("session")); err == nil {
		before = cookie.Value
	}
	begun, err := a.Sessions.Service.Begin(c.Request.Context(), address, before, query)
	if err != nil {
		return tenantUnavailable.New("").Because(err).RetryAfter(signin.RetryAfter(err))
	}
	a.forgetLogins(c, maxLogins-1)
	// The tenant sends the browser back from another site, so not Strict.
	c.Writer.Header().Add("Set-Cookie", a.Sessions.set(loginCookie(begun.State), begun.Sealed, signin.LoginLife, http.SameSiteLaxMode))
	goTo(c, begun.Address)
	return nil
}

func loginCookie(state string) string { return "login-" + state[:min(len(state), stateInName)] }

// forgetLogins drops the cookies of logins that nobody finished, if there are
// more than so many.
func (a *API) forgetLogins(c *gin.Context, most int) {
	var names []string
	for _, cookie := range c.Request.Cookies() {
		if of, found := strings.CutPrefix(cookie.Name, a.Sessions.name("login-")); found {
			names = append(names, "login-"+of)
		}
	}
	if len(names) <= most {
		return
	}
	for _, name := range names {
		c.Writer.Header().Add("Set-Cookie", a.Sessions.set(name, "", 0, http.SameSiteLaxMode))
	}
}

// loginCallback takes the browser back from the tenant. Whatever happens, the
// user ends at a page of the app, which says what went wrong.
func (a *API) loginCallback(c *gin.Context) error {
	if a.Sessions == nil {
		return sessionsOff.New("")
	}
	answer := c.Request.URL.Query()
	name := loginCookie(answer.Get("state"))
	sealed := ""
	if cookies := c.Request.CookiesNamed(a.Sessions.name(name)); len(cookies) == 1 && len(name) == len("login-")+stateInName {
		sealed = cookies[0].Value
		c.Writer.Header().Add("Set-Cookie", a.Sessions.set(name, "", 0, http.SameSiteLaxMode))
	}
	entered, err := a.Sessions.Service.Finish(c.Request.Context(), sealed, answer)
	var failure *signin.Failure
	if errors.As(err, &failure) {
		// The page has the code, the log the cause.
		_ = c.Error(problem.Kind{Code: failure.Code}.New("").Because(failure.Unwrap()))
		goTo(c, a.Sessions.afterFailure(failure))
		return nil
	}
	life := time.Until(entered.Ends)
	c.Writer.Header().Add("Set-Cookie", a.Sessions.set("session", entered.ID, life, a.Sessions.SameSite))
	goTo(c, entered.ReturnTo)
	return nil
}

// afterFailure is the page that tells what went wrong, by the code in
// login_error.
func (s *Sessions) afterFailure(f *signin.Failure) string {
	address := f.ReturnTo
	if address == "" {
		address = s.Origins[0] + "/"
	}
	u, err := url.Parse(address)
	if err != nil {
		return s.Origins[0] + "/?login_error=" + f.Code
	}
	query := u.Query()
	query.Set("login_error", f.Code)
	u.RawQuery = query.Encode()
	return u.String()
}

// goTo sends a browser on, once: the answer is never kept.
func goTo(c *gin.Context, address string) {
	c.Header("Cache-Control", "no-store")
	c.Header("Location", address)
	c.Status(http.StatusSeeOther)
}
