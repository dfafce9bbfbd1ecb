package admin

import (
	"time"

	"github.com/postern-dev/postern/auth"
)

// Status is the state of a server and of all that it depends on.
type Status struct {
	// Status is what /readyz says, and Reasons why it is not ok.
	Status  string   `json:"status"`
	Reasons []string `json:"reasons"`
	Program Program  `json:"program"`
	// Issuers are in the order of the settings.
	Issuers []Issuer `json:"issuers"`
	// Database and Feed are null where there are no collections.
	Database *Database `json:"database"`
	Feed     *Feed     `json:"feed"`
	// TokenCache is how many verified tokens are remembered, Revocations how
	// many are known to be called back.
	TokenCache  int `json:"tokenCache"`
	Revocations int `json:"revocations"`
}

// Program is which one this is, and since when it runs.
type Program struct {
	Version string    `json:"version"`
	Commit  string    `json:"commit"`
	Started time.Time `json:"started"`
}

// Issuer is what is known of an issuer's keys. Times are null where there was
// nothing yet.
type Issuer struct {
	URL    string   `json:"url"`
	Fresh  bool     `json:"fresh"`
	KeyIDs []string `json:"keyIds"`
	// Fetched is when the keys that count were fetched; they are fresh up to
	// StaleFrom, and used up to UnusableFrom if no fetch succeeds until then.
	Fetched      *time.Time `json:"fetched"`
	AgeSeconds   int64      `json:"ageSeconds"`
	StaleFrom    *time.Time `json:"staleFrom"`
	UnusableFrom *time.Time `json:"unusableFrom"`
	NextFetch    *time.Time `json:"nextFetch"`
	// FailuresInRow counts fetches that failed since the last good one, and
	// LastError says why the last one did.
	FailuresInRow int    `json:"failuresInRow"`
	LastError     string `json:"lastError,omitempty"`
}

// IssuerOf puts what is known at the moment into the form of the answer.
func IssuerOf(s auth.IssuerStats, now time.Time) Issuer {
	i := Issuer{URL: s.URL, Fresh: s.Fresh, KeyIDs: s.KeyIDs, FailuresInRow: s.FailuresInRow, NextFetch: moment(s.NextFetch)}
	if !s.Fetched.IsZero() {
		i.Fetched, i.AgeSeconds = moment(s.Fetched), int64(now.Sub(s.Fetched).Seconds())
		i.StaleFrom, i.UnusableFrom = moment(s.Fetched.Add(s.Life)), moment(s.Fetched.Add(s.UsableFor))
	}
	if s.LastError != nil {
		i.LastError = s.LastError.Error()
	}
	return i
}

func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC().Truncate(time.Second)
	return &t
}

// Database is the state of the database.
type Database struct {
	// Engine is sqlite or postgres.
	Engine string `json:"engine"`
	// Reachable tells whether it answered just now, and Error why not.
	Reachable bool   `json:"reachable"`
	Error     string `json:"error,omitempty"`
	// Writable tells whether the last writes could be done, and WriteError why
	// one could not.
	Writable   bool   `json:"writable"`
	WriteError string `json:"writeError,omitempty"`
	// Servers is how many share it.
	Servers int `json:"servers"`
	// Waiting is how many writes wait for SQLite's writer.
	Waiting int `json:"waiting"`
}

// Feed is the state of the change feed.
type Feed struct {
	Followers int `json:"followers"`
	// Behind is how many changes are known of and not handed out yet.
	Behind int64 `json:"behind"`
	// LookedSecondsAgo is since when the database was not asked for changes.
	LookedSecondsAgo int64 `json:"lookedSecondsAgo"`
}
