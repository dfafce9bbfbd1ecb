// Package collection is the domain of Postern: what a collection declares,
// what a document is, who may do what with it, and how the values by which
// lists are filtered and sorted are written down so that every database
// compares them alike. It knows no HTTP and no SQL.
//
// Beside it stand collection/schema (JSON Schema), collection/declare (reads
// declarations), collection/query (lists) and collection/documents (reads and
// writes, every check in its order).
package collection
