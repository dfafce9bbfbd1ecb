package config

import "time"

// dataTable answers: where are the documents, and how much may one request
// cost?
func dataTable() []setting {
	durabilities := []choice[string]{{"full", "full"}, {"normal", "normal"}}
	return []setting{
		{
			key: "databaseUrl", flag: "database-url",
			env:      []variable{{name: "DATABASE_URL"}, {name: "DATABASE_URL_FILE", example: "/run/credentials/database", file: true}},
			fallback: "sqlite:postern.db", example: "postgres://postern@localhost/postern",
			doc: "Where documents are kept: `sqlite:path`, `sqlite::memory:` for as long as the server runs, " +
				"or the `postgres://` address of PostgreSQL. One with a password is best in a file that `DATABASE_URL_FILE` names.",
			set: one(func(s *Settings) *string { return &s.DatabaseURL }, parseDatabase),
		},
		{
			key: "durability", env: env("POSTERN_DURABILITY"),
			fallback: "full", example: "full", allowed: words(durabilities),
			doc: "SQLite only. `full`: what is acknowledged survives a power cut. `normal`: a power cut may take " +
				"the last moments' writes back; a crash of the server loses nothing.",
			set: one(func(s *Settings) *string { return &s.Durability }, oneOf(durabilities)),
		},
		setting{
			key: "maxDocument", env: env("POSTERN_MAX_DOCUMENT"),
			fallback: "256KiB", example: "256KiB",
			doc: "Largest document.",
		}.size(func(s *Settings) *int64 { return &s.MaxDocument }, kib, 16*mib),
		setting{
			key: "documentCache", env: env("POSTERN_DOCUMENT_CACHE"),
			fallback: "64MiB", example: "64MiB",
			doc: "Memory for documents of SQLite that were read by their id, so that they are read from the file once. 0 is none.",
		}.size(func(s *Settings) *int64 { return &s.DocumentCache }, 0, 64<<10*mib),
		setting{
			key: "maxBatch", env: env("POSTERN_MAX_BATCH"),
			fallback: "100", example: "100",
			doc: "How many writes one batch may have.",
		}.number(func(s *Settings) *int { return &s.MaxBatch }, 1, 10_000),
		setting{
			key: "pageSize", env: env("POSTERN_PAGE_SIZE"),
			fallback: "50", example: "50",
			doc: "How many documents a page has where the client does not say.",
		}.number(func(s *Settings) *int { return &s.PageSize }, 1, 10_000),
		setting{
			key: "maxPage", env: env("POSTERN_MAX_PAGE"),
			fallback: "200", example: "200",
			doc: "How many documents a client may ask for in one page; more is refused.",
		}.number(func(s *Settings) *int { return &s.MaxPage }, 1, 10_000),
		setting{
			key: "maxFilters", env: env("POSTERN_MAX_FILTERS"),
			fallback: "10", example: "10",
			doc: "How many filters one list may have.",
		}.number(func(s *Settings) *int { return &s.MaxFilters }, 1, 100),
		setting{
			key: "maxIn", env: env("POSTERN_MAX_IN"),
			fallback: "100", example: "100",
			doc: "How many values one `in` or `nin` may have.",
		}.number(func(s *Settings) *int { return &s.MaxIn }, 1, 1000),
		setting{
			key: "maxScan", env: env("POSTERN_MAX_SCAN"),
			fallback: "20000", example: "20000",
			doc: "How many documents one list may look at where no index answers it.",
		}.number(func(s *Settings) *int { return &s.MaxScan }, 100, 1_000_000),
		setting{
			key: "maxFollowers", env: env("POSTERN_MAX_FOLLOWERS"),
			fallback: "10000", example: "10000",
			doc: "How many clients may follow changes at once; beyond, 503.",
		}.number(func(s *Settings) *int { return &s.MaxFollowers }, 1, 1_000_000),
		setting{
			key: "maxFollowersEach", env: env("POSTERN_MAX_FOLLOWERS_EACH"),
			fallback: "100", example: "100",
			doc: "How many of them may be of one subject: tabs and devices of a user; beyond, 429. 0 bounds nothing.",
		}.number(func(s *Settings) *int { return &s.MaxFollowersEach }, 0, 1_000_000),
		setting{
			key: "keepChanges", env: env("POSTERN_KEEP_CHANGES"),
			fallback: "1000000", example: "1000000",
			doc: "How many changes are kept for clients that come back. Who comes back later reads everything again.",
		}.number(func(s *Settings) *int { return &s.KeepChanges }, 100, 1_000_000_000),
		setting{
			key: "keepChangesFor", env: env("POSTERN_KEEP_CHANGES_FOR"),
			fallback: "168h", example: "168h",
			doc: "How long they are kept.",
		}.duration(func(s *Settings) *time.Duration { return &s.KeepChangesFor }, time.Minute, 10_000*time.Hour),
		setting{
			key: "keepAnswers", env: env("POSTERN_KEEP_ANSWERS"),
			fallback: "24h", example: "24h",
			doc: "How long the answer to a write with an `Idempotency-Key` is kept; within that time the same request is done once.",
		}.duration(func(s *Settings) *time.Duration { return &s.KeepAnswers }, time.Minute, 10_000*time.Hour),
	}
}
