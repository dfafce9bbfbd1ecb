package config_test

import (
	"errors"
	"io/fs"
	"log/slog"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/postern-dev/postern/config"
)

type vars map[string]string

// from makes sources of an environment and the text of postern.yaml; "" is no file.
func from(env vars, file string) config.Sources {
	s := config.Sources{
		Getenv: func(name string) string { return env[name] },
		ReadFile: func(name string) ([]byte, error) {
			if file == "" || name != "postern.yaml" {
				return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
			}
			return []byte(file), nil
		},
	}
	for name, value := range env {
		s.Environ = append(s.Environ, name+"="+value)
	}
	return s
}

func mustLoad(t *testing.T, s config.Sources) config.Settings {
	t.Helper()
	settings, err := config.Load(s)
	if err != nil {
		t.Fatal(err)
	}
	return settings
}

func mistakes(t *testing.T, err error) config.Mistakes {
	t.Helper()
	var all config.Mistakes
	if !errors.As(err, &all) {
		t.Fatalf("got %v, want mistakes", err)
	}
	return all
}

func TestDefaults(t *testing.T) {
	want := config.Settings{
		Algorithms: []string{"RS256"}, DPoP: "allowed", DPoPNonce: "needed", Addr: ":6060", AdminAddr: "auto", TracePercent: 100,
		JWKSTTL: 10 * time.Minute, JWKSMaxStale: 24 * time.Hour, ClockSkew: 30 * time.Second,
		TokenCache: 20_000, RateLimit: 50, MaxBody: 1 << 20, MaxInFlight: 512, MaxInFlightEach: 64, MaxWait: 100 * time.Millisecond,
		RequestTimeout: 15 * time.Second, DrainDelay: time.Second, DrainLimit: 20 * time.Second,
		DatabaseURL: "sqlite:postern.db", Durability: "full", MaxDocument: 256 << 10, DocumentCache: 64 << 20, MaxBatch: 100, PageSize: 50,
		MaxPage: 200, MaxFilters: 10, MaxIn: 100, MaxScan: 20_000,
		MaxFollowers: 10_000, MaxFollowersEach: 100, KeepChanges: 1_000_000, KeepChangesFor: 168 * time.Hour, KeepAnswers: 24 * time.Hour,
		Session:  config.Session{Scopes: []string{"openid", "profile", "email", "offline_access"}, SameSite: "strict", Life: 168 * time.Hour, Idle: 24 * time.Hour},
		LogLevel: slog.LevelInfo, LogFormat: "json",
	}
	for name, s := range map[string]config.Sources{
		"nothing at all":   {},
		"no file":          from(nil, ""),
		"empty file":       from(nil, "# nothing yet\n"),
		"empty variables":  from(vars{"POSTERN_ADDR": "", "AUTH0_DOMAIN": ""}, ""),
		"only a separator": from(nil, "---\n"),
	} {
		t.Run(name, func(t *testing.T) {
			if got := mustLoad(t, s); !reflect.DeepEqual(got, want) {
				t.Errorf("got %+v\nwant %+v", got, want)
			}
		})
	}
}

