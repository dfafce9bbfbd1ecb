package config_test

import (
	"strings"
	"testing"

	"github.com/postern-dev/postern/config"
)

// Each bad value alone must give one mistake, at its source, that says what is
// wrong and shows a right value.
func TestBadValuesOfTheEnvironment(t *testing.T) {
	for _, tt := range []struct{ name, value, want string }{
		{"AUTH0_DOMAIN", "https://t.eu.auth0.com", `has a scheme; the domain alone is meant; for example: AUTH0_DOMAIN=t.eu.auth0.com`},
		{"AUTH0_DOMAIN", "https://T.eu.auth0.com/", `AUTH0_DOMAIN=t.eu.auth0.com`},
		{"AUTH0_DOMAIN", "http://login.example.com", `has a scheme`},
		{"AUTH0_DOMAIN", "t.eu.auth0.com/", `more than a host name; for example: AUTH0_DOMAIN=t.eu.auth0.com`},
		{"AUTH0_DOMAIN", "t.eu.auth0.com?x=1", `more than a host name`},
		{"AUTH0_DOMAIN", "t.eu.auth0.com#x", `AUTH0_DOMAIN=your-tenant.eu.auth0.com`},
		{"AUTH0_DOMAIN", "T.eu.auth0.com", `has capitals, which no issuer has; for example: AUTH0_DOMAIN=t.eu.auth0.com`},
		{"AUTH0_DOMAIN", "your-tenant", `not a whole domain`},
		{"AUTH0_DOMAIN", "{yourDomain}", `not a URL`},
		{"AUTH0_DOMAIN", "localhost:6061", `AUTH0_DOMAIN=http://localhost:6061`},
		{"AUTH0_DOMAIN", "http://localhost:6061/", `more than scheme and host; for example: AUTH0_DOMAIN=http://localhost:6061`},
		{"AUTH0_DOMAIN", "http://localhost:6061/dt", `more than scheme and host`},
		{"AUTH0_DOMAIN", "ftp://localhost", `not https`},
		{"AUTH0_DOMAIN", "t.eu.auth0.com:443", `AUTH0_DOMAIN=t.eu.auth0.com`},
		{"AUTH0_DOMAIN", "t.eu.auth0.com:99999", `port that is not a number`},
		{"AUTH0_DOMAIN", "ada:secret@t.eu.auth0.com", `user name`},
		{"AUTH0_DOMAIN", "a.example.com,b.example.com", `no host name`},
		{"AUTH0_DOMAIN", "t..auth0.com", `no host name`},

		{"POSTERN_ISSUER", "not a url", `has a blank`},
		{"POSTERN_ISSUER", "login.example.com/", `has no scheme; for example: POSTERN_ISSUER=https://login.example.com/`},
		{"POSTERN_ISSUER", "http://login.example.com/", `loopback only; for example: POSTERN_ISSUER=https://login.example.com/`},
		{"POSTERN_ISSUER", "http://localhost.example.com/", `loopback only`},
		{"POSTERN_ISSUER", "http://0.0.0.0/", `loopback only`},
		{"POSTERN_ISSUER", "http://2130706433/", `no IP address`},
		{"POSTERN_ISSUER", "https://127.1/", `no IP address`},
		{"POSTERN_ISSUER", "https://[::1%25eth0]/", `zone`},
		{"POSTERN_ISSUER", "https://[0:0::1]/", `is written ::1`},
		{"POSTERN_ISSUER", "HTTPS://login.example.com/", `POSTERN_ISSUER=https://login.example.com/`},
		{"POSTERN_ISSUER", "file:///etc/passwd", `not https`},
		{"POSTERN_ISSUER", "https://ada:secret@login.example.com/", `user name before the host; for example: POSTERN_ISSUER=https://login.example.com/`},
		{"POSTERN_ISSUER", "https://login.example.com/?a=b", `has a query (?); for example: POSTERN_ISSUER=https://login.example.com/`},
		{"POSTERN_ISSUER", "https://login.example.com/?", `has a query`},
		{"POSTERN_ISSUER", "https://login.example.com/#", `has a fragment (#); for example: POSTERN_ISSUER=https://login.example.com/`},
		{"POSTERN_ISSUER", "https://login.example.com:0/", `port that is not`},
		{"POSTERN_ISSUER", "https://login.example.com:/", `port that is not`},
		{"POSTERN_ISSUER", "https:///x", `names no host`},
		{"POSTERN_ISSUER", "https://münchen.example/", `xn--`},
		{"POSTERN_ISSUER", `https://login.example.com\@evil.example/`, `backslash`},
		{"POSTERN_ISSUER", "https://t.eu.auth0.com", `end in a slash; for example: POSTERN_ISSUER=https://t.eu.auth0.com/`},
		{"POSTERN_ISSUER", "https://t.eu.auth0.com/.well-known/openid-configuration", `discovery document`},
		{"POSTERN_ISSUER", "https://a.example.com/,", `empty entry`},
		{"POSTERN_ISSUER", "https://a.example.com/,https://a.example.com/", `twice`},
		{"POSTERN_ISSUER", "https://" + strings.Repeat("a.", 130) + "example/", `too long`},

		{"AUTH0_AUDIENCE", "a,,b", `has an empty entry; for example: AUTH0_AUDIENCE=https://hello-world.example.com`},
		{"AUTH0_AUDIENCE", " ", `empty entry`},
		{"POSTERN_ADDR", " ", `is empty`},
		{"AUTH0_AUDIENCE", "a,a", `has "a" twice`},
		{"AUTH0_AUDIENCE", "a\x00b", `control characters`},
		{"AUTH0_AUDIENCE", "a\xffb", `control characters`},

		{"POSTERN_ALGORITHMS", "HS256", `a secret shared with the issuer`},
		{"POSTERN_ALGORITHMS", "RS256,hs512", `a secret shared with the issuer`},
		{"POSTERN_ALGORITHMS", "none", `anyone could write such a token`},
		{"POSTERN_ALGORITHMS", "None", `anyone could write such a token`},
		{"POSTERN_ALGORITHMS", "rs256", `not one of RS256, RS384`},
		{"POSTERN_ALGORITHMS", "eddsa", `POSTERN_ALGORITHMS=EdDSA`},
		{"POSTERN_ALGORITHMS", "ES256K", `not one of`},
		{"POSTERN_ALGORITHMS", "RS256,RS256", `twice`},

		{"CLIENT_ORIGIN_URL", "*", `every website`},
		{"CLIENT_ORIGIN_URL", "https://a.example.com,", `empty entry`},
		{"CLIENT_ORIGIN_URL", "https://*.vercel.app", `CLIENT_ORIGIN_URL=https://your-app.vercel.app`},

		{"PORT", "0", `not a number from 1 to 65535; for example: PORT=6060`},
		{"PORT", "65536", `not a number from 1 to 65535`},
		{"PORT", ":6060", `PORT=6060`},
		{"PORT", "06060", `not a number`},
		{"PORT", "tcp://10.0.0.7:80", `not a number`},
		{"POSTERN_ADDR", "6060", `without the colon before the port; for example: POSTERN_ADDR=:6060`},
		{"POSTERN_ADDR", "localhost", `not host:port`},
		{"POSTERN_ADDR", "::1:6060", `not host:port`},
		{"POSTERN_ADDR", "http://localhost:6060", `not host:port`},
		{"POSTERN_ADDR", "localhost:http", `not a number up to 65535`},
		{"POSTERN_ADDR", "localhost:", `not a number up to 65535`},
		{"POSTERN_ADDR", ":70000", `not a number up to 65535`},
		{"POSTERN_ADDR", "local host:1", `no host name`},
		{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://me:secret@collector:4318", `not the address of a collector`},
		{"OTEL_EXPORTER_OTLP_ENDPOINT", "https://me:secret@collector:4318", `has a user name before the host`},
		{"OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318", `has no scheme`},
		{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318/?a=b", `has a query`},
		{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://", `not the address of a collector`},
		{"POSTERN_TRACE_PERCENT", "101", `outside 0 to 100`},
		{"POSTERN_ADMIN_ADDR", "6062", `without an address before the port; for example: POSTERN_ADMIN_ADDR=127.0.0.1:6062`},
		{"POSTERN_ADMIN_ADDR", "on", `neither host:port nor auto nor off`},
		{"POSTERN_ADMIN_ADDR", "OFF", `neither host:port nor auto nor off`},
		{"POSTERN_ADMIN_ADDR", "127.0.0.1:70000", `neither host:port nor auto nor off`},

		{"POSTERN_JWKS_TTL", "30", `without a unit`},
		{"POSTERN_JWKS_TTL", "-5m", `is -5m, outside 1m to 24h`},
		{"POSTERN_JWKS_TTL", "59s", `outside 1m to 24h`},
		{"POSTERN_JWKS_TTL", "25h", `outside 1m to 24h`},
		{"POSTERN_JWKS_TTL", "1w", `not a duration`},
		{"POSTERN_JWKS_TTL", "d", `not a duration`},
		{"POSTERN_JWKS_TTL", "1.5d", `not a duration`},
		{"POSTERN_JWKS_TTL", "1d25h", `not a duration`},
		{"POSTERN_JWKS_TTL", "1d5", `without a unit`},
		{"POSTERN_JWKS_TTL", "-1d", `not a duration`},
		{"POSTERN_JWKS_TTL", "99999999d", `not a duration`},
		{"POSTERN_JWKS_TTL", "9999999999h", `not a duration`},
		{"POSTERN_JWKS_MAX_STALE", "9m", `outside 10m to 7d`},
		{"POSTERN_JWKS_MAX_STALE", "8d", `outside 10m to 7d`},
		{"POSTERN_CLOCK_SKEW", "-1s", `outside 0s to 5m`},
		{"POSTERN_CLOCK_SKEW", "5m1s", `outside 0s to 5m`},
		{"POSTERN_MAX_TOKEN_LIFETIME", "-1h", `outside 0s to 365d`},
		{"POSTERN_TOKEN_CACHE", "-1", `outside 0 to 5000000`},
		{"POSTERN_TOKEN_CACHE", "5000001", `outside 0 to 5000000`},
		{"POSTERN_TOKEN_CACHE", "50k", `not a whole number`},
		{"POSTERN_RATE_LIMIT", "1e3", `not a whole number`},
		{"POSTERN_RATE_LIMIT", "1000001", `outside 0 to 1000000`},
		{"POSTERN_RATE_LIMIT", "NaN", `not a whole number`},
		{"POSTERN_TRUSTED_PROXIES", "0.0.0.0/0", `everyone`},
		{"POSTERN_TRUSTED_PROXIES", "10.0.0.1,::/0", `everyone`},
		{"POSTERN_TRUSTED_PROXIES", "10.0.0.1/8", `POSTERN_TRUSTED_PROXIES=10.0.0.0/8`},
		{"POSTERN_TRUSTED_PROXIES", "nginx", `neither an address nor a CIDR`},
		{"POSTERN_TRUSTED_PROXIES", "fe80::1%eth0", `POSTERN_TRUSTED_PROXIES=fe80::1`},
		{"POSTERN_TRUSTED_PROXIES", "::ffff:10.0.0.1", `POSTERN_TRUSTED_PROXIES=10.0.0.1`},
		{"POSTERN_TRUSTED_PROXIES", "::ffff:10.0.0.0/104", `written as such`},
		{"POSTERN_TRUSTED_PROXIES", "0.0.0.0", `nobody's address`},
		{"POSTERN_TRUSTED_PROXIES", "10.0.0.1,10.0.0.1/32", `twice`},
		{"POSTERN_MAX_BODY", "1MB", `POSTERN_MAX_BODY=1MiB`},
		{"POSTERN_MAX_BODY", "2 kib", `POSTERN_MAX_BODY=2KiB`},
		{"POSTERN_MAX_BODY", "100MB", `for example: POSTERN_MAX_BODY=1MiB`},
		{"POSTERN_MAX_BODY", "1GiB", `not a size`},
		{"POSTERN_MAX_BODY", "1.5MiB", `not a size`},
		{"POSTERN_MAX_BODY", "9223372036854775807MiB", `too large a number`},
		{"POSTERN_MAX_BODY", "1023", `is 1023, outside 1KiB to 64MiB`},
		{"POSTERN_MAX_BODY", "65MiB", `outside 1KiB to 64MiB`},
		{"POSTERN_MAX_BODY", "MiB", `not a size`},
		{"POSTERN_MAX_IN_FLIGHT", "0", `outside 1 to 100000`},
		{"POSTERN_REQUEST_TIMEOUT", "999ms", `outside 1s to 5m`},
		{"POSTERN_REQUEST_TIMEOUT", "6m", `outside 1s to 5m`},
		{"POSTERN_DRAIN_DELAY", "61s", `is 1m1s, outside 0s to 1m`},
		{"POSTERN_DRAIN_LIMIT", "0", `outside 1s to 10m`},

		{"POSTERN_PUBLIC_URL", "api.example.com", `POSTERN_PUBLIC_URL=https://api.example.com`},
		{"POSTERN_PUBLIC_URL", "http://api.example.com", `POSTERN_PUBLIC_URL=https://api.example.com`},
		{"POSTERN_PUBLIC_URL", "https://api.example.com/?a", `POSTERN_PUBLIC_URL=https://api.example.com/`},
		{"POSTERN_PUBLIC_URL", "https://api.example.com/#a", `has a fragment`},
		{"POSTERN_LOG_LEVEL", "INFO", `POSTERN_LOG_LEVEL=info`},
		{"POSTERN_LOG_LEVEL", "verbose", `not one of debug, info, warn, error`},
		{"POSTERN_LOG_FORMAT", "xml", `not one of json, text`},

		{"POSTERN_ADR", ":1", `did you mean POSTERN_ADDR?`},
		{"POSTERN_PORT", "6060", `did you mean PORT?`},
		{"POSTERN_AUDIENCE", "a", `did you mean AUTH0_AUDIENCE?`},
		{"POSTERN_AUTH0_DOMAIN", "a", `did you mean AUTH0_DOMAIN?`},
		{"POSTERN_DOMAIN", "a", `did you mean AUTH0_DOMAIN?`},
		{"POSTERN_ORIGINS", "a", `did you mean CLIENT_ORIGIN_URL?`},
		{"POSTERN_JWSK_TTL", "a", `did you mean POSTERN_JWKS_TTL?`},
		{"POSTERN_LOGLEVEL", "a", `did you mean POSTERN_LOG_LEVEL?`},
		{"POSTERN_DATABASE", "a", `is not a variable of Postern`},
	} {
		t.Run(tt.name+"="+tt.value, func(t *testing.T) {
			_, err := config.Load(from(vars{tt.name: tt.value}, ""))
			expectOne(t, err, tt.name, tt.want)
		})
	}
}

func TestBadFiles(t *testing.T) {
	for _, tt := range []struct{ name, file, source, want string }{
		{"unknown key", "\n\nadr: :1\n", "postern.yaml:3", `unknown key "adr"; did you mean addr?`},
		{"another case", "clockskew: 1s", "postern.yaml:1", `did you mean clockSkew?`},
		{"a variable's name", "AUTH0_DOMAIN: t.eu.auth0.com", "postern.yaml:1", `did you mean auth0Domain?`},
		{"with separators", "jwks_ttl: 10m", "postern.yaml:1", `did you mean jwksTTL?`},
		{"a flag's name", "log-level: info", "postern.yaml:1", `did you mean logLevel?`},
		{"port", "port: 6060", "postern.yaml:1", `did you mean addr?`},
		{"nothing near", "wallpaper: {}", "postern.yaml:1", `unknown key "wallpaper"`},
		{"collections as a list", "collections: []", "postern.yaml:1", `collections is a list, but a mapping of names to collections is meant`},
		{"tests as a mapping", "tests: {}", "postern.yaml:1", `tests is a mapping of keys to values, but a list of tests is meant`},
		{"twice", "addr: :1\n# again\naddr: :1\n", "postern.yaml:3", `"addr" again, which line 1 has already`},
		{"twice, quoted", "addr: :1\n'addr': :1\n", "postern.yaml:2", `again`},
		{"merge key", "<<: {addr: :1}", "postern.yaml:1", `unknown key "<<"`},
		{"question mark key", "? addr\n: :1\n", "postern.yaml:1", `unknown key "?"`},

		{"list for one value", "addr: [a, b]", "postern.yaml:1", `addr is a list, but one value is meant; for example: addr: :6060`},
		{"mapping for one value", "addr:\n  host: a\n", "postern.yaml:2", `addr is a mapping`},
		{"mapping for a list", "origins: {a: b}", "postern.yaml:1", `but a list or values with commas between`},
		{"list in a list", "origins:\n- https://a.example.com\n- [b]\n", "postern.yaml:3", `is a list, but one value`},
		{"nothing", "rateLimit:\naddr: :1\n", "postern.yaml:1", `rateLimit is empty`},
		{"null in a list", "origins:\n- https://a.example.com\n- null\n", "postern.yaml:3", `is empty`},
		{"empty text", "addr: ''", "postern.yaml:1", `addr is empty`},
		{"empty text in a list", "origins: ['']", "postern.yaml:1", `empty entry`},
		{"true", "tokenCache: true", "postern.yaml:1", `is true or false`},
		{"infinity", "rateLimit: .inf", "postern.yaml:1", `not used here`},
		{"hexadecimal", "rateLimit: 0x10", "postern.yaml:1", `not a whole number`},
		{"alias", "audience: &a x\n", "postern.yaml:1", `not used here (anchor`},
		{"tag", "audience: !!str x\n", "postern.yaml:1", `not used here (anchor`},
		{"empty audience", "audience: []", "postern.yaml:1", `is an empty list`},
		{"empty algorithms", "algorithms: []", "postern.yaml:1", `is an empty list`},
		{"line of the item", "origins:\n  - https://a.example.com\n  - https://b.example.com/\n", "postern.yaml:3", `origins: https://b.example.com`},
		{"quotes where YAML needs them", "publicUrl: https://[::1]:1/#x", "postern.yaml:1", `publicUrl: https://[::1]:1/`},

		{"no mapping", "addr", "postern.yaml:1", `but a mapping of settings`},
		{"a list", "- addr: :1", "postern.yaml:1", `but a mapping of settings`},
		{"two documents", "addr: :1\n---\naddr: :2\n", "postern.yaml:3", `second document`},
		{"tab", "a: 1\n\tb: 2", "postern.yaml:2", `is not YAML`},
		{"open bracket", "addr: [", "postern.yaml:1", `is not YAML`},
		{"not UTF-8", "# x\naddr: \xff", "postern.yaml:2", `is not UTF-8`},
		{"too large", "#" + strings.Repeat("x", 1<<20), "postern.yaml", `larger than 1 MiB`},
		{"too long", strings.Repeat("- ", 50_001), "postern.yaml", `is too long`},

		{"issuers no list", "issuers: https://a.example.com", "postern.yaml:1", `but a list of issuers is meant; for example: issuers: [{url: https://login.example.com/}]`},
		{"issuers empty", "issuers: []", "postern.yaml:1", `issuers is an empty list`},
		{"issuer no mapping", "issuers:\n- https://a.example.com", "postern.yaml:2", `but a mapping with url`},
		{"issuer without url", "issuers:\n- audience: a\n", "postern.yaml:2", `issuers.url has no url`},
		{"issuer's unknown key", "issuers:\n- url: https://a.example.com\n  jwks_url: x\n", "postern.yaml:3", `did you mean jwksUrl?`},
		{"issuer's key twice", "issuers:\n- url: https://a.example.com\n  url: https://a.example.com\n", "postern.yaml:3", `"url" again`},
		{"issuer's url", "issuers:\n- url: http://a.example.com\n", "postern.yaml:2", `issuers.url is "http://a.example.com": plain http is taken on loopback only; for example: url: https://a.example.com`},
		{"issuer's url a list", "issuers:\n- url: [https://a.example.com]\n", "postern.yaml:2", `issuers.url is a list`},
		{"issuer's audience", "issuers:\n- url: https://a.example.com\n  audience: []\n", "postern.yaml:3", `issuers.audience is an empty list; for example: audience: https://hello-world.example.com`},
		{"issuer's algorithms", "issuers:\n- url: https://a.example.com\n  algorithms: [HS256]\n", "postern.yaml:3", `issuers.algorithms has "HS256", which needs a secret`},
		{"issuer's keys", "issuers:\n- url: https://a.example.com\n  jwksUrl: http://a.example.com/keys\n", "postern.yaml:3", `jwksUrl: https://a.example.com/keys`},
		{"issuer's former URL", "issuers:\n- url: https://a.example.com\n  formerly:\n  - b.example.com\n", "postern.yaml:4", `formerly: https://b.example.com`},
		{"issuer twice", "issuers:\n- url: https://a.example.com\n- url: https://a.example.com\n", "postern.yaml:3", `"https://a.example.com" twice`},
		{"issuer its own former", "issuers:\n- url: https://a.example.com\n  formerly: https://a.example.com\n", "postern.yaml:2", `twice`},
		{"issuer another's former", "issuers:\n- url: https://a.example.com\n- url: https://b.example.com\n  formerly: https://a.example.com\n", "postern.yaml:3", `twice`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := config.Load(from(nil, tt.file))
			expectOne(t, err, tt.source, tt.want)
		})
	}
}

func TestValuesThatClash(t *testing.T) {
	const domain, issuer = "AUTH0_DOMAIN", "POSTERN_ISSUER"
	for _, tt := range []struct {
		name         string
		env          vars
		file         string
		source, want string
	}{
		{"domain and issuer", vars{domain: "t.eu.auth0.com", issuer: "https://a.example.com"}, "",
			issuer, "so does AUTH0_DOMAIN; keep one of the two; for example: POSTERN_ISSUER=https://login.example.com/ without AUTH0_DOMAIN"},
		{"domain of the file", vars{issuer: "https://a.example.com"}, "auth0Domain: t.eu.auth0.com",
			issuer, "so does postern.yaml:1"},
		{"domain and issuers", vars{domain: "t.eu.auth0.com"}, "issuers: [{url: https://a.example.com}]",
			"postern.yaml:1", "so does AUTH0_DOMAIN"},
		{"stale before old", vars{"POSTERN_JWKS_TTL": "1h"}, "addr: :1\njwksMaxStale: 59m\n",
			"postern.yaml:2", "jwksMaxStale is 59m, shorter than the keys' life of 1h (jwksTTL)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := config.Load(from(tt.env, tt.file))
			expectOne(t, err, tt.source, tt.want)
		})
	}
}

// Nothing that may be a password is repeated in a log.
func TestMistakesDoNotTellPasswords(t *testing.T) {
	for _, d := range config.Describe() {
		for _, name := range d.Env {
			for _, value := range []string{"https://ada:secret@host.example.com/x?y#z", "ada:secret@host", "postgres://ada:secret@h/db"} {
				_, err := config.Load(from(vars{name: value}, ""))
				if err != nil && strings.Contains(err.Error(), "secret") {
					t.Errorf("%s tells: %v", name, err)
				}
			}
		}
	}
}

func TestMessagesAreBounded(t *testing.T) {
	_, err := config.Load(from(vars{"POSTERN_ADDR": strings.Repeat("x\x1b[2J", 1000)}, ""))
	if text := err.Error(); len(text) > 500 || strings.Contains(text, "\x1b") {
		t.Error(text)
	}
}

func expectOne(t *testing.T, err error, source, part string) {
	t.Helper()
	all := mistakes(t, err)
	if len(all) != 1 || all[0].Source != source || !strings.Contains(all[0].String(), part) {
		t.Errorf("got  %v\nwant one mistake at %s with %s", err, source, part)
	}
}
