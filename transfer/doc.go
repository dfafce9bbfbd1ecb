// Package transfer moves documents between databases, by way of a file that
// people and programs can read: one JSON value a line (NDJSON, UTF-8, each line
// ended by a line feed).
//
// The first line says what it is, and which collections it has, in the order
// of their names:
//
//	{"postern":1,"exportedAt":"2026-01-31T12:00:00.000Z","collections":["notes","tags"]}
//
// Then comes one line a document, collection by collection, in the order of
// their ids, so that a document that comes twice is seen without keeping any.
// The owner of nobody's document is null:
//
//	{"collection":"notes","id":"…","owner":{"issuer":"…","subject":"…"},"version":3,"birth":"k3f9",
//	 "createdAt":"…","updatedAt":"…","body":{…}}
//
// The last line, without which a file is cut off, has for each collection how
// many documents it has and the SHA-256 of their lines, line feeds included:
//
//	{"end":[{"name":"notes","documents":1,"sha256":"…"},{"name":"tags","documents":0,"sha256":"…"}]}
//
// Bodies stand as they were sent, with every digit. The same documents make
// the same file, on every database, but for the time in its first line.
//
// Nothing here holds more than a batch of documents at a time.
package transfer