func TestPrecedence(t *testing.T) {
	const file = "addr: :1111\nlogLevel: error\n"
	for _, tt := range []struct {
		name, flag string
		env        vars
		file       string
		want       string
	}{
		{"default", "", nil, "", ":6060"},
		{"file over default", "", nil, file, ":1111"},
		{"PORT over file", "", vars{"PORT": "2222"}, file, ":2222"},
		{"POSTERN_ADDR over PORT", "", vars{"PORT": "2222", "POSTERN_ADDR": ":3333"}, file, ":3333"},
		{"flag over all", ":4444", vars{"PORT": "2222", "POSTERN_ADDR": ":3333"}, file, ":4444"},
		{"an empty variable is not set", "", vars{"POSTERN_ADDR": ""}, file, ":1111"},
		{"a bad value that is overridden is not read", ":4444", vars{"PORT": "tcp"}, "addr: nonsense\n", ":4444"},
		{"blanks around a value are dropped", "", vars{"POSTERN_ADDR": " :3333\r\n"}, "", ":3333"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := from(tt.env, tt.file)
			if tt.flag != "" {
				s.Flags = map[string]string{"addr": tt.flag}
			}
			if got := mustLoad(t, s).Addr; got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

// Whatever the source, the same text means the same.
func TestEverySettingReadsItsExampleFromEverySource(t *testing.T) {
	for _, d := range config.Describe() {
		t.Run(d.Key, func(t *testing.T) {
			inFile := mustLoad(t, from(nil, d.Key+": "+d.Example+"\n"))
			if len(d.Env) > 0 {
				if got := mustLoad(t, from(vars{d.Env[0]: d.Example}, "")); !reflect.DeepEqual(got, inFile) {
					t.Errorf("%s reads %+v, the file %+v", d.Env[0], got, inFile)
				}
			}
			if d.Flag != "" {
				s := from(nil, "")
				s.Flags = map[string]string{d.Key: d.Example}
				if got := mustLoad(t, s); !reflect.DeepEqual(got, inFile) {
					t.Errorf("--%s reads %+v, the file %+v", d.Flag, got, inFile)
				}
			}
		})
	}
}

func TestAllMistakesAreReportedTogether(t *testing.T) {
	s := from(vars{
		"POSTERN_JWKS_TTL": "soon", "CLIENT_ORIGIN_URL": "*,https://a.example.com/", "POSTERN_RATELIMIT": "5",
	}, "addr: 6060\nclockSkew: 1h\nmaxbody: 1MiB\nclockSkew: 2h\n")
	s.Flags = map[string]string{"logLevel": "loud"}
	got, err := config.Load(s)
	if !reflect.DeepEqual(got, config.Settings{}) {
		t.Errorf("settings come with mistakes: %+v", got)
	}
	want := []string{
		`postern.yaml:4 has the key "clockSkew" again, which line 2 has already`,
		`postern.yaml:3 has the unknown key "maxbody"; did you mean maxBody?`,
		`CLIENT_ORIGIN_URL is *, which would let every website in; name the origins; for example: CLIENT_ORIGIN_URL=https://app.example.com`,
		`CLIENT_ORIGIN_URL ends in a slash in "https://a.example.com/", which no browser sends; for example: CLIENT_ORIGIN_URL=https://a.example.com`,
		`postern.yaml:1: addr is "6060", without the colon before the port; for example: addr: :6060`,
		`POSTERN_JWKS_TTL is "soon", not a duration such as 500ms, 90s, 10m, 24h or 7d; for example: POSTERN_JWKS_TTL=10m`,
		`postern.yaml:2: clockSkew is 1h, outside 0s to 5m; for example: clockSkew: 30s`,
		`--log-level is "loud", not one of debug, info, warn, error; for example: --log-level info`,
		`POSTERN_RATELIMIT is not a variable of Postern; did you mean POSTERN_RATE_LIMIT?`,
	}
	all := mistakes(t, err)
	for i, m := range all {
		if i >= len(want) || m.String() != want[i] {
			t.Errorf("mistake %d: %s", i, m)
		}
	}
	if len(all) != len(want) {
		t.Errorf("%d mistakes, want %d", len(all), len(want))
	}
	if text := err.Error(); !strings.HasPrefix(text, "9 mistakes in the settings\n  postern.yaml:4 ") {
		t.Error(text)
	}
}

func TestIgnoredSettingsAreNotReadButTold(t *testing.T) {
	s := from(vars{"AUTH0_DOMAIN": "https://YOUR DOMAIN", "POSTERN_ISSUER": "nonsense", "POSTERN_ALGORITHMS": "HS256"},
		"# mine\nissuers: 5\naddr: :1234\n")
	s.Ignore = []string{"auth0Domain", "issuer", "issuers", "audience", "algorithms"}
	got := mustLoad(t, s)
	want := []string{"AUTH0_DOMAIN", "POSTERN_ISSUER", "postern.yaml:2", "POSTERN_ALGORITHMS"}
	if !reflect.DeepEqual(got.Ignored, want) {
		t.Errorf("ignored %q, want %q", got.Ignored, want)
	}
	if len(got.Issuers) > 0 || got.Addr != ":1234" || !reflect.DeepEqual(got.Algorithms, []string{"RS256"}) {
		t.Errorf("got %+v", got)
	}
}

func TestIssuersOfTheFile(t *testing.T) {
	got := mustLoad(t, from(vars{"AUTH0_AUDIENCE": "https://api.example.com, urn:other"}, `
algorithms: [RS256, ES256]
issuers:
  - url: https://login.example.com/
    formerly: [https://old.eu.auth0.com/, https://older.eu.auth0.com/]
  - url: https://id.example.com/realms/main
    audience: "an api, with a comma"
    algorithms: PS256
    jwksUrl: https://keys.example.com/jwks?policy=main
    dpop: required
  - url: http://127.0.0.1:6061/
    audience: ["one, two", three]
`))
	both, algorithms := []string{"https://api.example.com", "urn:other"}, []string{"RS256", "ES256"}
	want := []config.Issuer{
		{URL: "https://login.example.com/", Audiences: both, Algorithms: algorithms,
			Formerly: []string{"https://old.eu.auth0.com/", "https://older.eu.auth0.com/"}, DPoP: "allowed"},
		{URL: "https://id.example.com/realms/main", Audiences: []string{"an api", "with a comma"},
			Algorithms: []string{"PS256"}, JWKSURL: "https://keys.example.com/jwks?policy=main", DPoP: "required"},
		{URL: "http://127.0.0.1:6061/", Audiences: []string{"one, two", "three"}, Algorithms: algorithms, DPoP: "allowed"},
	}
	if !reflect.DeepEqual(got.Issuers, want) {
		t.Errorf("got %+v\nwant %+v", got.Issuers, want)
	}
}

func TestServeNeedsAnIssuerAndAnAudience(t *testing.T) {
	const domain, audience = "AUTH0_DOMAIN=your-tenant.eu.auth0.com", "AUTH0_AUDIENCE=https://hello-world.example.com"
	for _, tt := range []struct {
		name string
		env  vars
		file string
		want []string
	}{
		{"neither", nil, "", []string{domain, audience}},
		{"no audience", vars{"AUTH0_DOMAIN": "t.eu.auth0.com"}, "", []string{audience}},
		{"no issuer", vars{"AUTH0_AUDIENCE": "a"}, "", []string{domain}},
		{"one issuer without", nil, "issuers: [{url: https://a.example.com, audience: a}, {url: https://b.example.com}]", []string{audience}},
		{"both", vars{"AUTH0_DOMAIN": "t.eu.auth0.com", "AUTH0_AUDIENCE": "a"}, "", nil},
		{"audience of the issuer", nil, "issuers: [{url: https://a.example.com, audience: a}]", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := mustLoad(t, from(tt.env, tt.file)).CheckForServe()
			if tt.want == nil {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			var got []string
			for _, m := range mistakes(t, err) {
				got = append(got, m.Example)
			}
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestTheFileIsFoundOrReported(t *testing.T) {
	s := from(nil, "addr: :1")
	s.File = "/etc/postern/settings.yaml"
	_, err := config.Load(s)
	if got := mistakes(t, err)[0].String(); got != "/etc/postern/settings.yaml cannot be read: file does not exist" {
		t.Error(got)
	}
	s.ReadFile = func(string) ([]byte, error) { return []byte("adr: :1"), nil }
	_, err = config.Load(s)
	if got := mistakes(t, err)[0].Source; got != "/etc/postern/settings.yaml:1" {
		t.Error(got)
	}
	s = config.Sources{ReadFile: func(string) ([]byte, error) { return nil, errors.New("is a directory") }}
	_, err = config.Load(s)
	if got := mistakes(t, err)[0].String(); got != "postern.yaml cannot be read: is a directory" {
		t.Error(got)
	}
}

func TestTheProgramsOwnSlipsAreReported(t *testing.T) {
	_, err := config.Load(config.Sources{
		Flags:  map[string]string{"addrs": ":1", "tokenCache": "5"},
		Ignore: []string{"domain"},
	})
	var got []string
	for _, m := range mistakes(t, err) {
		got = append(got, m.Source)
	}
	if want := []string{"--addrs", "--tokenCache", "domain"}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestAProgramHasDefaultsOfItsOwn(t *testing.T) {
	for _, tt := range []struct{ name, variable, fallback, want string }{
		{"in place of the table's", "", "sqlite:elsewhere.db", "sqlite:elsewhere.db"},
		{"none at all", "", "", ""},
		{"unless somebody says something", "sqlite:mine.db", "sqlite:elsewhere.db", "sqlite:mine.db"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := from(vars{"DATABASE_URL": tt.variable}, "")
			s.Defaults = map[string]string{"databaseUrl": tt.fallback}
			if got := mustLoad(t, s).DatabaseURL; got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestServiceLinksOfKubernetesAreNobodysMistake(t *testing.T) {
	mustLoad(t, from(vars{
		"POSTERN_SERVICE_HOST": "10.0.0.7", "POSTERN_SERVICE_PORT": "80", "POSTERN_SERVICE_PORT_HTTP": "80",
		"POSTERN_PORT": "tcp://10.0.0.7:80", "POSTERN_PORT_80_TCP": "tcp://10.0.0.7:80",
		"POSTERN_PORT_80_TCP_PROTO": "tcp", "POSTERN_PORT_80_TCP_PORT": "80", "POSTERN_PORT_80_TCP_ADDR": "10.0.0.7",
		"POSTERN_API_PORT": "udp://10.0.0.7:80", "POSTERN_API_SERVICE_HOST": "10.0.0.7",
	}, ""))
}

func TestProxiesBecomePrefixes(t *testing.T) {
	got := mustLoad(t, from(vars{"POSTERN_TRUSTED_PROXIES": "10.0.0.0/8, 192.0.2.7,2001:db8::/32,::1"}, "")).TrustedProxies
	want := []netip.Prefix{
		netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("192.0.2.7/32"),
		netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("::1/128"),
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
