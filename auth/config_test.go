package auth_test

import (
	"strings"
	"testing"
	"time"

	"github.com/postern-dev/postern/auth"
)

const tenant = "https://tenant.example/"

// withIssuer is a good configuration of one issuer, spoiled.
func withIssuer(spoil func(*auth.Issuer)) auth.Config {
	issuer := auth.Issuer{URL: tenant, Audiences: []string{"api"}}
	spoil(&issuer)
	return auth.Config{Issuers: []auth.Issuer{issuer}}
}

func with(spoil func(*auth.Config)) auth.Config {
	config := withIssuer(func(*auth.Issuer) {})
	spoil(&config)
	return config
}

func named(url string) auth.Config { return withIssuer(func(i *auth.Issuer) { i.URL = url }) }

func TestMistakesOfTheConfigurationAreReported(t *testing.T) { // K21
	t.Parallel()
	for _, tt := range []struct {
		name   string
		config auth.Config
		want   string // a part of the error; "" for none
	}{
		{"as it should be", with(func(*auth.Config) {}), ""},
		{"an issuer on loopback", named("http://localhost:6061/"), ""},
		{"an issuer with a path", named("https://login.example/realms/a"), ""},
		{"no skew at all", with(func(c *auth.Config) { c.Skew = pointer(time.Duration(0)) }), ""},
		{"all algorithms", withIssuer(func(i *auth.Issuer) { i.Algorithms = auth.Algorithms() }), ""},
		{"no issuer", auth.Config{}, "no issuer"},
		{"an issuer without a name", named(""), "not a plain URL"},
		{"an issuer that is a word", named("not a url"), "not a plain URL"},
		{"an issuer without a scheme", named("tenant.example"), "not a plain URL"},
		{"an issuer over plain http", named("http://tenant.example/"), "not https"},
		{"an issuer that only looks like loopback", named("http://localhost.example/"), "not https"},
		{"an issuer over ftp on loopback", named("ftp://localhost/"), "not https"},
		{"an issuer with a password", named("https://a:b@tenant.example/"), "not a plain URL"},
		{"an issuer with a query", named("https://tenant.example/?a=b"), "not a plain URL"},
		{"an issuer with an empty query", named("https://tenant.example/?"), "not a plain URL"},
		{"an issuer with a fragment", named("https://tenant.example/#a"), "not a plain URL"},
		{"a former name that is none", withIssuer(func(i *auth.Issuer) { i.Formerly = []string{"old"} }), `"old"`},
		{"a former name that is the name", withIssuer(func(i *auth.Issuer) { i.Formerly = []string{tenant} }), "twice"},
		{"an issuer twice", with(func(c *auth.Config) { c.Issuers = append(c.Issuers, c.Issuers[0]) }), "twice"},
		{"no audience", withIssuer(func(i *auth.Issuer) { i.Audiences = nil }), "no audience"},
		{"an empty audience", withIssuer(func(i *auth.Issuer) { i.Audiences = []string{"api", ""} }), "audience is empty"},
		{"HS256", withIssuer(func(i *auth.Issuer) { i.Algorithms = []string{"HS256"} }), `"HS256"`},
		{"none", withIssuer(func(i *auth.Issuer) { i.Algorithms = []string{"RS256", "none"} }), `"none"`},
		{"an algorithm in small letters", withIssuer(func(i *auth.Issuer) { i.Algorithms = []string{"rs256"} }), `"rs256"`},
		{"an empty algorithm", withIssuer(func(i *auth.Issuer) { i.Algorithms = []string{""} }), `""`},
		{"a key set over plain http", withIssuer(func(i *auth.Issuer) { i.KeySetURL = "http://tenant.example/k" }), "not https"},
		{"a key set on loopback of an issuer that is not", withIssuer(func(i *auth.Issuer) { i.KeySetURL = "http://localhost/k" }), "not https"},
		{"a key set at a path", withIssuer(func(i *auth.Issuer) { i.KeySetURL = "/k" }), "not a plain URL"},
		{"a negative skew", with(func(c *auth.Config) { c.Skew = pointer(-time.Second) }), "skew"},
		{"a skew of an hour", with(func(c *auth.Config) { c.Skew = pointer(time.Hour) }), "skew"},
		{"a negative life of keys", with(func(c *auth.Config) { c.KeyLife = -1 }), "negative"},
		{"a negative limit of keys", with(func(c *auth.Config) { c.KeyMaxStale = -1 }), "negative"},
		{"a negative lifetime", with(func(c *auth.Config) { c.MaxLifetime = -1 }), "negative"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			verifier, err := auth.New(t.Context(), tt.config)
			if tt.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), tt.want) || verifier != nil {
				t.Errorf("got %v, want an error with %q", err, tt.want)
			}
		})
	}
}

func TestAllMistakesAreReportedTogether(t *testing.T) {
	t.Parallel()
	_, err := auth.New(t.Context(), auth.Config{
		Skew:        pointer(time.Hour),
		KeyMaxStale: -1,
		Issuers: []auth.Issuer{
			{URL: "http://one.example/", Algorithms: []string{"HS256"}, KeySetURL: "ftp://x/"},
			{URL: "two", Audiences: []string{""}},
			{URL: "two", Audiences: []string{"api"}},
		},
	})
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{
		"skew", "negative", "issuer 1", `"http://one.example/" is not https`, `"HS256"`, "no audience", "ftp://x/",
		"issuer 2", `"two" is not a plain URL`, "audience is empty", "twice", "issuer 3",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing in:\n%v", want, err)
		}
	}
}
