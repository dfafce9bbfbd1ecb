package config

import (
	"log/slog"
	"net/netip"
	"time"
)

// browserTable answers: where are we, and which pages may call?
func browserTable() []setting {
	return []setting{
		{
			key: "origins", env: env("CLIENT_ORIGIN_URL"), flag: "origins",
			example: "https://app.example.com",
			doc: "Allowed browser origins, exactly as browsers send them. `https://*.example.com` is every host one label deep. " +
				"None: no browser of another origin may call.",
			set: many(func(s *Settings) *[]string { return &s.Origins }, parseOrigin),
		},
		{
			key: "addr", flag: "addr",
			env:      []variable{{name: "POSTERN_ADDR"}, {name: "PORT", example: "6060", read: addrOfPort}},
			fallback: ":6060", example: ":6060",
			doc: "Where to listen, as `host:port`. `PORT`, a number from 1 to 65535, means `:PORT`; `POSTERN_ADDR` wins over it. " +
				"Port 0 asks for any free one.",
			set: one(func(s *Settings) *string { return &s.Addr }, parseAddr),
		},
		{
			key: "adminAddr", env: env("POSTERN_ADMIN_ADDR"),
			fallback: "auto", example: "127.0.0.1:6062",
			allowed: "auto, off, host:port",
			doc: "Where `/metrics` and `/status` are, for the operator: no part of the API, and without a login. " +
				"`auto` is `127.0.0.1:6062`, or nowhere, with a warning, if somebody else listens there. See [operating](operating.md).",
			set: one(func(s *Settings) *string { return &s.AdminAddr }, parseAdminAddr),
		},
		{
			key: "publicUrl", env: env("POSTERN_PUBLIC_URL"), flag: "public-url",
			example: "https://api.example.com",
			doc: "The address that clients use. Needed where metadata must name it; never guessed from a request. " +
				"Plain http is taken on loopback only; a slash at the end is dropped.",
			set: one(func(s *Settings) *string { return &s.PublicURL }, parsePublicURL),
		},
		{
			key: "docsClientId", env: env("POSTERN_DOCS_CLIENT_ID"),
			example: "aBcDeFgHiJkLmNoPqRsTuVwXyZ012345",
			doc: "Client of the tenant by which the page `/docs` signs in. It may return to `/docs/return.html` of this server, " +
				"and has no secret. Without it the page takes tokens, and gets none.",
			set: one(func(s *Settings) *string { return &s.DocsClientID }, parseText),
		},
	}
}

// keysTable answers: how are tokens and keys judged over time?
func keysTable() []setting {
	return []setting{
		setting{
			key: "jwksTTL", env: env("POSTERN_JWKS_TTL"),
			fallback: "10m", example: "10m",
			doc: "How long fetched keys live where the issuer does not say.",
		}.duration(func(s *Settings) *time.Duration { return &s.JWKSTTL }, time.Minute, day),
		setting{
			key: "jwksMaxStale", env: env("POSTERN_JWKS_MAX_STALE"),
			fallback: "24h", example: "24h",
			doc: "How long the last good keys count while the issuer cannot be reached. Not shorter than `jwksTTL`.",
		}.duration(func(s *Settings) *time.Duration { return &s.JWKSMaxStale }, 10*time.Minute, 7*day),
		setting{
			key: "clockSkew", env: env("POSTERN_CLOCK_SKEW"),
			fallback: "30s", example: "30s",
			doc: "How far the issuer's clock may differ from ours.",
		}.duration(func(s *Settings) *time.Duration { return &s.ClockSkew }, 0, 5*time.Minute),
		setting{
			key: "maxTokenLifetime", env: env("POSTERN_MAX_TOKEN_LIFETIME"),
			fallback: "0s", example: "24h",
			doc: "Tokens made to live longer are refused. 0 is no limit.",
		}.duration(func(s *Settings) *time.Duration { return &s.MaxTokenLifetime }, 0, 365*day),
		setting{
			key: "tokenCache", env: env("POSTERN_TOKEN_CACHE"),
			fallback: "20000", example: "20000",
			doc: "How many verified tokens are remembered. 0 verifies each request's token anew.",
		}.number(func(s *Settings) *int { return &s.TokenCache }, 0, 5_000_000),
	}
}

