package revocation_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/postern-dev/postern/revocation"
)

var (
	now   = time.Unix(1_900_000_000, 0)
	until = now.Add(time.Hour)
)

const issuer = "https://issuer.example/"

func TestRevoked(t *testing.T) {
	t.Parallel()
	l := revocation.NewList(100)
	l.Add(now,
		revocation.Revocation{Kind: revocation.Subject, Issuer: issuer, Value: "ada", At: now, Until: until},
		revocation.Revocation{Kind: revocation.Subject, Issuer: issuer, Value: "bob", At: now, SessionKnown: true, Until: until},
		revocation.Revocation{Kind: revocation.Session, Issuer: issuer, Value: "s1", At: now, Until: until},
		revocation.Revocation{Kind: revocation.Token, Issuer: issuer, Value: "t1", At: now, Until: until},
		revocation.Revocation{Kind: revocation.Login, Issuer: issuer, Value: "l1", At: now, Until: until},
		revocation.Revocation{Kind: revocation.Subject, Issuer: issuer, Value: "over", At: now, Until: now},
	)
	at := now.Unix()
	for _, tt := range []struct {
		name string
		c    revocation.Claims
		want bool
	}{
		{"issued before", revocation.Claims{issuer, "ada", "", "", "", at - 1}, true},
		{"issued in the same second", revocation.Claims{issuer, "ada", "", "", "", at}, true},
		{"issued after", revocation.Claims{issuer, "ada", "", "", "", at + 1}, false},
		{"does not say when", revocation.Claims{issuer, "ada", "", "", "", 0}, true},
		{"another issuer's", revocation.Claims{"https://other.example/", "ada", "", "", "", 0}, false},
		{"another subject's", revocation.Claims{issuer, "eve", "", "", "", 0}, false},
		{"with a session, of a subject that is out", revocation.Claims{issuer, "ada", "s9", "", "", at}, true},
		{"of the session that ended", revocation.Claims{issuer, "eve", "s1", "", "", at + 9}, true},
		{"of the same name elsewhere", revocation.Claims{"https://other.example/", "eve", "s1", "", "", at}, false},
		{"of another session of the one who ended one", revocation.Claims{issuer, "bob", "s2", "", "", at}, false},
		{"without a session, of the one who ended one", revocation.Claims{issuer, "bob", "", "", "", at}, true},
		{"the token", revocation.Claims{issuer, "eve", "", "t1", "", at + 9}, true},
		{"another token", revocation.Claims{issuer, "eve", "", "t2", "", at}, false},
		{"the browser's session", revocation.Claims{issuer, "eve", "", "", "l1", at + 9}, true},
		{"another session of a browser", revocation.Claims{issuer, "eve", "", "", "l2", at}, false},
		{"a session of the tenant with that name", revocation.Claims{issuer, "eve", "l1", "", "", at}, false},
		{"what was over at once", revocation.Claims{issuer, "over", "", "", "", 0}, false},
	} {
		if got := l.Revoked(tt.c); got != tt.want {
			t.Errorf("%s: %t", tt.name, got)
		}
	}
}

// What was said to last longer does, whoever says less of it later.
func TestALaterEndCounts(t *testing.T) {
	t.Parallel()
	l := revocation.NewList(1)
	token := revocation.Revocation{Kind: revocation.Token, Issuer: issuer, Value: "t1", At: now, Until: now.Add(time.Hour)}
	again := token
	again.At, again.Until = now.Add(time.Second), now.Add(time.Minute)
	l.Add(now, token, again)
	other := token
	other.Value = "t2"
	l.Add(now.Add(2*time.Minute), other) // there is room for one: what is over goes
	if !l.Revoked(revocation.Claims{Issuer: issuer, Subject: "ada", Token: "t1", IssuedAt: now.Unix() - 60}) {
		t.Error("a token is good again before its end")
	}
}

func TestALaterMomentCounts(t *testing.T) {
	t.Parallel()
	l := revocation.NewList(100)
	told := 0
	l.Notify(func() { told++ })
	ada := revocation.Revocation{Kind: revocation.Subject, Issuer: issuer, Value: "ada", At: now, SessionKnown: true, Until: until}
	l.Add(now, ada)
	l.Add(now, ada)
	if told != 1 {
		t.Errorf("told %d times of one", told)
	}
	earlier := ada
	earlier.At = now.Add(-time.Minute)
	l.Add(now, earlier)
	if told != 1 || !l.Revoked(revocation.Claims{Issuer: issuer, Subject: "ada", IssuedAt: now.Unix()}) {
		t.Error("an earlier moment took the place of a later one")
	}
	ada.SessionKnown = false
	l.Add(now, ada)
	if told != 2 || !l.Revoked(revocation.Claims{Issuer: issuer, Subject: "ada", Session: "s", IssuedAt: now.Unix()}) {
		t.Error("all sessions were meant")
	}
}

// What does not fit is refused, and never let in.
func TestAFullListRefusesMore(t *testing.T) {
	t.Parallel()
	l := revocation.NewList(50)
	for i := range 200 {
		l.Add(now, revocation.Revocation{Kind: revocation.Subject, Issuer: issuer, Value: fmt.Sprint(i),
			At: now.Add(time.Duration(i) * time.Second), Until: until.Add(time.Hour)})
	}
	for i := range 200 {
		if !l.Revoked(revocation.Claims{Issuer: issuer, Subject: fmt.Sprint(i), IssuedAt: now.Unix() + int64(i)}) {
			t.Errorf("subject %d is let in", i)
		}
	}
	if l.Revoked(revocation.Claims{Issuer: issuer, Subject: "new", IssuedAt: now.Unix() + 500}) {
		t.Error("a token that is younger than all of it is refused")
	}
	if l.Revoked(revocation.Claims{Issuer: "https://other.example/", Subject: "x", IssuedAt: 1}) {
		t.Error("another issuer pays for it")
	}
}

func BenchmarkRevoked(b *testing.B) {
	for _, size := range []int{0, 100_000} {
		l := revocation.NewList(200_000)
		for i := range size {
			l.Add(now, revocation.Revocation{Kind: revocation.Subject, Issuer: issuer, Value: fmt.Sprint(i), At: now, Until: until})
		}
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			b.ReportAllocs()
			c := revocation.Claims{Issuer: issuer, Subject: "auth0|ada", Session: "s", Token: "t", IssuedAt: now.Unix()}
			for b.Loop() {
				if l.Revoked(c) {
					b.Fatal("revoked")
				}
			}
		})
	}
}
