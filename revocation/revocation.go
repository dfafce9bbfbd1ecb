// Package revocation keeps what tokens are called back before their end: those
// of a session, of a subject up to a moment, or a single one. It is asked at
// every request, so it answers from memory. It knows nobody.
package revocation

import (
	"cmp"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Kind is what a revocation names.
type Kind string

// The kinds of revocations.
const (
	// Session ends all tokens with this `sid`.
	Session Kind = "session"
	// Subject ends all tokens of this `sub` that were issued up to a moment. A
	// token that does not say when counts as older.
	Subject Kind = "subject"
	// Token ends the one token with this `jti`.
	Token Kind = "token"
	// Login ends the one session of a browser with this key.
	Login Kind = "login"
)

// Revocation calls tokens back.
type Revocation struct {
	Kind   Kind
	Issuer string
	// Value is the session, the subject, the token or the login.
	Value string
	// At is up to when a subject's tokens are meant, in whole seconds; for the
	// others, when they were revoked.
	At time.Time
	// SessionKnown leaves a subject's tokens alone that name a session: another
	// revocation speaks of that.
	SessionKnown bool
	// Until is when no token that is meant can be good any more.
	Until time.Time
}

// Claims are those of a token that decide, or of a browser's session, whose key
// is Login. IssuedAt is 0 where the token does not say.
type Claims struct {
	Issuer, Subject, Session, Token, Login string
	IssuedAt                               int64
}

type name struct {
	kind          Kind
	issuer, value string
}

// List is what is revoked. It is safe for concurrent use.
type List struct {
	most int

	any     atomic.Bool // whether there is anything to look for
	mu      sync.RWMutex
	entries map[name]Revocation
	// floors are, by issuer, up to when all tokens count as revoked, because
	// what was known of them in particular did not fit.
	floors map[string]int64
	// added is told when something was added.
	added []func()
}

// NewList returns a list for so many revocations, some 200 bytes each. Beyond
// them the oldest are forgotten, and all tokens of their issuer that are older
// are refused instead: the list never lets in what was revoked.
func NewList(most int) *List {
	return &List{most: most, entries: map[name]Revocation{}, floors: map[string]int64{}}
}

// Notify has f called after each change, by whoever made it. It is not to be
// called once the list is in use.
func (l *List) Notify(f func()) { l.added = append(l.added, f) }

// Add takes revocations in. One that is known already counts by its later
// moment.
func (l *List) Add(now time.Time, revocations ...Revocation) {
	changed := false
	l.mu.Lock()
	for _, r := range revocations {
		changed = l.add(now, r) || changed
	}
	l.mu.Unlock()
	if !changed {
		return
	}
	l.any.Store(true)
	for _, f := range l.added {
		f()
	}
}

func (l *List) add(now time.Time, r Revocation) (changed bool) {
	n := name{r.Kind, r.Issuer, r.Value}
	known, there := l.entries[n]
	if !now.Before(r.Until) || there && !r.At.After(known.At) && (known.SessionKnown == r.SessionKnown || !known.SessionKnown) {
		return false
	}
	if there && !known.SessionKnown {
		r.SessionKnown = false
	}
	if there && known.Until.After(r.Until) {
		r.Until = known.Until
	}
	l.entries[n] = r
	if len(l.entries) > l.most {
		l.makeRoom(now)
	}
	return true
}

// makeRoom drops what is over, and if that is not enough the oldest tenth.
func (l *List) makeRoom(now time.Time) {
	var names []name
	for n, r := range l.entries {
		if !now.Before(r.Until) {
			delete(l.entries, n)
		} else {
			names = append(names, n)
		}
	}
	if len(l.entries) <= l.most {
		return
	}
	slices.SortFunc(names, func(a, b name) int { return cmp.Compare(l.entries[a].At.Unix(), l.entries[b].At.Unix()) })
	for _, n := range names[:max(1, len(names)/10)] {
		l.floors[n.issuer] = max(l.floors[n.issuer], l.entries[n].At.Unix())
		delete(l.entries, n)
	}
}

// Len is how many revocations are known in particular.
func (l *List) Len() int {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return len(l.entries)
}

// Revoked tells whether a token with these claims was called back.
func (l *List) Revoked(c Claims) bool {
	if !l.any.Load() {
		return false
	}
	l.mu.RLock()
	defer l.mu.RUnlock()
	if floor, there := l.floors[c.Issuer]; there && c.IssuedAt <= floor {
		return true
	}
	if c.Session != "" {
		if _, ended := l.entries[name{Session, c.Issuer, c.Session}]; ended {
			return true
		}
	}
	if c.Token != "" {
		if _, ended := l.entries[name{Token, c.Issuer, c.Token}]; ended {
			return true
		}
	}
	if c.Login != "" {
		if _, ended := l.entries[name{Login, c.Issuer, c.Login}]; ended {
			return true
		}
	}
	r, there := l.entries[name{Subject, c.Issuer, c.Subject}]
	return there && c.IssuedAt <= r.At.Unix() && (c.Session == "" || !r.SessionKnown)
}
