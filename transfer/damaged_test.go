package transfer_test

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/transfer"
)

// lines is a file that a test changes.
type lines []string

func (l lines) swap(i, j int) lines { l[i], l[j] = l[j], l[i]; return l }

func (l lines) with(i int, old, new string) lines {
	if !strings.Contains(l[i], old) {
		panic(old + " is not in " + l[i])
	}
	l[i] = strings.Replace(l[i], old, new, 1)
	return l
}

func (l lines) at(i int, line string) lines { return slices.Insert(l, i, line+"\n") }

func (l lines) without(i int) lines { return slices.Delete(l, i, i+1) }

func (l lines) last() int { return len(l) - 1 }

// TestDamagedFiles: whatever happened to a file on its way, it is seen, the
// line is told, and nothing is written.
func TestDamagedFiles(t *testing.T) {
	whole := sample(t) // line 1, six notes in lines 2 to 7, three tags, the last line is the 11th
	to := open(t, sqliteURL(t))
	for _, tt := range []struct {
		name   string
		change func(lines) lines
		line   int
		reason string
	}{
		{"empty", func(l lines) lines { return nil }, 1, "nothing in it"},
		{"a text", func(lines) lines { return lines{"Dear all,\n"} }, 1, "no export of Postern"},
		{"other JSON", func(lines) lines { return lines{`{"notes":[]}` + "\n"} }, 1, "no export of Postern"},
		{"without its first line", func(l lines) lines { return l.without(0) }, 1, "no export of Postern"},
		{"a byte order mark", func(l lines) lines { return l.with(0, "{", "\ufeff{") }, 1, "no export of Postern"},
		{"a newer format", func(l lines) lines { return l.with(0, `"postern":1`, `"postern":2`) }, 1, "another format"},
		{"a format in words", func(l lines) lines { return l.with(0, `"postern":1`, `"postern":"1"`) }, 1, "no export of Postern"},
		{"no time", func(l lines) lines { return l.with(0, "2026", "26") }, 1, "exportedAt"},
		{"no collections", func(l lines) lines { return l.with(0, `["notes","tags"]`, `{}`) }, 1, "no list"},
		{"collections out of order", func(l lines) lines { return l.with(0, `["notes","tags"]`, `["tags","notes"]`) }, 1, "order"},
		{"a collection twice", func(l lines) lines { return l.with(0, `["notes",`, `["notes","notes",`) }, 1, "order"},
		{"a first line with more", func(l lines) lines { return l.with(0, `{`, `{"x":1,`) }, 1, "no export writes"},
		{"only a first line", func(l lines) lines { return l[:1] }, 2, "cut off"},
		{"cut off behind a line", func(l lines) lines { return l[:5] }, 6, "cut off"},
		{"cut off within a line", func(l lines) lines { l[4] = l[4][:20]; return l[:5] }, 5, "cut off"},
		{"cut off before the last byte", func(l lines) lines { return l.with(l.last(), "\n", "") }, 11, "cut off"},
		{"without its last line", func(l lines) lines { return l[:l.last()] }, 11, "cut off"},
		{"a bit flipped in a body", func(l lines) lines { return l.with(1, "milk", "silk") }, 11, "checksum of notes"},
		{"a digit changed", func(l lines) lines { return l.with(1, "7890.10", "7890.11") }, 11, "checksum of notes"},
		{"a version changed", func(l lines) lines { return l.with(8, `"version":2`, `"version":9`) }, 11, "checksum of tags"},
		{"an owner changed", func(l lines) lines { return l.with(1, "one.example", "two.example") }, 11, "checksum of notes"},
		{"blanks added", func(l lines) lines { return l.with(1, `,"id"`, `, "id"`) }, 11, "checksum of notes"},
		{"a bit flipped between members", func(l lines) lines { return l.with(2, `":"`, `"8"`) }, 3, "colon belongs"},
		{"a line twice", func(l lines) lines { return l.at(3, strings.TrimSpace(l[2])) }, 4, "second time"},
		{"an id twice", func(l lines) lines { return l.with(3, "0000002", "0000001") }, 4, "second time"},
		{"lines in another order", func(l lines) lines { return l.swap(2, 3) }, 4, "behind a greater one"},
		{"collections in another order", func(l lines) lines { return l.swap(6, 7) }, 8, "complete already"},
		{"a line lost", func(l lines) lines { return l.without(3) }, 10, "had 6"},
		{"a line added", func(l lines) lines { return l.at(7, strings.Replace(strings.TrimSpace(l[6]), "0000005", "0000006", 1)) }, 12, "has 7 documents"},
		{"an empty line", func(l lines) lines { return l.at(4, "") }, 5, "empty"},
		{"ends of lines as on Windows", func(l lines) lines { return l.with(0, "\n", "\r\n") }, 1, "Windows"},
		{"a collection that the first line does not have", func(l lines) lines { return l.with(2, `"notes"`, `"nodes"`) }, 3, "does not have this collection"},
		{"too long", func(l lines) lines { return l.with(2, `"title":"`, `"title":"`+strings.Repeat("x", 17<<20)) }, 3, "longer than 17 MiB"},
		{"bad UTF-8", func(l lines) lines { return l.with(1, "milk", "mi\xffk") }, 2, "UTF-8"},
		{"a NUL", func(l lines) lines { return l.with(1, "milk", `\u0000`) }, 2, "U+0000"},
		{"half a surrogate pair", func(l lines) lines { return l.with(1, "milk", `\ud800`) }, 2, "surrogate"},
		{"too deep", func(l lines) lines {
			return l.with(1, `"milk"`, strings.Repeat("[", 10_001)+strings.Repeat("]", 10_001))
		}, 2, "nested"},
		{"a list for a line", func(l lines) lines { return l.at(2, "[]") }, 3, "no object"},
		{"two values on a line", func(l lines) lines { return l.with(2, "\n", " {}\n") }, 3, "after its end"},
		{"an unknown member", func(l lines) lines { return l.with(2, `"id"`, `"x":1,"id"`) }, 3, "no export writes"},
		{"a member twice", func(l lines) lines { return l.with(2, `"id"`, `"id":"a","id"`) }, 3, "twice"},
		{"a member missing", func(l lines) lines { return l.with(2, `"birth":"0001",`, ``) }, 3, "birth is missing"},
		{"an id of a number", func(l lines) lines { return l.with(2, `"id":"0000001"`, `"id":1`) }, 3, "id is no text"},
		{"an id that leads elsewhere", func(l lines) lines { return l.with(2, `"0000001"`, `"../1"`) }, 3, "id is none"},
		{"an id that is too long", func(l lines) lines { return l.with(2, `"0000001"`, `"`+strings.Repeat("1", 201)+`"`) }, 3, "id is none"},
		{"version 0", func(l lines) lines { return l.with(2, `"version":2`, `"version":0`) }, 3, "version"},
		{"a version with a point", func(l lines) lines { return l.with(2, `"version":2`, `"version":2.0`) }, 3, "version"},
		{"a version beyond all", func(l lines) lines { return l.with(2, `"version":2`, `"version":9223372036854775808`) }, 3, "version"},
		{"a birth of five", func(l lines) lines { return l.with(2, `"0001"`, `"00011"`) }, 3, "birth"},
		{"a time of another form", func(l lines) lines { return l.with(2, `.999Z`, `.999000Z`) }, 3, "createdAt"},
		{"a body that is no object", func(l lines) lines {
			l[9] = regexp.MustCompile(`"body":.*`).ReplaceAllString(l[9], `"body":[]}`)
			return l
		}, 10, "body is no object"},
		{"an owner without a subject", func(l lines) lines { return l.with(1, `,"subject":"auth0|ada"`, ``) }, 2, "subject is missing"},
		{"an owner of nothing", func(l lines) lines { return l.with(1, `"auth0|ada"`, `""`) }, 2, "subject is no text"},
		{"something behind the end", func(l lines) lines { return l.at(len(l), "x") }, 12, "behind the last line"},
		{"two files", func(l lines) lines { return append(slices.Clone(l), l...) }, 12, "behind the last line"},
		{"a last line with fewer collections", func(l lines) lines { return l.with(l.last(), `{"name":"notes"`, `{"name":"motes"`) }, 11, "other collections"},
		{"a last line with nothing", func(l lines) lines { l[l.last()] = `{"end":[]}` + "\n"; return l }, 11, "other collections"},
		{"a last line of another kind", func(l lines) lines { l[l.last()] = `{"end":true}` + "\n"; return l }, 11, "no list"},
		{"a last line with another count", func(l lines) lines { return l.with(l.last(), `"documents":6`, `"documents":7`) }, 11, "had 7"},
		{"a last line with another checksum", func(l lines) lines { return l.with(l.last(), `"sha256":"`, `"sha256":"0`) }, 11, "checksum"},
		{"a last line too early", func(l lines) lines { return l.at(3, strings.TrimSpace(l[l.last()])) }, 4, "has 2 documents"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			changed := tt.change(slices.Collect(strings.Lines(string(whole))))
			_, err := transfer.Check(t.Context(), to, strings.NewReader(strings.Join(changed, "")), importing())
			var damaged *transfer.DamagedError
			if !errors.As(err, &damaged) || damaged.Line != tt.line || !strings.Contains(damaged.Reason, tt.reason) {
				t.Fatalf("got %v, want line %d: %s", err, tt.line, tt.reason)
			}
		})
	}
	if n, err := to.Count(t.Context(), declared()[1], collection.Scan{Visible: collection.Always()}, 0); n != 0 || err != nil {
		t.Errorf("%d documents were written: %v", n, err)
	}
}

