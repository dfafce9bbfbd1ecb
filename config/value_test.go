package config_test

import (
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/postern-dev/postern/config"
)

func TestGoodValues(t *testing.T) {
	issuers := func(s config.Settings) any {
		var urls []string
		for _, i := range s.Issuers {
			urls = append(urls, i.URL)
		}
		return strings.Join(urls, " ")
	}
	addr := func(s config.Settings) any { return s.Addr }
	adminAddr := func(s config.Settings) any { return s.AdminAddr }
	lifetime := func(s config.Settings) any { return s.MaxTokenLifetime }
	body := func(s config.Settings) any { return s.MaxBody }
	public := func(s config.Settings) any { return s.PublicURL }
	for _, tt := range []struct {
		name, value string
		got         func(config.Settings) any
		want        any
	}{
		{"AUTH0_DOMAIN", "t.eu.auth0.com", issuers, "https://t.eu.auth0.com/"},
		{"AUTH0_DOMAIN", "login.example.com:8443", issuers, "https://login.example.com:8443/"},
		{"AUTH0_DOMAIN", "http://localhost:6061", issuers, "http://localhost:6061/"},
		{"AUTH0_DOMAIN", "https://[::1]:6061", issuers, "https://[::1]:6061/"},
		{"POSTERN_ISSUER", "https://Login.example.com", issuers, "https://Login.example.com"},
		{"POSTERN_ISSUER", "https://a.example.com/x/, http://127.0.0.9/", issuers, "https://a.example.com/x/ http://127.0.0.9/"},
		{"POSTERN_ISSUER", "https://a.example.com,https://a.example.com/", issuers, "https://a.example.com https://a.example.com/"},
		{"AUTH0_AUDIENCE", " a b ,urn:c", func(s config.Settings) any { return strings.Join(s.Audiences, "|") }, "a b|urn:c"},
		{"POSTERN_ALGORITHMS", "EdDSA,PS512", func(s config.Settings) any { return strings.Join(s.Algorithms, "|") }, "EdDSA|PS512"},
		{"PORT", "1", addr, ":1"},
		{"PORT", "65535", addr, ":65535"},
		{"POSTERN_ADMIN_ADDR", "127.0.0.1:6062", adminAddr, "127.0.0.1:6062"},
		{"POSTERN_ADMIN_ADDR", "[::]:6062", adminAddr, "[::]:6062"},
		{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318/", func(s config.Settings) any { return s.OTLPEndpoint }, "http://collector:4318"},
		{"OTEL_EXPORTER_OTLP_ENDPOINT", "https://otel.example.com/otlp", func(s config.Settings) any { return s.OTLPEndpoint }, "https://otel.example.com/otlp"},
		{"POSTERN_ADMIN_ADDR", "off", adminAddr, "off"},
		{"POSTERN_ADMIN_ADDR", "auto", adminAddr, "auto"},
		{"POSTERN_ADDR", "127.0.0.1:0", addr, "127.0.0.1:0"},
		{"POSTERN_ADDR", "[::1]:6060", addr, "[::1]:6060"},
		{"POSTERN_ADDR", "localhost:6060", addr, "localhost:6060"},
		{"POSTERN_MAX_TOKEN_LIFETIME", "7d", lifetime, 7 * 24 * time.Hour},
		{"POSTERN_MAX_TOKEN_LIFETIME", "1d12h30m", lifetime, 36*time.Hour + 30*time.Minute},
		{"POSTERN_MAX_TOKEN_LIFETIME", "365d", lifetime, 365 * 24 * time.Hour},
		{"POSTERN_MAX_TOKEN_LIFETIME", "0", lifetime, time.Duration(0)},
		{"POSTERN_JWKS_TTL", "24h", func(s config.Settings) any { return s.JWKSTTL }, 24 * time.Hour},
		{"POSTERN_JWKS_MAX_STALE", "10m", func(s config.Settings) any { return s.JWKSMaxStale }, 10 * time.Minute},
		{"POSTERN_CLOCK_SKEW", "0s", func(s config.Settings) any { return s.ClockSkew }, time.Duration(0)},
		{"POSTERN_TOKEN_CACHE", "0", func(s config.Settings) any { return s.TokenCache }, 0},
		{"POSTERN_RATE_LIMIT", "1000000", func(s config.Settings) any { return s.RateLimit }, 1_000_000},
		{"POSTERN_MAX_BODY", "1024", body, int64(1024)},
		{"POSTERN_MAX_BODY", "512KiB", body, int64(512 << 10)},
		{"POSTERN_MAX_BODY", "64MiB", body, int64(64 << 20)},
		{"POSTERN_PUBLIC_URL", "https://api.example.com/", public, "https://api.example.com"},
		{"POSTERN_PUBLIC_URL", "http://localhost:6060/postern/", public, "http://localhost:6060/postern"},
		{"POSTERN_LOG_LEVEL", "debug", func(s config.Settings) any { return s.LogLevel }, slog.LevelDebug},
		{"POSTERN_LOG_FORMAT", "text", func(s config.Settings) any { return s.LogFormat }, "text"},
	} {
		t.Run(tt.name+"="+tt.value, func(t *testing.T) {
			if got := tt.got(mustLoad(t, from(vars{tt.name: tt.value}, ""))); !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestSpellingsOfYAML(t *testing.T) {
	want := []string{"https://a.example.com", "https://*.example.com"}
	for name, file := range map[string]string{
		"block list":         "origins:\n- https://a.example.com\n- https://*.example.com\n",
		"flow list":          `origins: [https://a.example.com, "https://*.example.com"]`,
		"commas":             "origins: https://a.example.com, https://*.example.com # two\n",
		"JSON":               `{"origins": ["https://a.example.com", "https://*.example.com"]}`,
		"byte order mark":    "\ufefforigins: https://a.example.com,https://*.example.com",
		"Windows line ends":  "# x\r\norigins:\r\n  - https://a.example.com\r\n  - https://*.example.com\r\n",
		"text over lines":    "origins: >-\n  https://a.example.com,\n  https://*.example.com\n",
		"directive, markers": "%YAML 1.2\n---\norigins: [https://a.example.com, https://*.example.com]\n...\n",
	} {
		t.Run(name, func(t *testing.T) {
			if got := mustLoad(t, from(nil, file)).Origins; !reflect.DeepEqual(got, want) {
				t.Errorf("got %q", got)
			}
		})
	}
}

func TestDescribeIsComplete(t *testing.T) {
	seen := map[string]bool{}
	for _, d := range config.Describe() {
		for _, name := range append([]string{d.Key, d.Flag}, d.Env...) {
			if name != "" && name != "issuer" && name != "audience" && name != "origins" && name != "addr" && seen[name] {
				t.Errorf("%s is there twice", name)
			}
			seen[name] = true
		}
		if d.Example == "" || !strings.HasSuffix(d.Doc, ".") {
			t.Errorf("%s lacks an example or a sentence", d.Key)
		}
		if d.Default != "" {
			mustLoad(t, from(nil, d.Key+": "+d.Default))
		}
	}
}
