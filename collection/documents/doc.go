// Package documents reads and writes the documents of collections: every check
// in its order, each write in one transaction with its change row, batches
// whole or not at all, and repeated requests answered as the first was.
//
// The order is identity, right to the collection, visibility, right to the
// operation, precondition, body, unique members; nothing about a document
// shows before visibility.
package documents