// Whatever byte of a file is another one, it is seen, but for the time of the
// first line.
func TestEveryByteCounts(t *testing.T) {
	whole := sample(t)
	if err := read(bytes.NewReader(whole)); err != nil {
		t.Fatal(err)
	}
	time := bytes.Index(whole, []byte("2026"))
	for i := range whole {
		if i >= time && i < time+len("2026-01-31T12:00:00.000Z") {
			continue
		}
		changed := bytes.Clone(whole)
		changed[i] ^= 1
		if err := read(bytes.NewReader(changed)); err == nil {
			t.Errorf("byte %d, %q, does not count", i, whole[max(0, i-10):min(len(whole), i+10)])
		}
		if err := read(bytes.NewReader(whole[:i])); err == nil {
			t.Errorf("cut off at byte %d and nobody sees it", i)
		}
	}
}

func read(from io.Reader) error {
	r, err := transfer.NewReader(from)
	for err == nil {
		_, err = r.Next()
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// FuzzReader: no bytes make the reader panic, and what it accepts is in order.
func FuzzReader(f *testing.F) {
	whole := sample(f)
	f.Add(whole)
	f.Add(whole[:len(whole)/2])
	f.Add([]byte(`{"postern":1,"exportedAt":"2026-01-31T12:00:00.000Z","collections":[]}` + "\n" + `{"end":[]}` + "\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		r, err := transfer.NewReader(bytes.NewReader(file))
		last := transfer.Entry{}
		for n := int64(0); err == nil; n++ {
			var e transfer.Entry
			if e, err = r.Next(); err != nil {
				continue
			}
			if e.Line != int(n)+2 || e.Collection < last.Collection || e.Collection == last.Collection && e.Document.ID <= last.Document.ID {
				t.Fatalf("entry %d is %+v behind %+v", n, e, last)
			}
			last = e
		}
		var damaged *transfer.DamagedError
		if !errors.Is(err, io.EOF) && !errors.As(err, &damaged) {
			t.Fatal(err)
		}
	})
}
