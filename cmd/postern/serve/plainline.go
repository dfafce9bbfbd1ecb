package serve

import (
	"log/slog"
	"math"
	"strconv"
	"time"
)

// appendPlain writes the record as the standard library's JSON handler does, or
// tells that it cannot: it knows texts of plain ASCII, whole numbers and common
// fractions, of which the line of a request is made. There is one for each
// request, and the general way, which asks encoding/json for each fraction and
// looks at each attribute through a walk of groups, takes several times as long.
func appendPlain(b []byte, r slog.Record) (line []byte, ok bool) {
	if year := r.Time.Year(); r.Time.IsZero() || year < 0 || year > 9999 {
		return b, false
	}
	b = append(b, `{"time":"`...)
	b = r.Time.AppendFormat(b, time.RFC3339Nano)
	b = append(b, `","level":"`...)
	b = append(b, r.Level.String()...)
	b = append(b, `","msg":`...)
	if b, ok = appendPlainText(b, r.Message); !ok {
		return b, false
	}
	r.Attrs(func(a slog.Attr) bool {
		b = append(b, ',')
		if b, ok = appendPlainText(b, a.Key); !ok || a.Key == "" {
			ok = false
			return false
		}
		b = append(b, ':')
		b, ok = appendPlainValue(b, a.Value)
		return ok
	})
	return append(b, '}', '\n'), ok
}

func appendPlainValue(b []byte, v slog.Value) (_ []byte, ok bool) {
	switch v.Kind() {
	case slog.KindString:
		return appendPlainText(b, v.String())
	case slog.KindInt64:
		return strconv.AppendInt(b, v.Int64(), 10), true
	case slog.KindFloat64:
		f := v.Float64()
		if size := math.Abs(f); f != 0 && (size < 1e-6 || size >= 1e21) || f != f {
			return b, false // has an exponent, or is no number
		}
		return strconv.AppendFloat(b, f, 'f', -1, 64), true
	}
	return b, false
}

// appendPlainText writes a text in which nothing has to be escaped.
func appendPlainText(b []byte, text string) (_ []byte, ok bool) {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return b, false
		}
	}
	b = append(b, '"')
	b = append(b, text...)
	return append(b, '"'), true
}
