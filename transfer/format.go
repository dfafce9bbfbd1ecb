package transfer

import (
	"strconv"
	"time"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/jsonvalue"
)

// format is the number of this format; a file of another one is refused.
const format = "1"

// Bounds of what is read. The largest document that a server can be set to
// take has 16 MiB; depth is what stores accept.
const (
	maxLine  = 17 << 20
	maxDepth = 10_000
)

// Header is the first line.
type Header struct {
	// At is the moment of the documents, in whole milliseconds.
	At time.Time
	// Collections are in the order of their names.
	Collections []string
}

// Sum is what the last line says of one collection.
type Sum struct {
	Name      string `json:"name"`
	Documents int64  `json:"documents"`
	// SHA256 is that of the documents' lines, in hexadecimal.
	SHA256 string `json:"sha256"`
}

func (h Header) append(dst []byte) []byte {
	dst = append(dst, `{"postern":`+format+`,"exportedAt":`...)
	dst = quoted(dst, collection.FormatTime(h.At))
	dst = append(dst, `,"collections":[`...)
	for i, name := range h.Collections {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = quoted(dst, name)
	}
	return append(dst, "]}\n"...)
}

func appendDocument(dst []byte, name string, d *collection.Document) []byte {
	dst = quoted(append(dst, `{"collection":`...), name)
	dst = quoted(append(dst, `,"id":`...), d.ID)
	dst = appendOwner(append(dst, `,"owner":`...), d.Owner)
	dst = strconv.AppendInt(append(dst, `,"version":`...), d.Version, 10)
	dst = quoted(append(dst, `,"birth":`...), d.Birth)
	dst = quoted(append(dst, `,"createdAt":`...), collection.FormatTime(d.CreatedAt))
	dst = quoted(append(dst, `,"updatedAt":`...), collection.FormatTime(d.UpdatedAt))
	dst = d.Body.Append(append(dst, `,"body":`...))
	return append(dst, "}\n"...)
}

func appendOwner(dst []byte, owner collection.Owner) []byte {
	if owner.IsNobody() {
		return append(dst, "null"...)
	}
	dst = quoted(append(dst, `{"issuer":`...), owner.Issuer)
	dst = quoted(append(dst, `,"subject":`...), owner.Subject)
	return append(dst, '}')
}

func appendEnd(dst []byte, sums []Sum) []byte {
	dst = append(dst, `{"end":[`...)
	for i, s := range sums {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = quoted(append(dst, `{"name":`...), s.Name)
		dst = strconv.AppendInt(append(dst, `,"documents":`...), s.Documents, 10)
		dst = quoted(append(dst, `,"sha256":`...), s.SHA256)
		dst = append(dst, '}')
	}
	return append(dst, "]}\n"...)
}

func quoted(dst []byte, s string) []byte { return jsonvalue.String(s).Append(dst) }
