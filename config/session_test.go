package config_test

import (
	"io/fs"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/postern-dev/postern/config"
)

const sessionFile = `auth0Domain: t.eu.auth0.com
audience: https://api.example.com
publicUrl: https://api.example.com
origins: [https://app.example.com, "https://*.example.com", https://elsewhere.example.org]
session:
  clientId: abc
  life: 12h
`

func TestSessionSettings(t *testing.T) {
	s := mustLoad(t, from(vars{"POSTERN_SESSION_CLIENT_SECRET": "s3cret", "POSTERN_SESSION_IDLE": "1h"}, sessionFile))
	want := config.Session{ClientID: "abc", ClientSecret: "s3cret", Scopes: []string{"openid", "profile", "email", "offline_access"},
		SameSite: "strict", Life: 12 * time.Hour, Idle: time.Hour}
	if err := s.CheckForServe(); err != nil || !reflect.DeepEqual(s.Session, want) {
		t.Errorf("got %+v (%v), want %+v", s.Session, err, want)
	}
	if lax := mustLoad(t, from(vars{"POSTERN_SESSION_SAME_SITE": "lax"}, sessionFile)); lax.Session.SameSite != "lax" {
		t.Errorf("got %+v", lax.Session)
	}
	// Not the pattern, nor another site's page: browsers send it no cookie.
	if origins := s.SessionOrigins(); !slices.Equal(origins, []string{"https://app.example.com", "https://api.example.com"}) {
		t.Errorf("its pages are those of %v", origins)
	}
	if origins := mustLoad(t, from(nil, "")).SessionOrigins(); origins != nil {
		t.Errorf("without sessions: %v", origins)
	}
}

func TestTheSecretOfSessionsCanBeInAFile(t *testing.T) {
	s := from(vars{"POSTERN_SESSION_CLIENT_SECRET_FILE": "/run/secrets/x"}, sessionFile)
	file := s.ReadFile
	s.ReadFile = func(name string) ([]byte, error) {
		if name == "/run/secrets/x" {
			return []byte("s3cret\n"), nil
		}
		return file(name)
	}
	if got := mustLoad(t, s).Session.ClientSecret; got != "s3cret" {
		t.Errorf("got %q", got)
	}
	s.ReadFile = func(name string) ([]byte, error) {
		if name == "/run/secrets/x" {
			return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
		}
		return file(name)
	}
	_, err := config.Load(s)
	if all := mistakes(t, err); len(all) != 1 || !strings.Contains(err.Error(), "permission denied") {
		t.Errorf("got %v", err)
	}
}

func TestSessionMistakes(t *testing.T) {
	for _, tt := range []struct {
		name string
		env  vars
		file string
		want string
	}{
		{"no secret", nil, sessionFile, "POSTERN_SESSION_CLIENT_SECRET is not set"},
		{"a secret alone", vars{"POSTERN_SESSION_CLIENT_SECRET": "s"}, strings.ReplaceAll(sessionFile, "  clientId: abc\n", ""), "POSTERN_SESSION_CLIENT_ID is not set"},
		{"no address", vars{"POSTERN_SESSION_CLIENT_SECRET": "s"}, strings.ReplaceAll(sessionFile, "publicUrl: https://api.example.com\n", ""), "POSTERN_PUBLIC_URL is no https address"},
		{"plain http", vars{"POSTERN_SESSION_CLIENT_SECRET": "s", "POSTERN_PUBLIC_URL": "http://localhost:6060"}, sessionFile, "POSTERN_PUBLIC_URL is no https address"},
		{"a proof asked of each token", vars{"POSTERN_SESSION_CLIENT_SECRET": "s", "POSTERN_DPOP": "required"}, sessionFile, "POSTERN_DPOP is required for the issuer of sessions"},
		{"no openid", vars{"POSTERN_SESSION_CLIENT_SECRET": "s", "POSTERN_SESSION_SCOPES": "profile"}, sessionFile, "lacks openid"},
		{"scopes with blanks", vars{"POSTERN_SESSION_SCOPES": "openid profile"}, sessionFile, "put commas between scopes"},
		{"an unknown key", nil, strings.ReplaceAll(sessionFile, "life:", "live:"), `the unknown key "session.live"`},
		{"one value", nil, "session: abc\n", "session is one value, but a mapping"},
		{"too short", nil, "session: {idle: 1s}\n", "outside 1m to"},
		{"another word", vars{"POSTERN_SESSION_SAME_SITE": "none"}, "", "not one of strict, lax"},
	} {
		s, err := config.Load(from(tt.env, tt.file))
		if err == nil {
			err = s.CheckForServe()
		}
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %s", tt.name, err, tt.want)
		}
	}
}
