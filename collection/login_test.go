package collection_test

import (
	"testing"
	"time"

	"github.com/postern-dev/postern/collection"
)

func TestALoginThatHasAllThatARuleAsks(t *testing.T) {
	t.Parallel()
	strong, recent := collection.Rule{Kind: collection.ACR, Name: "phr"}, collection.Rule{Kind: collection.LoginAge, Age: time.Minute}
	other, hour := collection.Rule{Kind: collection.ACR, Name: "mfa"}, collection.Rule{Kind: collection.LoginAge, Age: time.Hour}
	owner, scope := collection.Rule{Kind: collection.OwnerOnly}, collection.Rule{Kind: collection.Scope, Name: "write:notes"}
	all := func(of ...collection.Rule) collection.Rule { return collection.Rule{Kind: collection.All, Of: of} }
	either := func(of ...collection.Rule) collection.Rule { return collection.Rule{Kind: collection.Any, Of: of} }
	for _, tt := range []struct {
		name string
		rule collection.Rule
		acr  string
		age  time.Duration
	}{
		{"nothing", owner, "", 0},
		{"a kind", strong, "phr", 0},
		{"an age", recent, "", time.Minute},
		{"both, one of them met", all(owner, strong, recent), "phr", time.Minute},
		{"the shorter age", all(hour, recent), "", time.Minute},
		{"the shorter age, first", all(recent, hour), "", time.Minute},
		{"within", all(owner, all(strong), either(recent)), "phr", time.Minute},
		{"the first of several", either(strong, other), "mfa", 0},
		{"a scope or a login", either(scope, recent), "", time.Minute},
		{"a login or an older one", either(all(other, hour), recent), "mfa", time.Hour},
	} {
		caller := collection.Caller{Owner: collection.Owner{Issuer: "i", Subject: "ada"}, ACR: "phr"}
		if acr, age := tt.rule.Login(caller); acr != tt.acr || age != tt.age {
			t.Errorf("%s: %q %v, want %q %v", tt.name, acr, age, tt.acr, tt.age)
		}
	}
}

func TestWhenALoginWillBeTooOld(t *testing.T) {
	t.Parallel()
	signedIn := time.Now().Add(-10 * time.Minute)
	age := func(d time.Duration) collection.Rule { return collection.Rule{Kind: collection.LoginAge, Age: d} }
	of := func(kind collection.RuleKind, of ...collection.Rule) collection.Rule {
		return collection.Rule{Kind: kind, Of: of}
	}
	owner := collection.Rule{Kind: collection.OwnerOnly}
	for _, tt := range []struct {
		name string
		rule collection.Rule
		in   time.Duration // after the login; 0 is never
	}{
		{"no age", owner, 0},
		{"an age", age(time.Hour), time.Hour},
		{"too old already", age(time.Minute), 0},
		{"the first of two", of(collection.All, owner, age(2*time.Hour), age(time.Hour)), time.Hour},
		{"the first of two that is not over", of(collection.Any, age(time.Minute), of(collection.All, age(time.Hour)), age(2*time.Hour)), time.Hour},
	} {
		want := time.Time{}
		if tt.in > 0 {
			want = signedIn.Add(tt.in)
		}
		caller := collection.Caller{Owner: collection.Owner{Issuer: "i", Subject: "ada"}, AuthTime: signedIn}
		if at := tt.rule.LoginEnds(caller); !at.Equal(want) {
			t.Errorf("%s: %v, want %v", tt.name, at, want)
		}
		if at := tt.rule.LoginEnds(collection.Caller{}); !at.IsZero() {
			t.Errorf("%s: %v for nobody", tt.name, at)
		}
	}
}
