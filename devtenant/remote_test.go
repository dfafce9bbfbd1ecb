package devtenant_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/postern-dev/postern/devtenant"
)

func TestTheClientGetsAToken(t *testing.T) {
	h := open(t, nil)
	for _, url := range []string{h.url, h.url + "/"} {
		got, err := devtenant.RequestToken(t.Context(), url, secret, devtenant.MintRequest{
			User: "ada", Scope: "read:notes", Audience: devtenant.DefaultAudience, Lifetime: 90 * time.Second,
		})
		if err != nil {
			t.Fatal(err)
		}
		if claims, err := h.verify(t, got.AccessToken); err != nil || claims["sub"] != "auth0|ada" {
			t.Errorf("got %v, %v", claims, err)
		}
		if got.TokenType != "Bearer" || got.ExpiresIn != 90 || got.Scope != "read:notes" {
			t.Errorf("got %+v", got)
		}
	}
}

func TestTheClientPassesRefusalsOn(t *testing.T) {
	h := open(t, nil)
	for _, tt := range []struct {
		name, secret string
		req          devtenant.MintRequest
		want         string
	}{
		{"unknown user", secret, devtenant.MintRequest{User: "bob"}, `403: unknown user "bob": this tenant knows ada, grace, alan`},
		{"wrong secret", "guess", devtenant.MintRequest{User: "ada"}, "does not know the secret"},
		{"negative lifetime", secret, devtenant.MintRequest{User: "ada", Lifetime: -time.Second}, "400"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := devtenant.RequestToken(t.Context(), h.issuer, tt.secret, tt.req)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want an error with %q", err, tt.want)
			}
			if err != nil && strings.Contains(err.Error(), tt.secret) {
				t.Errorf("the error tells the secret: %v", err)
			}
		})
	}
}

func TestTheSecretLeavesForThisMachineOnly(t *testing.T) {
	for _, url := range []string{"https://localhost:6061/", "http://example.com/", "http://10.0.0.1:6061/", "http://localhost:6061@example.com/", "http://localhost:6061/path"} {
		_, err := devtenant.RequestToken(t.Context(), url, secret, devtenant.MintRequest{User: "ada"})
		if err == nil || !strings.HasPrefix(err.Error(), "tenant: ") {
			t.Errorf("%s: got %v, want a refusal before any request", url, err)
		}
	}
}

func TestAStrangerOnThePortIsRecognised(t *testing.T) {
	visited := false
	target := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { visited = true }))
	defer target.Close()
	for _, tt := range []struct {
		name   string
		answer http.HandlerFunc
		want   string
	}{
		{"redirect", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, target.URL, http.StatusTemporaryRedirect)
		}, "answered 307"},
		{"page", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) }, "holds no token"},
		{"empty object", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("{}")) }, "holds no token"},
		{"flood", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(`{"access_token":"` + strings.Repeat("a", 64<<10) + `"}`))
		}, "larger than 65536"},
		{"terminal tricks", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusForbidden)
			_, _ = w.Write([]byte(`{"error":"x","error_description":"a\u001b[2Jb"}`))
		}, "403: a[2Jb"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			server := httptest.NewServer(tt.answer)
			defer server.Close()
			_, err := devtenant.RequestToken(t.Context(), server.URL, secret, devtenant.MintRequest{User: "ada"})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want an error with %q", err, tt.want)
			}
		})
	}
	if visited {
		t.Error("the redirect was followed")
	}
}

func TestNobodyHomeSaysWhatToDo(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	url := "http://" + listener.Addr().String()
	listener.Close()
	_, err = devtenant.RequestToken(t.Context(), url, secret, devtenant.MintRequest{User: "ada"})
	if err == nil || !strings.Contains(err.Error(), "is `postern dev` running?") {
		t.Errorf("got %v", err)
	}
}

func TestTheClientObeysItsContext(t *testing.T) {
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	defer server.Close()
	defer close(release)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := devtenant.RequestToken(ctx, server.URL, secret, devtenant.MintRequest{User: "ada"})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want the deadline", err)
	}
}