// limitsTable answers: how much, and for how long?
func limitsTable() []setting {
	return []setting{
		setting{
			key: "rateLimit", env: env("POSTERN_RATE_LIMIT"), flag: "rate-limit",
			fallback: "50", example: "50",
			doc: "Requests a second of one verified subject, bursts up to twice that; servers that share a database divide it among them. 0 is no limit.",
		}.number(func(s *Settings) *int { return &s.RateLimit }, 0, 1_000_000),
		{
			key: "trustedProxies", env: env("POSTERN_TRUSTED_PROXIES"),
			example: "10.0.0.0/8",
			doc: "Addresses or CIDRs of the proxies that may say which address a client has. " +
				"None: the peer is the client. Everyone (`0.0.0.0/0`) is refused.",
			set: many(func(s *Settings) *[]netip.Prefix { return &s.TrustedProxies }, parseProxy),
		},
		setting{
			key: "maxBody", env: env("POSTERN_MAX_BODY"),
			fallback: "1MiB", example: "1MiB",
			doc: "Largest request body: bytes, or with KiB or MiB.",
		}.size(func(s *Settings) *int64 { return &s.MaxBody }, kib, 64*mib),
		setting{
			key: "maxInFlight", env: env("POSTERN_MAX_IN_FLIGHT"),
			fallback: "512", example: "512",
			doc: "How many requests are served at once.",
		}.number(func(s *Settings) *int { return &s.MaxInFlight }, 1, 100_000),
		setting{
			key: "maxInFlightEach", env: env("POSTERN_MAX_IN_FLIGHT_EACH"),
			fallback: "64", example: "64",
			doc: "How many of them may be of one subject, so that nobody who sends or reads slowly takes the place of all others. 0, or no rate limit, bounds nothing.",
		}.number(func(s *Settings) *int { return &s.MaxInFlightEach }, 0, 100_000),
		setting{
			key: "maxWait", env: env("POSTERN_MAX_WAIT"),
			fallback: "100ms", example: "100ms",
			doc: "How long requests may wait for the processor. When all wait longer, only as many are taken in as it gets done, and the others refused with 503, until it is over. 0 refuses nobody for that.",
		}.duration(func(s *Settings) *time.Duration { return &s.MaxWait }, 0, 10*time.Second),
		setting{
			key: "requestTimeout", env: env("POSTERN_REQUEST_TIMEOUT"),
			fallback: "15s", example: "15s",
			doc: "How long one request may take.",
		}.duration(func(s *Settings) *time.Duration { return &s.RequestTimeout }, time.Second, 5*time.Minute),
		setting{
			key: "drainDelay", env: env("POSTERN_DRAIN_DELAY"),
			fallback: "1s", example: "1s",
			doc: "When stopping: how long answers say `Connection: close` before the listener closes.",
		}.duration(func(s *Settings) *time.Duration { return &s.DrainDelay }, 0, time.Minute),
		setting{
			key: "drainLimit", env: env("POSTERN_DRAIN_LIMIT"),
			fallback: "20s", example: "20s",
			doc: "When stopping: how long requests may run on once the listener is closed.",
		}.duration(func(s *Settings) *time.Duration { return &s.DrainLimit }, time.Second, 10*time.Minute),
	}
}

// logTable answers: what is written down?
func logTable() []setting {
	levels := []choice[slog.Level]{
		{"debug", slog.LevelDebug}, {"info", slog.LevelInfo}, {"warn", slog.LevelWarn}, {"error", slog.LevelError},
	}
	formats := []choice[string]{{"json", "json"}, {"text", "text"}}
	return []setting{
		{
			key: "logLevel", env: env("POSTERN_LOG_LEVEL"), flag: "log-level",
			fallback: "info", example: "info", allowed: words(levels),
			doc: "The least important kind of line that is logged.",
			set: one(func(s *Settings) *slog.Level { return &s.LogLevel }, oneOf(levels)),
		},
		{
			key: "logFormat", env: env("POSTERN_LOG_FORMAT"), flag: "log-format",
			fallback: "json", example: "json", allowed: words(formats),
			doc: "How a line is written.",
			set: one(func(s *Settings) *string { return &s.LogFormat }, oneOf(formats)),
		},
		{
			key: "otlpEndpoint", env: env("OTEL_EXPORTER_OTLP_ENDPOINT"),
			example: "http://127.0.0.1:4318",
			doc: "Collector of OpenTelemetry that takes traces in protobuf over HTTP, at `/v1/traces` below this address. " +
				"None: nothing is traced. See [operating](operating.md#traces).",
			set: one(func(s *Settings) *string { return &s.OTLPEndpoint }, parseCollector),
		},
		setting{
			key: "tracePercent", env: env("POSTERN_TRACE_PERCENT"),
			fallback: "100", example: "10",
			doc: "How many requests of a hundred are traced. A trusted proxy that sends `traceparent` decides for its own.",
		}.number(func(s *Settings) *int { return &s.TracePercent }, 0, 100),
	}
}
