package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/postern-dev/postern/cmd/postern/serve"
	"github.com/postern-dev/postern/config"
	"github.com/postern-dev/postern/revocation"
	"github.com/postern-dev/postern/store"
)

type revokeCommand struct {
	databaseFlags
	Subject string `help:"End all tokens of this subject that were issued up to now." placeholder:"SUB" xor:"what"`
	Session string `help:"End all tokens with this sid." placeholder:"SID" xor:"what"`
	Token   string `help:"End the token with this jti." placeholder:"JTI" xor:"what"`
	Exp     int64  `help:"With --token: the exp of that token, after which nothing is kept of it." placeholder:"SECONDS"`
	Issuer  string `help:"Whose subject, session or token; of all trusted issuers if left out." placeholder:"URL"`
	JSON    bool   `name:"json" help:"Print JSON."`
}

// Help shows the command at work.
func (revokeCommand) Help() string {
	return `Example:
  postern revoke --subject 'auth0|ada'

Every server of the database refuses the tokens within two seconds, and ends the streams of who has them. Block the user in the
tenant first: else the next login brings a token that is good.

Exit codes: 0 it is stored; 1 failed; 2 wrong command line or settings.`
}

// Run stores the revocation.
func (r revokeCommand) Run(p process) error {
	settings, _, err := r.load(p)
	if err != nil {
		return err
	}
	kind, value := r.what()
	if value == "" {
		return usageError{errors.New("say what to revoke: --subject, --session or --token")}
	}
	now := time.Now()
	ends, err := r.ends(now, kind)
	if err != nil {
		return err
	}
	all := serve.Revocations(settings, kind, r.Issuer, value, now, ends)
	if len(all) == 0 {
		return usageError{fmt.Errorf("%s; set AUTH0_DOMAIN or POSTERN_ISSUER as for serve", r.noIssuer(settings))}
	}
	if err := store.RevokeBeside(p.ctx, settings.DatabaseURL, all...); err != nil {
		return err
	}
	return r.report(p, kind, value, all)
}

func (r revokeCommand) what() (revocation.Kind, string) {
	switch {
	case r.Subject != "":
		return revocation.Subject, r.Subject
	case r.Session != "":
		return revocation.Session, r.Session
	}
	return revocation.Token, r.Token
}

// ends is when the token ends by itself; zero where nobody said.
func (r revokeCommand) ends(now time.Time, kind revocation.Kind) (ends time.Time, err error) {
	if r.Exp == 0 {
		return ends, nil
	}
	ends = time.Unix(r.Exp, 0)
	switch {
	case kind != revocation.Token:
		err = errors.New("--exp is that of a token: say which with --token")
	case ends.Before(now):
		err = fmt.Errorf("--exp says that the token ended at %s; it is refused without this", ends.UTC().Format(time.RFC3339))
	}
	if err != nil {
		return ends, usageError{err}
	}
	return ends, nil
}

func (r revokeCommand) noIssuer(settings config.Settings) string {
	known := func(i config.Issuer) bool { return i.URL == r.Issuer }
	if r.Issuer != "" && !slices.ContainsFunc(settings.Issuers, known) {
		return "the issuer " + r.Issuer + " is not trusted here"
	}
	return "no issuer is known"
}

func (r revokeCommand) report(p process, kind revocation.Kind, value string, all []revocation.Revocation) error {
	var issuers []string
	for _, one := range all {
		issuers = append(issuers, one.Issuer)
	}
	if r.JSON {
		return json.NewEncoder(p.stdout).Encode(map[string]any{"kind": kind, "value": value, "issuers": issuers,
			"at": all[0].At.UTC().Format(time.RFC3339), "keptUntil": all[0].Until.UTC().Format(time.RFC3339)})
	}
	_, err := fmt.Fprintf(p.stdout, "Revoked: the %s %s of %v, up to %s. Servers know within two seconds.\n",
		kind, value, issuers, all[0].At.UTC().Format(time.RFC3339))
	return err
}
