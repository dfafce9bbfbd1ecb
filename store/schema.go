package store

import "strings"

// foundation creates the tables that every database has. Each statement can be
// repeated, so that two servers may run them side by side.
//
// Times are milliseconds since 1970, in UTC. An owner is the number of its
// issuer and its subject; the number 0 is nobody's.
func foundation(d dialect) []string {
	var statements []string
	for _, s := range append([]string{
		`CREATE TABLE IF NOT EXISTS issuers (
			no bigint NOT NULL PRIMARY KEY,
			url {text} NOT NULL UNIQUE)`,
		`CREATE TABLE IF NOT EXISTS secrets (
			name {text} NOT NULL,
			generation bigint NOT NULL,
			secret {blob} NOT NULL,
			made bigint NOT NULL,
			PRIMARY KEY (name, generation))`,
		`CREATE TABLE IF NOT EXISTS keysets (
			issuer {text} NOT NULL PRIMARY KEY,
			raw {blob} NOT NULL,
			fetched bigint NOT NULL)`,
		`CREATE TABLE IF NOT EXISTS idempotency (
			scope {blob} NOT NULL,
			name {text} NOT NULL,
			request {blob},
			answer {blob},
			kept_until bigint NOT NULL,
			PRIMARY KEY (scope, name))`,
		`CREATE TABLE IF NOT EXISTS revocations (
			kind {text} NOT NULL,
			issuer {text} NOT NULL,
			value {text} NOT NULL,
			at bigint NOT NULL,
			session_known bigint NOT NULL,
			kept_until bigint NOT NULL,
			noted bigint NOT NULL,
			PRIMARY KEY (kind, issuer, value))`,
		`CREATE INDEX IF NOT EXISTS revocations_noted ON revocations (noted)`,
		`CREATE TABLE IF NOT EXISTS sessions (
			key {text} NOT NULL PRIMARY KEY,
			issuer {text} NOT NULL,
			subject {text} NOT NULL,
			sid {text} NOT NULL,
			version bigint NOT NULL,
			began bigint NOT NULL,
			ends bigint NOT NULL,
			idle_until bigint NOT NULL,
			claimed_until bigint NOT NULL,
			sealed text NOT NULL)`,
		`CREATE INDEX IF NOT EXISTS sessions_ends ON sessions (ends)`,
		`CREATE INDEX IF NOT EXISTS sessions_idle ON sessions (idle_until)`,
		`CREATE INDEX IF NOT EXISTS idempotency_until ON idempotency (kept_until)`,
		// pos is handed out after the commit where there are many writers, and
		// stays null where there is one: there, seq is the position.
		`CREATE TABLE IF NOT EXISTS changes (
			seq {serial},
			pos bigint,
			collection {text} NOT NULL,
			id {text} NOT NULL,
			version bigint NOT NULL,
			op {text} NOT NULL,
			owner_iss_before bigint,
			owner_sub_before {text},
			owner_iss bigint,
			owner_sub {text},
			body_before text,
			body text,
			birth {text} NOT NULL,
			created bigint NOT NULL,
			updated_before bigint,
			updated bigint,
			at bigint NOT NULL,
			claim {text})`,
		`CREATE TABLE IF NOT EXISTS counters (
			name {text} NOT NULL PRIMARY KEY,
			value bigint NOT NULL)`,
		`INSERT INTO counters (name, value) VALUES ('settled', 0), ('pruned', 0) ON CONFLICT DO NOTHING`,
		`CREATE TABLE IF NOT EXISTS usage (
			collection {text} NOT NULL,
			owner_iss bigint NOT NULL,
			owner_sub {text} NOT NULL,
			documents bigint NOT NULL,
			bytes bigint NOT NULL,
			counted bigint NOT NULL,
			PRIMARY KEY (collection, owner_iss, owner_sub))`,
		`CREATE TABLE IF NOT EXISTS leases (
			name {text} NOT NULL PRIMARY KEY,
			holder {text} NOT NULL,
			held_until bigint NOT NULL)`,
		`CREATE TABLE IF NOT EXISTS servers (
			name {text} NOT NULL PRIMARY KEY,
			beat bigint NOT NULL)`,
		`CREATE TABLE IF NOT EXISTS collections (
			name {text} NOT NULL PRIMARY KEY,
			declarer {text} NOT NULL,
			generation bigint NOT NULL,
			filled bigint NOT NULL,
			counted bigint NOT NULL)`,
		`CREATE TABLE IF NOT EXISTS columns (
			collection {text} NOT NULL,
			no bigint NOT NULL,
			kind {text} NOT NULL,
			path {text} NOT NULL,
			form {text} NOT NULL,
			state {text} NOT NULL,
			since bigint NOT NULL,
			PRIMARY KEY (collection, no),
			UNIQUE (collection, kind, path, form))`,
		`CREATE TABLE IF NOT EXISTS indexes (
			name {text} NOT NULL PRIMARY KEY,
			collection {text} NOT NULL,
			declared {text} NOT NULL,
			definition {text} NOT NULL,
			state {text} NOT NULL,
			note {text} NOT NULL)`,
	}, d.foundation...) {
		statements = append(statements, d.in(s))
	}
	return statements
}

// room creates what a collection needs before its first document.
func room(d dialect, name string) []string {
	t := newTable(name)
	statements := []string{
		`CREATE TABLE IF NOT EXISTS ` + t.sql + ` (
			id {text} NOT NULL PRIMARY KEY,
			owner_iss bigint NOT NULL,
			owner_sub {text} NOT NULL,
			version bigint NOT NULL,
			birth {text} NOT NULL,
			created bigint NOT NULL,
			updated bigint NOT NULL,
			body text NOT NULL,
			filled bigint NOT NULL)`,
		`CREATE INDEX IF NOT EXISTS ` + quote("o_"+name) + ` ON ` + t.sql + ` (owner_iss ASC, owner_sub ASC, id ASC)`,
		`CREATE TABLE IF NOT EXISTS ` + t.members + ` (
			path bigint NOT NULL,
			iss bigint NOT NULL,
			sub {text} NOT NULL,
			id {text} NOT NULL,
			PRIMARY KEY (path, iss, sub, id))`,
		`CREATE INDEX IF NOT EXISTS ` + quote("n_"+name) + ` ON ` + t.members + ` (id ASC)`,
	}
	for i, s := range statements {
		statements[i] = d.in(s)
	}
	return statements
}

// in writes the statement's types as the database calls them.
func (d dialect) in(statement string) string {
	return strings.NewReplacer("{text}", d.text, "{blob}", d.blob, "{serial}", d.serial).Replace(statement)
}

// quote makes an identifier of a name that the declaration has checked. It is
// never called with something from a request.
func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
