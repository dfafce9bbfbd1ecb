package api

import (
	"strconv"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/collection/feed"
)

// teller writes events for one reader.
type teller struct {
	caller   collection.Caller
	ask      *ask
	follower *feed.Follower
	marker   *feed.Marker
	leave    func()
}

// close ends the following.
func (t *teller) close() {
	t.follower.Close()
	t.leave()
}

// appendEvent writes an event as JSON.
func (t *teller) appendEvent(dst []byte, e feed.Event) []byte {
	dst = append(dst, `{"op":"`+string(e.Op)+`","collection":`...)
	dst = appendString(dst, e.Collection)
	dst = append(dst, `,"id":`...)
	dst = appendString(dst, e.ID())
	dst = append(dst, `,"version":`...)
	dst = strconv.AppendInt(dst, e.Version, 10)
	dst = append(dst, `,"at":"`+collection.FormatTime(e.At)+`"`...)
	if e.Key != "" && e.Writer == collection.WriterOf(t.caller.Owner) {
		dst = append(dst, `,"idempotencyKey":`...)
		dst = appendString(dst, e.Key)
	}
	if e.Op == feed.Upsert {
		v := view{collection: e.View.Collection, caller: t.caller, fields: t.ask.fields, can: t.ask.can}
		dst = v.append(append(dst, `,"document":`...), e.After)
	}
	return append(dst, '}')
}

// appendAnswer writes the answer to a long poll.
func (t *teller) appendAnswer(dst []byte, events []feed.Event, at int64, reset bool) []byte {
	dst = append(dst, `{"items":[`...)
	for i, e := range events {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = t.appendEvent(dst, e)
	}
	dst = appendString(append(dst, `],"page":{"changes":`...), t.marker.Write(at))
	dst = strconv.AppendBool(append(dst, `,"reset":`...), reset)
	return append(dst, "}}"...)
}
