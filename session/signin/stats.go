package signin

import "sync/atomic"

// Stats counts what this server did for sessions. Each outcome is there, with
// zeros.
type Stats struct {
	// Logins are those that came back from the tenant: "ok", or the code of their
	// [Failure].
	Logins map[string]uint64
	// Refreshes are the tenant's answers to requests for fresh tokens: "ok",
	// "refused" for good, which ends the session, or "unavailable".
	Refreshes map[string]uint64
	// Ended are the sessions that this server ended: by a "logout", by a
	// "new_login" in the same browser, or because they were "refused" fresh
	// tokens. Those that end by themselves, or by a revocation, are not among them.
	Ended map[string]uint64
}

// Stats tells what was done since the start.
func (s *Service) Stats() Stats {
	return Stats{s.logins.counts(), s.refreshes.counts(), s.ended.counts()}
}

// tally counts things of a few kinds.
type tally map[string]*atomic.Uint64

func newTally(kinds ...string) tally {
	t := tally{}
	for _, kind := range kinds {
		t[kind] = &atomic.Uint64{}
	}
	return t
}

func (t tally) add(kind string) { t[kind].Add(1) }

func (t tally) counts() map[string]uint64 {
	counts := map[string]uint64{}
	for kind, n := range t {
		counts[kind] = n.Load()
	}
	return counts
}
