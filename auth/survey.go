package auth

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"
)

// Survey is what an issuer publishes, and what a verifier makes of it. It is
// for people who want to know what is wrong before the first token comes.
type Survey struct {
	// Discovery and KeySet are the two answers. Discovery is nil where the
	// address of the keys is configured, KeySet where nothing leads to it.
	Discovery, KeySet *Answer
	// Named is what the discovery document calls the issuer; it has to be the
	// configured URL to the letter.
	Named string
	// Scopes are the scopes_supported of the discovery document.
	Scopes []string
	// ProofAlgorithms are those of proofs with which the issuer binds tokens (RFC
	// 9449, section 5.1), Logout whether it tells of logouts (OpenID Connect
	// Back-Channel Logout 1.0, section 2.1).
	ProofAlgorithms []string
	Logout          bool
	// Keys are those that a verifier uses, Skipped says why it does not use the
	// others.
	Keys    []SurveyedKey
	Skipped []string
}

// SurveyedKey is a usable key: its id, and what it can verify.
type SurveyedKey struct {
	ID         string
	Algorithms []string
}

// Answer is how an issuer answered one request.
type Answer struct {
	URL string
	// Status is 0 where no answer came.
	Status      int
	ContentType string
	// Ahead is how far the issuer's clock is before ours, to the second, where
	// Dated tells that the answer has a date.
	Ahead time.Duration
	Dated bool
	// Err is why a verifier cannot use the answer.
	Err error
}

// SurveyIssuer asks the issuer for what it publishes, once, as a verifier does
// at its start: with the same limits, at most twice five seconds. A nil
// transport is a direct one that uses no proxy. Beyond a wrong name in the
// discovery document, where a verifier stops, it goes on to the keys.
func SurveyIssuer(ctx context.Context, issuer Issuer, transport http.RoundTripper) *Survey {
	if transport == nil {
		transport = directTransport()
	}
	witness := &witness{next: transport}
	source := newKeySource(issuer.URL, issuer.KeySetURL, witness)
	s := &Survey{}
	address := issuer.KeySetURL
	if address == "" {
		address = s.discover(ctx, source, witness)
	}
	if address != "" {
		s.fetchKeys(ctx, source, witness, address)
	}
	return s
}

// discover returns the address of the key set; empty where there is none to
// trust.
func (s *Survey) discover(ctx context.Context, source *keySource, w *witness) string {
	document, err := source.metadata(ctx)
	s.Discovery = w.answer(source.discoveryURL(), err)
	if err != nil {
		return ""
	}
	s.Named = document.Issuer
	// Optional and of no use to a verifier: what cannot be read is not there.
	if json.Unmarshal(document.Scopes, &s.Scopes) != nil {
		s.Scopes = nil
	}
	if json.Unmarshal(document.Proofs, &s.ProofAlgorithms) != nil {
		s.ProofAlgorithms = nil
	}
	s.Logout = string(document.Logout) == "true"
	if document.Issuer == "" {
		return "" // whatever this is, it is of no issuer
	}
	if s.Discovery.Err = checkKeyAddress(document.JWKSURI, source.issuer); s.Discovery.Err != nil {
		return ""
	}
	return document.JWKSURI
}

func (s *Survey) fetchKeys(ctx context.Context, source *keySource, w *witness, address string) {
	raw, _, err := source.get(ctx, address)
	s.KeySet = w.answer(address, err)
	if err != nil {
		return
	}
	set, skipped, err := decodeKeySet(raw)
	s.KeySet.Err = err
	for _, skip := range skipped {
		s.Skipped = append(s.Skipped, fmt.Sprintf("key %d: %v", skip.index+1, skip.err))
	}
	if err == nil {
		for _, k := range set.keys {
			s.Keys = append(s.Keys, SurveyedKey{k.id, k.algorithms})
		}
	}
}

// witness remembers the last answer that it carried.
type witness struct {
	next http.RoundTripper
	last *Answer
}

// RoundTrip carries a request. The issuer's clock is compared with the middle
// of ours before and after.
func (w *witness) RoundTrip(r *http.Request) (*http.Response, error) {
	before := time.Now()
	response, err := w.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	now := before.Add(time.Since(before) / 2)
	w.last = &Answer{Status: response.StatusCode, ContentType: response.Header.Get("Content-Type")}
	if date, err := http.ParseTime(response.Header.Get("Date")); err == nil {
		// An answer out of a cache has the date at which it went in (RFC 9111,
		// section 5.1).
		age, _ := strconv.ParseUint(response.Header.Get("Age"), 10, 31)
		w.last.Ahead = date.Add(time.Duration(age) * time.Second).Sub(now).Round(time.Second)
		w.last.Dated = true
	}
	return response, nil
}

// answer takes the last answer away.
func (w *witness) answer(address string, err error) *Answer {
	a := w.last
	if a == nil {
		a = &Answer{}
	}
	w.last = nil
	a.URL, a.Err = address, err
	return a
}
