package check

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/postern-dev/postern/auth"
)

// within bounds how long the issuers are waited for, all together.
const within = 10 * time.Second

// Surveyed is an issuer and what it publishes.
type Surveyed struct {
	auth.Issuer
	*auth.Survey
}

// Survey asks all issuers side by side, and no longer than ten seconds. A nil
// transport is a direct one.
func Survey(ctx context.Context, issuers []auth.Issuer, transport http.RoundTripper) []Surveyed {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	all := make([]Surveyed, len(issuers))
	var surveys sync.WaitGroup
	for i, issuer := range issuers {
		surveys.Go(func() { all[i] = Surveyed{issuer, auth.SurveyIssuer(ctx, issuer, transport)} })
	}
	surveys.Wait()
	return all
}

// Tenant says whether tokens of the issuer can be verified, with clocks that
// may differ by skew.
func (s Surveyed) Tenant(skew time.Duration) []Finding {
	var findings []Finding
	if s.Discovery != nil {
		findings = append(findings, s.discovery())
	}
	if s.KeySet != nil {
		findings = append(findings, s.keys()...)
	}
	if clock, dated := s.clock(skew); dated {
		findings = append(findings, clock)
	}
	return findings
}

// discovery judges the discovery document (OpenID Connect Discovery 1.0,
// section 4.3).
func (s Surveyed) discovery() Finding {
	switch {
	case s.Discovery.Err != nil:
		return unusable("tenant", s.URL, s.Discovery)
	case s.Named == s.URL:
		return Finding{OK, "tenant", s.URL + " publishes its discovery document and has that very name", ""}
	case s.Named == "":
		return Finding{Fail, "tenant", s.Discovery.URL + " does not say who the issuer is, so it is no discovery document",
			"Look at the domain in AUTH0_DOMAIN or POSTERN_ISSUER: something else answers there."}
	}
	return Finding{Fail, "tenant", fmt.Sprintf("the issuer at %s calls itself %.200q: %s", s.URL, s.Named, s.difference()),
		fmt.Sprintf("Tokens carry that name as iss, and it is compared to the letter. Set POSTERN_ISSUER=%.200s if that is the issuer you mean.", printable(s.Named))}
}

// difference names the slip that led to another name.
func (s Surveyed) difference() string {
	switch {
	case strings.TrimSuffix(s.Named, "/") == strings.TrimSuffix(s.URL, "/"):
		return "they differ by the slash at the end"
	case strings.EqualFold(s.Named, s.URL):
		return "they differ by capital letters"
	case slices.Contains(s.Formerly, s.Named):
		return "that is set as a former name, so the two have to change places"
	}
	return "that is another issuer, or another name of this one, such as a custom domain"
}

// keys judges the key set by what tokens of the issuer may be signed with.
func (s Surveyed) keys() []Finding {
	if s.KeySet.Err != nil {
		f := unusable("keys", s.URL, s.KeySet)
		if len(s.Skipped) > 0 {
			f.Says += " (" + strings.Join(s.Skipped[:min(len(s.Skipped), 3)], "; ") + ")"
		}
		return []Finding{f}
	}
	var usable, lacking []string
	for _, algorithm := range s.SignedWith() {
		if slices.ContainsFunc(s.Keys, func(k auth.SurveyedKey) bool { return slices.Contains(k.Algorithms, algorithm) }) {
			usable = append(usable, algorithm)
		} else {
			lacking = append(lacking, algorithm)
		}
	}
	var findings []Finding
	if len(usable) > 0 {
		findings = append(findings, Finding{OK, "keys", fmt.Sprintf("%s publishes %s to verify %s with",
			s.URL, count(len(s.Keys), "key"), strings.Join(usable, ", ")), ""})
	}
	if len(lacking) > 0 {
		findings = append(findings, s.lacking(lacking, len(usable) == 0))
	}
	if len(s.Skipped) > 0 {
		findings = append(findings, Finding{Info, "keys", fmt.Sprintf("%s are no use for access tokens: %s",
			count(len(s.Skipped), "published key"), strings.Join(s.Skipped[:min(len(s.Skipped), 3)], "; ")), ""})
	}
	return findings
}

// SignedWith are the accepted algorithms.
func (s Surveyed) SignedWith() []string {
	if len(s.Algorithms) == 0 {
		return []string{"RS256"}
	}
	return s.Algorithms
}

func (s Surveyed) lacking(algorithms []string, all bool) Finding {
	var published []string
	for _, k := range s.Keys {
		for _, algorithm := range k.Algorithms {
			if !slices.Contains(published, algorithm) {
				published = append(published, algorithm)
			}
		}
	}
	f := Finding{Warn, "keys", fmt.Sprintf("%s has no key for %s, which is accepted; its keys are for %s",
		s.URL, strings.Join(algorithms, ", "), strings.Join(published, ", ")),
		"Take " + strings.Join(algorithms, ", ") + " out of POSTERN_ALGORITHMS, or have the issuer sign so."}
	if all {
		f.Level = Fail
		f.Mend = "Set POSTERN_ALGORITHMS to what the issuer signs access tokens with, or have it sign them with " + algorithms[0] + "."
	}
	return f
}

// clock compares the issuer's clock with ours, to the second. Of the two
// answers the last one counts: its connection was open already.
func (s Surveyed) clock(skew time.Duration) (Finding, bool) {
	answer := s.KeySet
	if answer == nil || !answer.Dated {
		answer = s.Discovery
	}
	if answer == nil || !answer.Dated {
		return Finding{}, false
	}
	off, way := answer.Ahead, "ahead of"
	if off < 0 {
		off, way = -off, "behind"
	}
	says := fmt.Sprintf("the clock of %s is %s %s the one here", s.URL, count(int(off/time.Second), "second"), way)
	const mend = "Let this machine keep its time with NTP (chrony, systemd-timesyncd), and the server's, where that is another one."
	switch {
	case off == 0:
		return Finding{OK, "clock", "the clock of " + s.URL + " and the one here agree to the second", ""}, true
	case answer.Ahead > skew:
		return Finding{Fail, "clock", fmt.Sprintf("%s: fresh tokens are refused as not yet valid, since %v is what may differ", says, skew), mend}, true
	case off > skew:
		return Finding{Warn, "clock", fmt.Sprintf("%s: tokens end too early here, since %v is what may differ", says, skew), mend}, true
	case off > tolerated:
		return Finding{Warn, "clock", fmt.Sprintf("%s, of %v that may differ", says, skew), mend}, true
	}
	return Finding{OK, "clock", says, ""}, true
}

// tolerated is what travel and caches can make of two clocks that agree.
const tolerated = 5 * time.Second

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
