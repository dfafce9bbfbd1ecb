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
