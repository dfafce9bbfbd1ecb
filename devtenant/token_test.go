package devtenant_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/postern-dev/postern/devtenant"
)

const (
	asJSON = "application/json"
	asForm = "application/x-www-form-urlencoded"
)

func minting(kind, body string) request {
	return request{"POST", "/dev/token", body, map[string]string{"Authorization": "Bearer " + secret, "Content-Type": kind}}
}

func TestATokenForWhoeverHasTheSecret(t *testing.T) {
	h := open(t, nil)
	for _, tt := range []struct {
		name       string
		kind, body string
		expiresIn  int64
		scope      string
	}{
		{"json", asJSON, `{"user":"alan"}`, 86400, "openid profile email read:notes"},
		{"json, all of it", asJSON + "; charset=utf-8", `{"user":"ada","scope":"write:notes","audience":"` + devtenant.DefaultAudience + `","lifetime":"5m"}`, 300, "write:notes"},
		{"form", asForm, "user=ada&scope=read:notes+email&lifetime=90s", 90, "read:notes email"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			resp, body := h.send(t, minting(tt.kind, tt.body))
			var got devtenant.TokenAnswer
			if err := json.Unmarshal([]byte(body), &got); err != nil || resp.StatusCode != 200 {
				t.Fatalf("got %d %s", resp.StatusCode, body)
			}
			claims, err := h.verify(t, got.AccessToken)
			if err != nil || claims["scope"] != tt.scope {
				t.Errorf("got claims %v, %v", claims, err)
			}
			got.AccessToken = ""
			if want := (devtenant.TokenAnswer{TokenType: "Bearer", ExpiresIn: tt.expiresIn, Scope: tt.scope}); got != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
			if resp.Header.Get("Cache-Control") != "no-store" {
				t.Error("a token must not be stored by caches")
			}
		})
	}
}

func TestRefusedMinting(t *testing.T) {
	h := open(t, nil)
	with := func(authorization string) request {
		q := minting(asJSON, `{"user":"ada"}`)
		q.header["Authorization"] = authorization
		return q
	}
	inQuery := minting(asForm, "user=ada")
	inQuery.path += "?lifetime=1s"
	for _, tt := range []struct {
		name   string
		req    request
		status int
		want   string
	}{
		{"no secret", request{"POST", "/dev/token", `{"user":"ada"}`, map[string]string{"Content-Type": asJSON}}, 401, `"unauthorized"`},
		{"empty secret", with("Bearer "), 401, `"unauthorized"`},
		{"wrong secret", with("Bearer open sesam"), 401, `"unauthorized"`},
		{"secret and more", with("Bearer " + secret + "!"), 401, `"unauthorized"`},
		{"another scheme", with("Basic " + secret), 401, `"unauthorized"`},
		{"unknown user", minting(asJSON, `{"user":"bob"}`), 403, `ada, grace, alan`},
		{"no user", minting(asForm, ""), 403, `ada, grace, alan`},
		{"unknown audience", minting(asJSON, `{"user":"ada","audience":"https://other"}`), 403, devtenant.DefaultAudience},
		{"malformed lifetime", minting(asJSON, `{"user":"ada","lifetime":"soon"}`), 400, `\"soon\"`},
		{"lifetime without unit", minting(asForm, "user=ada&lifetime=30"), 400, `90s`},
		{"no lifetime at all", minting(asForm, "user=ada&lifetime=0s"), 400, `720h`},
		{"negative lifetime", minting(asForm, "user=ada&lifetime=-1h"), 400, `720h`},
		{"endless lifetime", minting(asForm, "user=ada&lifetime=721h"), 400, `720h`},
		{"lifetime as a number", minting(asJSON, `{"user":"ada","lifetime":90}`), 400, `lifetime`},
		{"broken json", minting(asJSON, `{"user":`), 400, `invalid_request`},
		{"two values", minting(asJSON, `{"user":"ada"}{}`), 400, `goes on`},
		{"unknown member", minting(asJSON, `{"user":"ada","admin":true}`), 400, `admin`},
		{"unknown field", minting(asForm, "user=ada&scopes=x"), 400, `scopes`},
		{"field twice", minting(asForm, "user=ada&user=grace"), 400, `2 times`},
		{"broken form", minting(asForm, "user=%zz"), 400, `invalid_request`},
		{"in the query", inQuery, 400, `lifetime`},
		{"plain text", minting("text/plain", `{"user":"ada"}`), 415, `text/plain`},
		{"oversize body", minting(asJSON, `{"user":"`+strings.Repeat("a", 64<<10)+`"}`), 413, `65536`},
		{"wrong method", request{"GET", "/dev/token", "", map[string]string{"Authorization": "Bearer " + secret}}, 405, `POST`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			resp, body := h.send(t, tt.req)
			if resp.StatusCode != tt.status || !strings.Contains(body, tt.want) {
				t.Errorf("got %d %s\nwant %d with %s", resp.StatusCode, body, tt.status, tt.want)
			}
			if strings.Contains(body, "access_token") || !strings.HasPrefix(body, `{"error":"`) {
				t.Errorf("not an error as Auth0 writes it: %s", body)
			}
			if challenge := resp.Header.Get("WWW-Authenticate"); (challenge != "") != (tt.status == 401) {
				t.Errorf("got challenge %q with %d", challenge, tt.status)
			}
		})
	}
}

func TestATenantWithoutSecretMintsForNobody(t *testing.T) {
	h := open(t, func(o *devtenant.Options) { o.Secret = "" })
	q := minting(asJSON, `{"user":"ada"}`)
	q.header["Authorization"] = "Bearer "
	if resp, body := h.send(t, q); resp.StatusCode != 403 {
		t.Errorf("got %d %s, want 403", resp.StatusCode, body)
	}
}
