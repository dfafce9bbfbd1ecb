package middleware_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/auth/authtest"
	"github.com/postern-dev/postern/middleware"
	"github.com/postern-dev/postern/problem"
)

// A server of net/http verifies the token itself, and refuses as Postern does:
// with a problem that says why.
func Example_plainNetHTTP() {
	issuer := authtest.Start() // stands in for your tenant
	defer issuer.Close()
	verifier, _ := auth.New(context.Background(), auth.Config{Issuers: []auth.Issuer{
		{URL: issuer.URL(), Audiences: []string{issuer.Audience()}}}})

	verified := func(next func(http.ResponseWriter, *http.Request, *auth.Identity)) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			token, refusal := auth.BearerToken(r.Header["Authorization"])
			if refusal != nil {
				_ = problem.Write(w, r, middleware.Refused(refusal))
				return
			}
			who, err := verifier.Verify(r.Context(), token)
			if errors.As(err, &refusal) {
				_ = problem.Write(w, r, middleware.Refused(refusal))
				return
			}
			if err != nil { // the client has left, or the time is over
				_ = problem.Write(w, r, problem.TimedOut.New("").Because(err))
				return
			}
			next(w, r, who)
		}
	}
	handler := verified(func(w http.ResponseWriter, _ *http.Request, who *auth.Identity) {
		fmt.Fprintln(w, "hello,", who.Subject)
	})

	show := func(token string) {
		request := httptest.NewRequest(http.MethodGet, "/", nil)
		request.Header.Set("Authorization", "Bearer "+token)
		answer := httptest.NewRecorder()
		handler(answer, request)
		fmt.Println(answer.Code, answer.Header().Get("Content-Type"))
		fmt.Println(answer.Header().Get("WWW-Authenticate"))
	}
	show(issuer.Token(map[string]any{"exp": 1}))
	show(issuer.Token(nil))
	// Output:
	// 401 application/problem+json
	// Bearer realm="postern", error="invalid_token", error_description="The access token has expired."
	// 200 text/plain; charset=utf-8
}
