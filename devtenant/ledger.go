package devtenant

import (
	"sync"
	"time"
)

// How long what the tenant issues is good for. Those of refresh tokens and the
// code are Auth0's defaults for single-page apps.
const (
	codeLife     = time.Minute
	codeMemory   = time.Hour // in which a second use of a code is recognised
	refreshLife  = 30 * 24 * time.Hour
	refreshIdle  = 15 * 24 * time.Hour
	mostOfAKind  = 2000
	familyIDSize = 16
	tokenSize    = 32
)

// grant is what a user allowed an app to do: all tokens of one login say this.
type grant struct {
	client   string
	user     User
	scope    []string
	audience string // empty: no API, only the tenant's userinfo endpoint
	// sid names the session (OpenID Connect Front-Channel Logout 1.0,
	// section 3); signedIn is when it began, by the true clock.
	sid      string
	signedIn time.Time
	// acr is how the user signed in; empty where no app asked.
	acr string
	// holder is the thumbprint of the key to which the tokens are bound (RFC
	// 9449, section 5); empty where they are bound to none.
	holder string
	// machine tells a client that acts for itself.
	machine bool
}

// pledge is what an authorization code stands for.
type pledge struct {
	grant
	nonce       string
	redirectURI string
	challenge   string
	// promisedTo is the thumbprint of the key that the app named when it asked
	// for the code (RFC 9449, section 10); empty where it named none.
	promisedTo string
	// tellTime is set if the app asked how long ago the login was (max_age).
	tellTime bool
	family   string
	expires  time.Time
	spent    bool
}

// family is what came of one login and dies together: refresh tokens that
// replace one another, of which only the last is good, and opaque tokens.
type family struct {
	grant
	current string // the last refresh token; empty before the first
	born    time.Time
}

// opaque is an access token that is only a name for what is kept here.
type opaque struct {
	grant
	family string
}

// ledger remembers what was issued. Its steps are atomic, so that of two
// requests with the same code or refresh token one comes second.
type ledger struct {
	clock    func() time.Time
	mu       sync.Mutex
	codes    *shelf[pledge]
	families *shelf[family]
	opaques  *shelf[opaque]
}

func newLedger(clock func() time.Time) *ledger {
	return &ledger{
		clock:    clock,
		codes:    newShelf[pledge](mostOfAKind, clock),
		families: newShelf[family](mostOfAKind, clock),
		opaques:  newShelf[opaque](mostOfAKind, clock),
	}
}

// promise returns a code that redeem takes once within a minute.
func (l *ledger) promise(p pledge) (code string) {
	code = random(tokenSize)
	p.family = random(familyIDSize)
	p.expires = l.clock().Add(codeLife)
	l.codes.put(code, p, codeMemory)
	return code
}

// redeem uses the code up. A second use means that somebody else has it too,
// so what the first one brought dies (RFC 6749, section 4.1.2).
func (l *ledger) redeem(code string) (pledge, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	p, known := l.codes.get(code)
	if !known || p.spent {
		l.families.drop(p.family)
		return pledge{}, false
	}
	if !l.clock().Before(p.expires) {
		return pledge{}, false
	}
	l.families.put(p.family, family{grant: p.grant, born: l.clock()}, refreshLife)
	p.spent = true
	l.codes.put(code, p, codeMemory)
	return p, true
}

// bind ties what comes of a login to the key of the app.
func (l *ledger) bind(id, holder string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if f, alive := l.families.get(id); alive {
		f.holder = holder
		l.families.put(id, f, f.born.Add(refreshLife).Sub(l.clock()))
	}
}

// refresh gives the family its next refresh token. It reports false if the
// family has died meanwhile.
func (l *ledger) refresh(id string) (token string, alive bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f, alive := l.families.get(id)
	if !alive {
		return "", false
	}
	return l.next(id, f), true
}

// next makes a token that names its family, so that each earlier one is
// recognised without being kept.
func (l *ledger) next(id string, f family) (token string) {
	token = id + random(tokenSize)
	f.current = token
	left := f.born.Add(refreshLife).Sub(l.clock())
	l.families.put(id, f, min(refreshIdle, left))
	return token
}

// renewal is what a refresh token was exchanged for.
type renewal struct {
	grant
	family, token string
}

// rotate exchanges a refresh token of client for the next. One that is not
// the last was stolen, or the last was: nobody can tell, so the whole family
// dies (RFC 9700, section 4.14.2).
func (l *ledger) rotate(token, client string) (renewal, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	id, f, ok := l.familyOf(token)
	if !ok || f.client != client {
		return renewal{}, false
	}
	if !sameSecret(token, f.current) {
		l.families.drop(id)
		return renewal{}, false
	}
	return renewal{f.grant, id, l.next(id, f)}, true
}

// familyOf finds the family that a refresh token names, whether or not it is
// the family's last.
func (l *ledger) familyOf(token string) (id string, f family, ok bool) {
	if len(token) != textSize(familyIDSize)+textSize(tokenSize) {
		return "", family{}, false
	}
	id = token[:textSize(familyIDSize)]
	f, ok = l.families.get(id)
	return id, f, ok
}

// kill ends what came of a login.
func (l *ledger) kill(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.families.drop(id)
}

// end ends what came of all logins of a subject, codes on their way included.
func (l *ledger) end(subject string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.codes.dropThose(func(p pledge) bool { return p.user.Subject == subject })
	l.families.dropThose(func(f family) bool { return f.user.Subject == subject })
}

// nameOpaque returns an opaque access token for g that lives with its family.
func (l *ledger) nameOpaque(id string, g grant, life time.Duration) (token string) {
	token = random(tokenSize)
	l.opaques.put(token, opaque{g, id}, life)
	return token
}

// meaning returns what an opaque access token stands for.
func (l *ledger) meaning(token string) (grant, bool) {
	o, known := l.opaques.get(token)
	if !known {
		return grant{}, false
	}
	_, alive := l.families.get(o.family)
	return o.grant, alive
}

// revoke kills the family that a refresh token names, an earlier one of the
// family included. It reports false, and does nothing, if that is another
// client's.
func (l *ledger) revoke(token, client string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	id, f, known := l.familyOf(token)
	if known && f.client != client {
		return false
	}
	l.families.drop(id)
	return true
}
