// Package api_test knocks at the front door: a real server on a real listener,
// an issuer with real keys, and nothing that stands in for our own code.
package api_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/postern-dev/postern/api"
	"github.com/postern-dev/postern/auth/authtest"
	"github.com/postern-dev/postern/cmd/postern/serve"
	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/config"
	"github.com/postern-dev/postern/middleware"
	"github.com/postern-dev/postern/problem"
)

// app is the origin of the page that calls.
const app = "https://app.example.com"

// server is a running Postern and what surrounds it.
type server struct {
	URL    string
	Admin  string // where the operator asks; empty for other processes
	Issuer *authtest.Issuer
	// settings are those of a server in this process.
	settings config.Settings
	log      *logBuffer
	stop     func() error
	ends     string // what the error of stop says; empty: there is none
	// enter is how those come in who have the name of a session instead of a token.
	enter map[string]func(*http.Request)

	refused  sync.Once
	kept     io.Writer // what refusals said, for the end of the run
	reading  sync.Once
	promised *promise // read when it is asked for
}

// change alters the settings that a server starts with.
type change func(*config.Settings)

// start runs a server that trusts a fresh issuer, until the test ends.
func start(t testing.TB, changes ...change) *server {
	t.Helper()
	return startWith(t, authtest.NewIssuer(t), changes...)
}

// startWith runs a server that trusts this issuer.
func startWith(t testing.TB, issuer *authtest.Issuer, changes ...change) *server {
	t.Helper()
	s := launch(t, issuer, changes...)
	s.waitReady(t)
	return s
}

// launch runs a server and does not wait until it is ready.
func launch(t testing.TB, issuer *authtest.Issuer, changes ...change) *server {
	t.Helper()
	s := launchOptions(t, issuer, serve.Options{Routes: trialRoutes()}, changes...)
	s.promised = mustPromise(t) // such a server may not be asked: it counts, or is slow
	return s
}

// startCollections runs a server with these collections; their documents are
// in a new SQLite file unless a change says where.
func startCollections(t testing.TB, collections []*collection.Collection, changes ...change) *server {
	t.Helper()
	changes = append([]change{onSQLite(t)}, changes...)
	s := launchOptions(t, authtest.NewIssuer(t), serve.Options{Collections: collections}, changes...)
	s.waitReady(t)
	s.promise(t)
	return s
}

func launchOptions(t testing.TB, issuer *authtest.Issuer, options serve.Options, changes ...change) *server {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	admin, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	options.Admin = []net.Listener{admin}
	settings := defaults(t)
	settings.Issuers = []config.Issuer{{URL: issuer.URL(), Audiences: []string{issuer.Audience()}, Algorithms: []string{"RS256"}}}
	for _, change := range changes {
		change(&settings)
	}
	s := &server{URL: "http://" + listener.Addr().String(), Admin: "http://" + admin.Addr().String(), Issuer: issuer, settings: settings, log: newLog(t)}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		done <- serve.Run(ctx, settings, options, logOf(settings, s.log), written.Listener(listener))
	}()
	s.stop = sync.OnceValue(func() error { cancel(); return <-done })
	t.Cleanup(func() {
		told := s.tellsOperator()
		_, _ = io.WriteString(written.Writer("the operator's listener of "+t.Name()), told)
		s.mustTellItsSecrets(t)
		said := ""
		if err := s.stop(); err != nil {
			said = err.Error()
		}
		if said != s.ends {
			t.Errorf("the stop said %q, want %q", said, s.ends)
		}
		s.log.mustKeepSecrets(t)
		mustKeepSecrets(t, "the operator's listener", told, settings)
	})
	return s
}

// logOf writes all there is, in JSON or as text.
func logOf(settings config.Settings, to io.Writer) *slog.Logger {
	all := &slog.HandlerOptions{Level: slog.LevelDebug}
	if settings.LogFormat == "text" {
		return slog.New(slog.NewTextHandler(to, all))
	}
	return slog.New(slog.NewJSONHandler(to, all))
}

// defaults are the settings of an operator who set nothing but the origin.
func defaults(t testing.TB) config.Settings {
	t.Helper()
	settings, err := config.Load(config.Sources{
		Getenv:   func(string) string { return "" },
		ReadFile: func(string) ([]byte, error) { return nil, os.ErrNotExist },
	})
	if err != nil {
		t.Fatal(err)
	}
	settings.Origins = []string{app}
	settings.DrainDelay = 0
	// Where all tests run at once, with the race detector, each waits for the others.
	settings.RequestTimeout, settings.MaxWait = time.Minute, time.Second
	return settings
}

func (s *server) waitReady(t testing.TB) {
	t.Helper()
	client := http.Client{Timeout: time.Second}
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		response, err := client.Get(s.URL + "/readyz")
		if err != nil {
			continue
		}
		_ = response.Body.Close()
		if response.StatusCode == http.StatusOK {
			return
		}
	}
	t.Fatal("the server was not ready in time")
}

// trialRoutes are ways to fail that the real routes do not have.
func trialRoutes() []api.Route {
	return []api.Route{
		{Method: "POST", Path: "/trial/echo", Right: middleware.Public(), Handle: func(c *gin.Context) error {
			body, err := io.ReadAll(c.Request.Body)
			if err != nil {
				return err
			}
			c.Data(http.StatusOK, "application/json", body)
			return nil
		}},
		{Method: "POST", Path: "/trial/rule", Right: middleware.Public(), Handle: func(*gin.Context) error {
			p := problem.BodyInvalid.New("")
			p.Fields = []problem.Field{{Pointer: "/title", Detail: "must not be empty"}}
			return p
		}},
		{Method: "GET", Path: "/trial/scope", Right: middleware.Scope("read:notes"), Handle: func(c *gin.Context) error {
			c.JSON(http.StatusOK, gin.H{})
			return nil
		}},
		{Method: "GET", Path: "/trial/error", Right: middleware.Public(), Handle: func(*gin.Context) error {
			return errors.New("the disk of customer 4711 is full")
		}},
		{Method: "GET", Path: "/trial/panic", Right: middleware.Public(), Handle: func(*gin.Context) error {
			panic("customer 4711 has no name")
		}},
		{Method: "GET", Path: "/trial/half", Right: middleware.Public(), Handle: func(c *gin.Context) error {
			c.String(http.StatusOK, strings.Repeat("half of an answer ", 1000))
			c.Writer.Flush()
			panic("in the middle")
		}},
		{Method: "GET", Path: "/trial/slow", Right: middleware.Public(), Handle: func(c *gin.Context) error {
			<-c.Request.Context().Done()
			return c.Request.Context().Err()
		}},
		{Method: "GET", Path: "/trial/wait", Right: middleware.Public(), Handle: func(c *gin.Context) error {
			time.Sleep(300 * time.Millisecond)
			c.JSON(http.StatusOK, gin.H{})
			return nil
		}},
	}
}
