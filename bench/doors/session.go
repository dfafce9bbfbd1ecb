package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"time"

	"github.com/postern-dev/postern/devtenant"
)

const (
	clientID, clientSecret = "web", "web-secret"
	sessionCookie          = "__Host-postern-session"
)

// newTenant is a whole authorization server, which signs users of browsers in.
func newTenant() (*httptest.Server, string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, "", err
	}
	issuer := "http://" + listener.Addr().String() + "/"
	tenant, err := devtenant.New(devtenant.Options{Issuer: issuer, Lifetime: time.Hour, Clients: []devtenant.Client{
		{ID: clientID, Secret: clientSecret, Callbacks: []string{outside + "/auth/callback"}, Grants: []string{"authorization_code", "refresh_token"}}}})
	if err != nil {
		return nil, "", err
	}
	server := &httptest.Server{Listener: listener, Config: &http.Server{Handler: tenant.Handler()}}
	server.Start()
	return server, issuer, nil
}

// session signs users in and asks with their cookies, as a page does that reads.
func (w *world) session() (door, error) {
	cookies := make([]string, users)
	for n := range cookies {
		var err error
		if cookies[n], err = w.signIn(); err != nil {
			return door{}, fmt.Errorf("sign in: %w", err)
		}
	}
	return door{"session", func(n int) string {
		return "Cookie: " + cookies[n%users] + "\r\nSec-Fetch-Site: same-site\r\n"
	}}, nil
}

// signIn goes the way of a browser, and returns the session's cookie.
func (w *world) signIn() (string, error) {
	at, login, err := w.visit("GET", "http://"+address+"/auth/login", "", nil)
	if err != nil {
		return "", err
	}
	if at, _, err = w.visit("GET", at, "", nil); err != nil {
		return "", err
	}
	_, state, _ := strings.Cut(at, "state=")
	tenant := strings.TrimSuffix(w.tenantIssuer, "/")
	if at, _, err = w.visit("POST", tenant+"/u/login", "", url.Values{"state": {state}, "user": {"ada"}}); err != nil {
		return "", err
	}
	_, cookie, err := w.visit("GET", "http://"+address+strings.TrimPrefix(at, outside), login, nil)
	if err == nil && !strings.HasPrefix(cookie, sessionCookie+"=") {
		err = fmt.Errorf("no session, but %q", cookie)
	}
	return cookie, err
}

// visit returns where the browser is sent on to, and the last cookie that it is
// to keep.
func (w *world) visit(method, address, cookie string, form url.Values) (location, kept string, err error) {
	request, err := http.NewRequest(method, address, strings.NewReader(form.Encode()))
	if err != nil {
		return "", "", err
	}
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if cookie != "" {
		request.Header.Set("Cookie", cookie)
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(request)
	if err != nil {
		return "", "", err
	}
	defer func() { _ = response.Body.Close() }()
	if body, err := io.ReadAll(response.Body); err != nil || response.Header.Get("Location") == "" {
		return "", "", fmt.Errorf("%s answered %d: %.200s", address, response.StatusCode, body)
	}
	for _, c := range response.Cookies() {
		if c.MaxAge >= 0 {
			kept = c.Name + "=" + c.Value
		}
	}
	return response.Header.Get("Location"), kept, nil
}
