// Package query reads what a list asks for, plans how to find it, and finds it:
// filters and orders typed by the collection's schema, declared indexes where
// they help and a bound on what is examined where they do not, and cursors that
// stay right while others write.
//
// It knows no HTTP and no SQL: addresses become a [Query], and documents come
// from a [collection.Store], only ever those under the caller's own rule.
package query
