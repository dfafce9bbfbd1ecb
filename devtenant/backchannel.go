package devtenant

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	// logoutEvent is the event of a logout token, and logoutType its type
	// (OpenID Connect Back-Channel Logout 1.0, section 2.4).
	logoutEvent = "http://schemas.openid.net/event/backchannel-logout"
	logoutType  = "logout+jwt"
	logoutLife  = 2 * time.Minute
	// patience is how long a sign-out waits for the apps that it tells: whoever
	// comes back from it finds that it counts.
	patience = 2 * time.Second
)

// logoutClaims are those of a logout token. There is never a nonce, so that it
// cannot be taken for an ID token.
type logoutClaims struct {
	Issuer   string              `json:"iss"`
	Subject  string              `json:"sub"`
	Audience string              `json:"aud"`
	IssuedAt int64               `json:"iat"`
	Expires  int64               `json:"exp"`
	ID       string              `json:"jti"`
	Session  string              `json:"sid,omitempty"`
	Events   map[string]struct{} `json:"events"`
}

// newCourier carries logout tokens, to this machine only and nowhere else.
func newCourier() *http.Client {
	return &http.Client{
		Timeout:       patience,
		Transport:     &http.Transport{Proxy: nil},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// checkBackchannel wants an address of this machine: nothing leaves it.
func checkBackchannel(address string) error {
	u, err := url.Parse(address)
	switch {
	case err != nil:
		return err
	case u.Scheme != "http" || !slices.Contains(loopbackNames(), u.Hostname()):
		return errors.New("must be http on localhost, 127.0.0.1 or [::1]")
	case u.User != nil || strings.Contains(address, "#"):
		return errors.New("must have no user and no #fragment")
	}
	return nil
}

// tellOf tells clients that a session of the user ended, or all of them where
// sid is empty. It returns the ids of those that took note and of the others.
func (t *Tenant) tellOf(ctx context.Context, user User, sid string, clients []Client) (told, missed []string) {
	ended := t.now()
	t.signedOut.put(user.Subject, ended, logoutLife)
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer stop()
	errs := make([]error, len(clients))
	var all sync.WaitGroup
	for i, client := range clients {
		all.Go(func() { errs[i] = t.tell(ctx, client, user, sid, ended) })
	}
	all.Wait()
	for i, client := range clients {
		if errs[i] == nil {
			told = append(told, client.ID)
			continue
		}
		missed = append(missed, client.ID)
		t.opts.Log.Warn("development tenant could not tell a client of a logout", "client", client.ID, "error", errs[i])
	}
	return told, missed
}

func (t *Tenant) tell(ctx context.Context, client Client, user User, sid string, ended time.Time) error {
	token, err := sign(t.keys.current(), logoutType, logoutClaims{
		Issuer: t.opts.Issuer, Subject: user.Subject, Audience: client.ID, Session: sid, ID: random(familyIDSize),
		IssuedAt: ended.Unix(), Expires: ended.Add(logoutLife).Unix(), Events: map[string]struct{}{logoutEvent: {}},
	})
	if err != nil {
		return err
	}
	form := strings.NewReader(url.Values{"logout_token": {token}}.Encode())
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, client.BackchannelLogoutURI, form)
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := t.courier.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK && answer.StatusCode != http.StatusNoContent {
		why, _ := io.ReadAll(io.LimitReader(answer.Body, 1<<10))
		return fmt.Errorf("%s answered %s: %s", client.BackchannelLogoutURI, answer.Status, why)
	}
	return nil
}

// reachable are the clients that want to be told, all of them or those with
// these ids.
func (t *Tenant) reachable(ids []string) (clients []Client) {
	for _, client := range t.opts.Clients {
		if client.BackchannelLogoutURI != "" && (ids == nil || slices.Contains(ids, client.ID)) {
			clients = append(clients, client)
		}
	}
	return clients
}

// outOfTheSecond waits, less than a second, until no token of this user can have
// the time of the last logout. Times in tokens are whole seconds, and whoever
// takes a logout seriously refuses those of its very second.
func (t *Tenant) outOfTheSecond(user User) {
	ended, recently := t.signedOut.get(user.Subject)
	if left := ended.Truncate(time.Second).Add(time.Second).Sub(t.now()); recently && left > 0 {
		time.Sleep(min(left, time.Second))
	}
}

// everywhere is what POST /dev/logout answers.
type everywhere struct {
	User string `json:"user"`
	// Sessions counts the browsers that were signed out.
	Sessions int      `json:"sessions"`
	Told     []string `json:"clientsTold"`
	Missed   []string `json:"clientsMissed"`
}

// signOutEverywhere is the drill POST /dev/logout: what blocking a user does,
// or a change of the password. All sessions, codes and refresh tokens end, and
// each client that wants to know is told.
func (t *Tenant) signOutEverywhere(w http.ResponseWriter, r *http.Request) error {
	query, err := parameters(r, "user")
	if err != nil {
		return err
	}
	user, err := findUser(t.opts.Users, query.Get("user"))
	if err != nil {
		return badRequest("%v", err)
	}
	ended := t.sessions.dropThose(func(s session) bool { return s.user.Subject == user.Subject })
	t.ledger.end(user.Subject)
	told, missed := t.tellOf(r.Context(), user, "", t.reachable(nil))
	t.opts.Log.Warn("development tenant signed a user out everywhere", "user", user.Name)
	writeJSON(w, http.StatusOK, everywhere{user.Name, ended, append([]string{}, told...), append([]string{}, missed...)})
	return nil
}
