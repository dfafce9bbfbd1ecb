package main

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"

	"github.com/postern-dev/postern/auth/authtest"
	"github.com/postern-dev/postern/bench/load"
	"github.com/postern-dev/postern/devtenant"
)

const (
	address = "127.0.0.1:16063"
	// outside is the address for which proofs are made.
	outside = "https://api.example.com"
	path    = "/api/messages/protected"
	// users is how many there are, each with a key and a token of their own.
	users = 64
)

// world is the server under measurement and whom it trusts.
type world struct {
	server *load.Server
	issuer *authtest.Issuer
	folder string
	// tenant signs users of browsers in.
	tenant       *httptest.Server
	tenantIssuer string
}

func start(ctx context.Context) (*world, error) {
	folder, err := os.MkdirTemp("", "doors")
	if err != nil {
		return nil, err
	}
	w := &world{issuer: authtest.Start(), folder: folder}
	binary, err := load.Build(ctx, folder)
	if err == nil {
		w.tenant, w.tenantIssuer, err = newTenant()
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	w.server, err = load.Launch(ctx, load.Program{
		Path: binary, Args: []string{"serve"}, Folder: folder, Log: filepath.Join(folder, "log"), Address: address, Ready: "/readyz",
		Env: []string{"POSTERN_ADDR=" + address, "CLIENT_ORIGIN_URL=https://app.example.com", "POSTERN_PUBLIC_URL=" + outside,
			"POSTERN_ISSUER=" + w.tenantIssuer + "," + w.issuer.URL(), "AUTH0_AUDIENCE=" + devtenant.DefaultAudience + "," + w.issuer.Audience(),
			"POSTERN_SESSION_CLIENT_ID=" + clientID, "POSTERN_SESSION_CLIENT_SECRET=" + clientSecret, "DATABASE_URL=sqlite:" + filepath.Join(folder, "doors.db"),
			// Limits count, and never refuse.
			"POSTERN_RATE_LIMIT=1000000", "POSTERN_TRUSTED_PROXIES=127.0.0.1"},
	})
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	return w, nil
}

func (w *world) stop() error {
	w.issuer.Close()
	w.tenant.Close()
	return errors.Join(w.server.Stop(), os.RemoveAll(w.folder))
}

// request is what a page sends, with these header lines.
func (w *world) request(header string) []byte {
	return []byte("GET " + path + " HTTP/1.1\r\nHost: " + address + "\r\nOrigin: https://app.example.com\r\nX-Forwarded-For: 203.0.113.7\r\n" + header + "\r\n")
}

// door is one way to say who one is.
type door struct {
	name string
	// header makes the header lines of the nth request.
	header func(n int) string
}

// doors are all of them; the others are compared with the first.
func (w *world) doors() ([]door, error) {
	session, err := w.session()
	return []door{w.bearer(), session, w.bound("ES256"), w.bound("EdDSA")}, err
}

func (w *world) bearer() door {
	tokens := make([]string, users)
	for n := range tokens {
		tokens[n] = w.issuer.Token(map[string]any{"sub": fmt.Sprintf("auth0|bearer-%d", n)})
	}
	return door{"bearer", func(n int) string { return "Authorization: Bearer " + tokens[n%users] + "\r\n" }}
}

func (w *world) bound(algorithm string) door {
	holders, tokens := make([]authtest.Holder, users), make([]string, users)
	for n := range tokens {
		holders[n] = authtest.NewHolder(algorithm)
		claims := holders[n].Confirmation()
		claims["sub"] = fmt.Sprintf("auth0|%s-%d", algorithm, n)
		tokens[n] = w.issuer.Token(claims)
	}
	return door{"DPoP, " + algorithm, func(n int) string {
		token := tokens[n%users]
		proof := holders[n%users].Proof("GET", outside+path, token, nil, nil)
		return "Authorization: DPoP " + token + "\r\nDPoP: " + proof + "\r\n"
	}}
}
