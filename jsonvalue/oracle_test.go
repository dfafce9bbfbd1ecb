package jsonvalue

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// parseByJSONText reads as Parse does, with a decoder that others wrote, and
// with our own rules written a second time.
func parseByJSONText(data []byte) (Value, error) {
	d := jsontext.NewDecoder(bytes.NewBuffer(data))
	v, err := decode(d)
	if err != nil {
		return Value{}, err
	}
	if _, err := d.ReadToken(); !errors.Is(err, io.EOF) {
		return Value{}, errors.New("something follows")
	}
	return v, nil
}

var errOurs = errors.New("one of our own rules")

func decode(d *jsontext.Decoder) (Value, error) {
	token, err := d.ReadToken()
	if err != nil {
		return Value{}, err
	}
	if d.StackDepth() > 64 {
		return Value{}, errOurs
	}
	switch token.Kind() {
	case 't', 'f':
		return Bool(token.Bool()), nil
	case '"':
		s := token.String()
		if strings.ContainsRune(s, 0) {
			return Value{}, errOurs
		}
		return String(s), nil
	case '0':
		return decodeNumber(token.String())
	case '[':
		return decodeArray(d)
	case '{':
		return decodeObject(d)
	}
	return Value{}, nil
}

func decodeNumber(literal string) (Value, error) {
	_, exponent, found := strings.Cut(strings.ToLower(literal), "e")
	n, err := strconv.Atoi(exponent)
	if len(literal) > 1000 || found && (err != nil || max(n, -n) > 9999) {
		return Value{}, errOurs
	}
	return Number(literal), nil
}

func decodeArray(d *jsontext.Decoder) (Value, error) {
	items := []Value{}
	for d.PeekKind() != ']' {
		item, err := decode(d)
		if err != nil {
			return Value{}, err
		}
		items = append(items, item)
	}
	_, err := d.ReadToken()
	return ArrayOf(items...), err
}

func decodeObject(d *jsontext.Decoder) (Value, error) {
	members := []Member{}
	for d.PeekKind() != '}' {
		name, err := decode(d)
		if err != nil {
			return Value{}, err
		}
		value, err := decode(d)
		if err != nil {
			return Value{}, err
		}
		members = append(members, Member{name.Text(), value})
	}
	_, err := d.ReadToken()
	return objectOf(members), err
}
