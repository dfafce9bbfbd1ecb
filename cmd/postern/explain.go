package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/cmd/postern/serve"
	"github.com/postern-dev/postern/config"
	"github.com/postern-dev/postern/explain"
	"github.com/postern-dev/postern/store"
)

type explainCommand struct {
	Token    string  `arg:"" optional:"" help:"The token, or the cookie of a session; standard input if left out, which keeps it out of the shell's history."`
	Config   string  `help:"Settings file; postern.yaml in this folder if there is one." placeholder:"FILE"`
	Issuer   *string `help:"Trusted issuer(s), to the letter, comma separated." placeholder:"URL"`
	Audience *string `help:"Accepted audience(s), comma separated." placeholder:"ID"`
	Offline  bool    `help:"Fetch nothing: judge by the keys that a server has kept in the database."`
	Database string  `help:"The database in which servers keep keys and what was called back; that of the settings if left out." placeholder:"URL"`
	Proof    string  `help:"The DPoP header that came with the token; needs --url." placeholder:"JWT"`
	Method   string  `default:"GET" help:"The method of the request that the proof is for."`
	URL      string  `name:"url" help:"The address of the request that the proof is for, as the client called it." placeholder:"URL"`
	JSON     bool    `name:"json" help:"Print JSON."`
}

// Help shows the command at work.
func (explainCommand) Help() string {
	return `Example, the token pasted and ended with Ctrl-D:
  postern explain
  postern token --user alan | postern explain --issuer http://localhost:6061/ --audience https://hello-world.example.com
  postern explain --proof "$PROOF" --method POST --url https://api.example.com/api/v1/notes

It looks into the database whether the token was called back, where there is one to be read. The token is sent nowhere: only the issuer's keys are fetched. Neither its signature nor claims that this server does not
read are shown. The value of a session's cookie is taken, too: then the token that the session has is explained. Exit codes: 0 accepted, 1 refused or not to be told without keys, 2 wrong command line or settings.`
}

// errNotAccepted is said once the report has told the rest.
var errNotAccepted = errors.New("the token is not accepted")

// keysWithin is how long the issuer's keys, and the database, are waited for.
const keysWithin = 30 * time.Second

// Run prints the report.
func (e explainCommand) Run(p process) (err error) {
	proven, err := e.proven()
	if err != nil {
		return usageError{err}
	}
	token, err := e.token(p)
	if err != nil {
		return err
	}
	flags := settingFlags{Config: e.Config, Issuer: e.Issuer, Audience: e.Audience}
	settings, declarations, err := flags.loadDeclared(p)
	if err != nil {
		return err
	}
	if err := settings.CheckForServe(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(p.ctx, keysWithin)
	defer cancel()
	options := serve.Options{Collections: declarations.Collections}
	kept, done := e.open(ctx, p, settings, options)
	defer done()
	if id := sessionID(token); id != "" {
		if token, err = e.tokenOfSession(ctx, p, settings, kept, id); err != nil {
			return err
		}
	}
	deployment, err := serve.Explainer(ctx, settings, options, kept, e.Offline)
	if err != nil {
		return err
	}
	return e.print(p, deployment.Request(ctx, token, proven))
}

func (e explainCommand) token(p process) (string, error) {
	read := func() (string, error) { return explain.Trim(e.Token) }
	if e.Token == "" {
		if isTerminal(p.stderr) {
			_, _ = fmt.Fprintln(p.stderr, "Paste the token, then press Return and Ctrl-D.")
		}
		read = func() (string, error) { return explain.Read(p.stdin) }
	}
	token, err := read()
	if errors.Is(err, explain.ErrNoToken) {
		return "", usageError{err}
	}
	return token, err
}

// proven is the request that a proof is for; nil where there is none.
func (e explainCommand) proven() (*auth.Request, error) {
	switch {
	case e.Proof == "" && e.URL != "":
		return nil, errors.New("--url is the address that a proof is for: give --proof as well")
	case e.Proof == "":
		return nil, nil
	case e.URL == "":
		return nil, errors.New("--proof needs --url, the address of the request as the client called it")
	}
	return &auth.Request{Method: e.Method, Target: e.URL, Proofs: []string{strings.TrimSpace(e.Proof)}}, nil
}

// open opens the database in which servers keep their issuers' keys and what was
// called back. There is none without collections and sessions, unless one is named. One that
// cannot be read is worth a word only to those who count on it.
func (e explainCommand) open(ctx context.Context, p process, settings config.Settings, options serve.Options) (*store.Store, func()) {
	if len(options.Collections) == 0 && e.Database == "" && !settings.Session.On() {
		return nil, func() {}
	}
	url := settings.DatabaseURL
	if e.Database != "" {
		url = e.Database
	}
	s, err := store.Open(ctx, url, store.Options{ReadOnly: true, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		if e.Offline || e.Database != "" {
			_, _ = fmt.Fprintf(p.stderr, "Kept keys and revocations are not read: %v\n", err)
		}
		return nil, func() {}
	}
	return s, func() { _ = s.Close() }
}

func (e explainCommand) print(p process, r *explain.Report) error {
	if e.JSON {
		encoder := json.NewEncoder(p.stdout)
		encoder.SetIndent("", "  ")
		if err := encoder.Encode(r); err != nil {
			return err
		}
	} else if err := r.Print(p.stdout); err != nil {
		return err
	}
	if r.Verdict != explain.Accepted {
		return errNotAccepted
	}
	return nil
}
