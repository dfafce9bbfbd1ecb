package auth

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/go-json-experiment/json/jsontext"
)

// readObject reads data as one JSON object, strictly: valid UTF-8, no member
// twice, nothing behind it, at most maxDepth deep. It calls member for each
// member; member reads the value from the decoder, or returns false to have it
// skipped.
func readObject(data []byte, member func(name string, d *jsontext.Decoder) (read bool, err error)) error {
	if !depthWithin(data, maxDepth) {
		return fmt.Errorf("is nested more than %d deep", maxDepth)
	}
	r := readers.Get().(*reader)
	defer r.end()
	d := r.begin(data)
	if err := readMembers(d, member); err != nil {
		return err
	}
	if _, err := d.ReadToken(); !errors.Is(err, io.EOF) {
		return errors.New("has something behind its end")
	}
	return nil
}

// reader is a decoder that is used again: what it remembers of names and nesting
// is most of what it allocates.
type reader struct {
	data    bytes.Buffer
	decoder *jsontext.Decoder
}

var readers = sync.Pool{New: func() any {
	r := &reader{}
	r.decoder = jsontext.NewDecoder(&r.data)
	return r
}}

func (r *reader) begin(data []byte) *jsontext.Decoder {
	r.data = *bytes.NewBuffer(data)
	r.decoder.Reset(&r.data)
	return r.decoder
}

// end lets go of the data.
func (r *reader) end() {
	r.begin(nil)
	readers.Put(r)
}

// readMembers reads the object that comes next from the decoder.
func readMembers(d *jsontext.Decoder, member func(name string, d *jsontext.Decoder) (read bool, err error)) error {
	if open, err := d.ReadToken(); err != nil {
		return err
	} else if open.Kind() != '{' {
		return errors.New("is not a JSON object")
	}
	for d.PeekKind() == '"' {
		name, err := d.ReadToken()
		if err != nil {
			return err
		}
		read, err := member(name.String(), d)
		if err == nil && !read {
			err = d.SkipValue()
		}
		if err != nil {
			return err
		}
	}
	_, err := d.ReadToken()
	return err
}

// depthWithin counts brackets outside of strings. On text that is not JSON the
// count means nothing, and the reader that follows refuses it.
func depthWithin(data []byte, most int) bool {
	depth, inString := 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '{' || c == '[':
			if depth++; depth > most {
				return false
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return true
}

// errKind says that a value has another kind than the standard asks for.
type errKind struct{ name, want string }

func (e errKind) Error() string { return e.name + " is not " + e.want }

func readString(name string, d *jsontext.Decoder) (string, error) {
	if d.PeekKind() != '"' {
		return "", errKind{name, "a string"}
	}
	token, err := d.ReadToken()
	if err != nil {
		return "", err
	}
	return token.String(), nil
}

// readStrings reads a string or a list of strings.
func readStrings(name string, d *jsontext.Decoder) ([]string, error) {
	if d.PeekKind() == '"' {
		one, err := readString(name, d)
		return []string{one}, err
	}
	if d.PeekKind() != '[' {
		return nil, errKind{name, "a string or a list of strings"}
	}
	if _, err := d.ReadToken(); err != nil {
		return nil, err
	}
	list := []string{}
	for d.PeekKind() != ']' {
		item, err := readString(name, d)
		if err != nil {
			return nil, err
		}
		list = append(list, item)
	}
	_, err := d.ReadToken()
	return list, err
}
