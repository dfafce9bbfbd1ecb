// Package leak finds out whether a program ever wrote one of the secrets that
// it was given. A [Record] keeps all that was written and all that is secret,
// until the end of a run of tests, and then seeks the one in the other: a
// secret may become known later than it was written.
package leak
