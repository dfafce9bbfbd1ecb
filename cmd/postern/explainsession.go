package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/postern-dev/postern/config"
	"github.com/postern-dev/postern/session"
	"github.com/postern-dev/postern/session/signin"
	"github.com/postern-dev/postern/store"
)

// sessionID returns the id where the text is the value of a session's cookie, or
// the whole cookie; empty where it is something else.
func sessionID(text string) string {
	name, value, named := strings.Cut(text, "=")
	if named && strings.HasSuffix(name, "postern-session") {
		text = value
	}
	if session.KeyOf(text) == "" {
		return ""
	}
	return text
}

// tokenOfSession tells of the session what there is to tell, and returns the
// token by which it lets requests in.
func (e explainCommand) tokenOfSession(ctx context.Context, p process, settings config.Settings, kept *store.Store, id string) (string, error) {
	switch {
	case !settings.Session.On():
		return "", errors.New("this is the id of a session, and these settings have none: set POSTERN_SESSION_CLIENT_ID and its secret")
	case kept == nil:
		return "", errors.New("this is the id of a session, and sessions are in the database: name one that can be read with --database")
	}
	r, token, err := signin.Peek(ctx, kept, settings.Session.ClientSecret, id)
	if errors.Is(err, session.ErrEnded) {
		return "", fmt.Errorf("there is no such session, or none any more; or the client's secret here is another one: %w", err)
	}
	if err != nil {
		return "", err
	}
	at := func(t time.Time) string { return t.UTC().Format(time.RFC3339) }
	_, err = fmt.Fprintf(p.stderr, "A session of %s, begun %s, refreshed %d times. It ends %s, and %s where its user does nothing. Its token:\n",
		r.Subject, at(r.Began), r.Version-1, at(r.Ends), at(r.IdleUntil))
	if r.Over(time.Now()) {
		_, err = fmt.Fprintln(p.stderr, "It is over: the next request is answered session_ended.")
	}
	return token, err
}
