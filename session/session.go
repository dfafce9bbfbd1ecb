package session

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"slices"
	"time"
)

// The errors that a caller tells apart.
var (
	// ErrEnded says that there is no such session, or none any more: the user
	// has to sign in.
	ErrEnded = errors.New("the session ended")
	// ErrUnavailable says that nobody can tell now, or go on now: the session
	// may well be good later.
	ErrUnavailable = errors.New("the session cannot be used now")
)

// Record is a session as it is kept. Nothing in it opens a door: of the id it
// has a digest, and the tokens are sealed.
type Record struct {
	// Key names the session; see [KeyOf].
	Key string
	// Issuer and Subject are whose session it is, and SessionID how the issuer
	// calls its own session of that user (`sid`); that may be empty.
	Issuer, Subject, SessionID string
	// Version counts the replacements of Sealed. It begins with 1.
	Version int64
	// Began is when the user signed in, Ends when the session ends whatever
	// happens, and IdleUntil when it ends where nothing does.
	Began, Ends, IdleUntil time.Time
	// Sealed are the tokens.
	Sealed string
}

// Over tells whether the session has ended by itself.
func (r Record) Over(now time.Time) bool { return !now.Before(r.Ends) || !now.Before(r.IdleUntil) }

// Keeper keeps records, for all servers of a deployment. Its errors, but for
// [ErrEnded], are those of a database that cannot be used.
type Keeper interface {
	// AddSession returns when the record is durable.
	AddSession(ctx context.Context, r Record) error
	// Session returns the record, or ErrEnded where there is none.
	Session(ctx context.Context, key string) (Record, error)
	// ClaimSession keeps others from claiming the record for so long, unless
	// somebody does already or it has another version; it tells which.
	ClaimSession(ctx context.Context, key string, version int64, lease time.Duration) (claimed bool, err error)
	// ReleaseSession ends a claim before its time.
	ReleaseSession(ctx context.Context, key string, version int64) error
	// ReplaceSession puts sealed in the place of that of the version before, and
	// ends the claim. It returns ErrEnded where that version is gone.
	ReplaceSession(ctx context.Context, key string, version int64, sealed string) error
	// TouchSession moves the end of an idle session, never back.
	TouchSession(ctx context.Context, key string, idleUntil time.Time) error
	// DropSession forgets the record; it may be gone already.
	DropSession(ctx context.Context, key string) error
	// Secret returns the named shared secret, newest first and at most two, made
	// where it is missing. RotateSecret puts a fresh one before it where the
	// newest is older than age.
	Secret(ctx context.Context, name string) ([][]byte, error)
	RotateSecret(ctx context.Context, name string, age time.Duration) error
}

// An id is a random part, which nobody guesses, and a code that shows who made
// it: an id that somebody invented is known for one without a look at the
// database. Their lengths are in bytes.
const (
	randomSize = 32
	codeSize   = 16
)

var letters = base64.RawURLEncoding.Strict()

// NewID returns a fresh id, made with the key. It is for the browser alone, and
// never kept.
func NewID(key []byte) string {
	id := make([]byte, randomSize, randomSize+codeSize)
	rand.Read(id) // never fails: it ends the program instead
	return letters.EncodeToString(append(id, code(key, id)...))
}

// code authenticates the random part of an id (HMAC-SHA-256, RFC 2104, cut to
// half of its length as section 5 allows).
func code(key, random []byte) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write(random)
	return mac.Sum(nil)[:codeSize]
}

// IsGenuine tells whether the id was made with one of the keys.
func IsGenuine(id string, keys ...[]byte) bool {
	raw := decode(id)
	if raw == nil {
		return false
	}
	return slices.ContainsFunc(keys, func(key []byte) bool {
		return hmac.Equal(raw[randomSize:], code(key, raw[:randomSize]))
	})
}

// decode returns the bytes of an id; nil for a text that is none.
func decode(id string) []byte {
	if len(id) != letters.EncodedLen(randomSize+codeSize) {
		return nil
	}
	raw, err := letters.DecodeString(id)
	if err != nil || len(raw) != randomSize+codeSize { // the decoder skips line ends
		return nil
	}
	return raw
}

// KeyOf returns the name of the session with this id: its digest, so that who
// reads the database cannot use what is there. It is empty for a text that has
// not the form of an id.
func KeyOf(id string) string {
	raw := decode(id)
	if raw == nil {
		return ""
	}
	sum := sha256.Sum256(raw)
	return letters.EncodeToString(sum[:])
}
