package collection

import (
	"strconv"
	"time"

	"github.com/postern-dev/postern/jsonvalue"
)

// Owner is the subject to whom a document belongs. Subjects of different
// issuers are different people, whatever their names. The zero Owner is
// nobody.
type Owner struct {
	Issuer  string
	Subject string
}

// IsNobody tells whether there is no owner.
func (o Owner) IsNobody() bool { return o == Owner{} }

// Document is one stored document as of one version.
type Document struct {
	// ID is unique in the collection.
	ID string
	// Owner made the document. It is kept for every document that a
	// signed-in caller made; only collections with Owned give it rights.
	Owner Owner
	// Version counts the writes of this document, from 1, without a gap.
	Version int64
	// Birth tells a document from an earlier one with the same id: four
	// characters of a-z and 0-9, made when it was created.
	Birth string
	// CreatedAt and UpdatedAt are in UTC and whole milliseconds.
	CreatedAt time.Time
	UpdatedAt time.Time
	// Body is the object that was sent, system members left out.
	Body jsonvalue.Value
}

// Tag is the opaque part of the document's ETag: version and birth, so that a
// tag of a deleted document never fits its successor.
func (d *Document) Tag() string { return strconv.FormatInt(d.Version, 10) + "-" + d.Birth }

// Reserved are the members of an answer that the server fills. They cannot be
// members of a schema.
func Reserved() []string {
	return []string{"id", "owner", "version", "createdAt", "updatedAt", "can"}
}

// timeForm is RFC 3339 in UTC with milliseconds, always as wide.
const timeForm = "2006-01-02T15:04:05.000Z"

// FormatTime writes a time as documents carry it: RFC 3339, UTC, three
// decimals.
func FormatTime(t time.Time) string { return t.UTC().Format(timeForm) }

// AppendTime is FormatTime for those who have room already. Each document of a
// list has two times, so the digits of years of four are written by hand.
func AppendTime(dst []byte, t time.Time) []byte {
	t = t.UTC()
	year, month, day := t.Date()
	if year < 0 || year > 9999 {
		return t.AppendFormat(dst, timeForm)
	}
	hour, minute, second := t.Clock()
	milli := t.Nanosecond() / int(time.Millisecond)
	return append(dst,
		digit(year/1000), digit(year/100), digit(year/10), digit(year), '-',
		digit(int(month)/10), digit(int(month)), '-', digit(day/10), digit(day), 'T',
		digit(hour/10), digit(hour), ':', digit(minute/10), digit(minute), ':', digit(second/10), digit(second), '.',
		digit(milli/100), digit(milli/10), digit(milli), 'Z')
}

// digit is the last digit of n.
func digit(n int) byte { return '0' + byte(n%10) }

// ParseTime reads what [FormatTime] wrote.
func ParseTime(s string) (time.Time, error) { return time.Parse(timeForm, s) }

// Now is the current time as documents keep it: UTC, whole milliseconds.
func Now() time.Time { return time.Now().UTC().Truncate(time.Millisecond) }

// ShowsOwner tells whether the caller sees to whom the document belongs.
func (c *Collection) ShowsOwner(d *Document, caller Caller) bool {
	return c.Owned && !d.Owner.IsNobody() && (c.ShowOwner || d.Owner == caller.Owner)
}
