package explain

import (
	"fmt"
	"strings"
	"time"

	"github.com/postern-dev/postern/auth"
)

// State is how a check ended.
type State string

// The states of a check.
const (
	OK State = "ok"
	// Bad is a check that refuses the token.
	Bad State = "refused"
	// Unknown is a check that could not be made: its outcome may be either.
	Unknown State = "unchecked"
	// Skipped is a check that another one left with nothing to look at.
	Skipped State = "skipped"
)

// Check is what one check made of the token.
type Check struct {
	Name  string    `json:"check"`
	State State     `json:"state"`
	Code  auth.Code `json:"code,omitempty"`
	Says  string    `json:"says"`
	// Mend is what to do about it.
	Mend string `json:"mend,omitempty"`
}

// subject is a token under examination.
type subject struct {
	Deployment
	*auth.Examined
	token string
}

func (s subject) check(f auth.Finding) Check {
	c := Check{Name: f.Check, State: OK}
	switch {
	case !f.Done:
		c.State, c.Says = Skipped, s.notDone(f.Check)
	case f.Refusal == nil:
		c.Says = s.fact(f.Check)
	case f.Refusal.Code == auth.KeysUnavailable:
		c.State, c.Code = Unknown, f.Refusal.Code
		c.Says = "Could not be checked: the issuer's keys are not at hand." + because(f.Refusal)
		c.Mend = "The token may be good. Try again when the issuer can be reached, or look at its address in the settings."
	default:
		c.State, c.Code = Bad, f.Refusal.Code
		c.Says = f.Refusal.Reason().Sentence
		if f.Refusal.Specific != "" {
			c.Says += " " + f.Refusal.Specific
		}
		c.Mend = s.mend(f.Refusal.Code)
	}
	c.Says, c.Mend = neutral(c.Says, maxSentence), neutral(c.Mend, maxSentence)
	return c
}

// notDone is why a check has nothing to look at.
func (s subject) notDone(check string) string {
	switch {
	case check == "revoked" && s.NoRevocations != "":
		return s.NoRevocations
	case check == "proof replay":
		return "Only a server knows which proofs it has taken."
	}
	return "An earlier check leaves nothing to look at."
}

// because tells what led to a refusal.
func because(r *auth.Refusal) string {
	cause := r.Unwrap()
	if cause == nil {
		return ""
	}
	return " Cause: " + strings.ReplaceAll(cause.Error(), "\n", "; ") + "."
}

// fact is what a check found where it found nothing wrong.
func (s subject) fact(check string) string {
	switch id := s.Identity; check {
	case "form":
		return fmt.Sprintf("Three parts, %d bytes.", len(s.token))
	case "algorithm":
		return valueOf(s.Header, "alg") + "."
	case "type":
		if typ := valueOf(s.Header, "typ"); typ != "" {
			return typ + "."
		}
		return "None is said, which is fine."
	case "issuer":
		return id.Issuer + " is trusted."
	case "audience":
		return fmt.Sprintf("%q.", id.Audience)
	case "subject":
		if strings.HasSuffix(id.Subject, "@clients") {
			return id.Subject + ": an application's own token, with no user behind it."
		}
		return id.Subject + "."
	case "expiry":
		return "Ends at " + id.Expiry.Format(time.RFC3339) + "."
	case "time":
		return fmt.Sprintf("Valid now, for another %v.", id.Expiry.Sub(s.Now()).Round(time.Second))
	case "sender":
		if id.Thumbprint != "" {
			return "Bound to the key " + id.Thumbprint + ": each request has to bring a proof made with it."
		}
		return "Not bound to a key of its sender."
	case "key":
		return fmt.Sprintf("The issuer publishes %s; its keys were fetched %v ago.", keyName(s.Header), s.Now().Sub(s.KeysFetched).Round(time.Second))
	case "signature", "proof signature":
		return "Fits the key and the content."
	case "revoked":
		return "Nobody has called it back."
	case "proof key":
		return "The token is bound to the key of the proof."
	}
	return "Nothing is wrong."
}

func keyName(header []byte) string {
	if kid := valueOf(header, "kid"); kid != "" {
		return "the key " + kid
	}
	return "one key that fits (the token names none)"
}
