// Package authtest stands in for an authorization server in tests.
//
// An [Issuer] listens on loopback, publishes real keys and signs real tokens
// in which each claim and each header member can be spoiled. Its keys can be
// rotated and withdrawn, its answers broken and healed, and it counts what is
// asked of it:
//
//	issuer := authtest.NewIssuer(t)
//	good := issuer.Token(nil)
//	late := issuer.Token(map[string]any{"exp": time.Now().Add(-time.Hour).Unix()})
//	bare := issuer.Token(map[string]any{"sub": authtest.Absent})
//
// The package knows JSON Web Tokens and HTTP. It does not know package auth,
// so that it can test any server. It is for tests only: what goes wrong within
// it panics.
package authtest
