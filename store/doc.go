// Package store keeps documents in SQLite or PostgreSQL. It knows collections
// and their declarations, and nothing of HTTP.
//
// Each collection has a table of its own. A document is text that no database
// looks into; beside it stands one plain column for each member that a
// declared index or unique needs, which holds its [collection.Key]. Keys sort
// byte by byte, so both databases order documents alike and run the same SQL.
//
// What differs is how they are written to. SQLite has one writer, which
// gathers what waits into one transaction; PostgreSQL has as many as there are
// callers, and repeats what met a conflict. Several servers may share one
// PostgreSQL, also with different declarations while a new release is rolled
// out; catalog.go tells how they agree.
//
// Nothing here relies on advisory locks, LISTEN, sequences without gaps or
// schema changes within transactions: databases that speak PostgreSQL's
// protocol do not all have them.
package store
