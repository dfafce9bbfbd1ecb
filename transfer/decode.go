package transfer

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/jsonvalue"
)

var errNoExport = errors.New(`this is no export of Postern, which would begin with {"postern":` + format)

// readHeader reads the first line.
func readHeader(line []byte) (h Header, err error) {
	v, err := jsonvalue.Parse(line, jsonvalue.Limits{Depth: 2})
	if err != nil {
		return h, errNoExport
	}
	number, ok := v.Get("postern")
	switch {
	case !ok || number.Kind() != jsonvalue.Numeral:
		return h, errNoExport
	case number.Text() != format:
		return h, errors.New("this file has another format than " + format + ", perhaps that of a newer Postern")
	}
	m, err := exactly(v, "postern", "exportedAt", "collections")
	if err != nil {
		return h, err
	}
	if h.At, err = readTime(m[1], "exportedAt"); err != nil {
		return h, err
	}
	if m[2].Kind() != jsonvalue.Array {
		return h, errors.New("collections is no list")
	}
	for _, item := range m[2].Items() {
		name, err := readText(item, "collections")
		if err != nil {
			return h, err
		}
		if n := len(h.Collections); n > 0 && name <= h.Collections[n-1] {
			return h, errors.New("collections are not in the order of their names")
		}
		h.Collections = append(h.Collections, name)
	}
	return h, nil
}

// readDocument reads the line of a document.
func readDocument(v jsonvalue.Value) (name string, d *collection.Document, err error) {
	m, err := exactly(v, "collection", "id", "owner", "version", "birth", "createdAt", "updatedAt", "body")
	if err != nil {
		return "", nil, err
	}
	d = &collection.Document{Body: m[7]}
	if name, err = readText(m[0], "collection"); err != nil {
		return "", nil, err
	}
	if d.ID, err = readID(m[1]); err != nil {
		return "", nil, err
	}
	if d.Owner, err = readOwner(m[2]); err != nil {
		return "", nil, err
	}
	if d.Version, err = readCount(m[3], "version", 1); err != nil {
		return "", nil, err
	}
	if d.Birth, err = readBirth(m[4]); err != nil {
		return "", nil, err
	}
	if d.CreatedAt, err = readTime(m[5], "createdAt"); err != nil {
		return "", nil, err
	}
	if d.UpdatedAt, err = readTime(m[6], "updatedAt"); err != nil {
		return "", nil, err
	}
	if d.Body.Kind() != jsonvalue.Object {
		return "", nil, errors.New("body is no object")
	}
	return name, d, nil
}

// readSums reads what the last line says.
func readSums(v jsonvalue.Value) (sums []Sum, err error) {
	if v.Kind() != jsonvalue.Array {
		return nil, errors.New("end is no list")
	}
	for _, item := range v.Items() {
		m, err := exactly(item, "name", "documents", "sha256")
		if err != nil {
			return nil, err
		}
		var s Sum
		if s.Name, err = readText(m[0], "name"); err != nil {
			return nil, err
		}
		if s.Documents, err = readCount(m[1], "documents", 0); err != nil {
			return nil, err
		}
		if s.SHA256, err = readText(m[2], "sha256"); err != nil {
			return nil, err
		}
		sums = append(sums, s)
	}
	return sums, nil
}

// exactly returns the values of these members, and refuses any other.
func exactly(v jsonvalue.Value, names ...string) ([]jsonvalue.Value, error) {
	if v.Kind() != jsonvalue.Object {
		return nil, errors.New("is no object")
	}
	values := make([]jsonvalue.Value, len(names))
	for i, name := range names {
		var ok bool
		if values[i], ok = v.Get(name); !ok {
			return nil, errors.New(name + " is missing")
		}
	}
	if len(v.Members()) != len(names) {
		return nil, errors.New("has a member that no export writes; known are " + strings.Join(names, ", "))
	}
	return values, nil
}

func readText(v jsonvalue.Value, name string) (string, error) {
	if v.Kind() != jsonvalue.Text || v.Text() == "" {
		return "", errors.New(name + " is no text")
	}
	return v.Text(), nil
}

// readCount wants a whole number of at least least, in digits alone.
func readCount(v jsonvalue.Value, name string, least int64) (int64, error) {
	n, err := strconv.ParseInt(v.Text(), 10, 64)
	if v.Kind() != jsonvalue.Numeral || err != nil || n < least {
		return 0, fmt.Errorf("%s is no whole number from %d", name, least)
	}
	return n, nil
}

// maxID and the letters are those of the widest form of ids.
const maxID = 200

func readID(v jsonvalue.Value) (string, error) {
	id, err := readText(v, "id")
	if err == nil && (len(id) > maxID || strings.ContainsFunc(id, func(r rune) bool {
		return (r|32 < 'a' || r|32 > 'z') && (r < '0' || r > '9') && !strings.ContainsRune("-._~", r)
	})) {
		err = errors.New("id is none that a server takes")
	}
	return id, err
}

func readBirth(v jsonvalue.Value) (string, error) {
	birth, err := readText(v, "birth")
	if err == nil && (len(birth) != 4 || strings.ContainsFunc(birth, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})) {
		err = errors.New("birth is not four characters of a-z and 0-9")
	}
	return birth, err
}

func readOwner(v jsonvalue.Value) (collection.Owner, error) {
	if v.Kind() == jsonvalue.Null {
		return collection.Owner{}, nil
	}
	m, err := exactly(v, "issuer", "subject")
	if err != nil {
		return collection.Owner{}, fmt.Errorf("owner: %w", err)
	}
	issuer, err := readText(m[0], "issuer")
	if err != nil {
		return collection.Owner{}, err
	}
	subject, err := readText(m[1], "subject")
	return collection.Owner{Issuer: issuer, Subject: subject}, err
}

// readTime wants a time as exports write it, to the letter.
func readTime(v jsonvalue.Value, name string) (time.Time, error) {
	at, err := collection.ParseTime(v.Text())
	if v.Kind() != jsonvalue.Text || err != nil || collection.FormatTime(at) != v.Text() {
		return time.Time{}, errors.New(name + " is no time like 2026-01-31T12:00:00.000Z")
	}
	return at, nil
}
