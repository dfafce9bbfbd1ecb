package auth_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/auth/authtest"
)

// A verifier takes tokens of the issuers that it is told to trust. A stand-in
// plays the issuer here; a tenant's URL such as https://tenant.eu.auth0.com/
// takes its place.
func Example() {
	issuer := authtest.Start(authtest.Audience("https://notes.example.com/"))
	defer issuer.Close()

	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	verifier, err := auth.New(ctx, auth.Config{
		Issuers: []auth.Issuer{{URL: issuer.URL(), Audiences: []string{"https://notes.example.com/"}}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}

	identity, err := verifier.Verify(ctx, issuer.Token(map[string]any{"sub": "auth0|ada", "scope": "read:notes"}))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(identity.Subject, "may read:", identity.HasScope("read:notes"))

	_, err = verifier.Verify(ctx, issuer.Token(map[string]any{"exp": time.Now().Add(-time.Hour).Unix()}))
	if refusal, ok := errors.AsType[*auth.Refusal](err); ok {
		fmt.Println(refusal.Code)
		fmt.Println(refusal.Reason().Sentence)
	}

	// Output:
	// auth0|ada may read: true
	// token_expired
	// The access token has expired.
}

func ExampleBearerToken() {
	token, refusal := auth.BearerToken([]string{"Bearer eyJh.eyJz.c2ln"})
	fmt.Println(token, refusal == nil)

	_, refusal = auth.BearerToken([]string{"Basic dXNlcjpwYXNz"})
	fmt.Println(refusal.Code)

	// Output:
	// eyJh.eyJz.c2ln true
	// token_missing
}
