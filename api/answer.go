package api

import (
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"
	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/collection/documents"
	"github.com/postern-dev/postern/collection/query"
	"github.com/postern-dev/postern/jsonvalue"
	"github.com/postern-dev/postern/middleware"
)

// prefix is where the API of documents begins.
const prefix = "/api/v1/"

// view is how one caller sees documents of one collection.
type view struct {
	collection *collection.Collection
	caller     collection.Caller
	fields     []collection.Path
	can        bool
}

// append writes the document as JSON: the members that the server fills, then
// those of the body. The body is what was sent, so it is only spliced in.
func (v view) append(dst []byte, d *collection.Document) []byte {
	dst = append(dst, `{"id":`...)
	dst = appendString(dst, d.ID)
	if v.shows("owner") && v.collection.ShowsOwner(d, v.caller) {
		dst = append(dst, `,"owner":`...)
		dst = appendString(dst, d.Owner.Subject)
	}
	dst = append(dst, `,"version":`...)
	dst = strconv.AppendInt(dst, d.Version, 10)
	if v.shows("createdAt") {
		dst = append(dst, `,"createdAt":"`...)
		dst = collection.AppendTime(dst, d.CreatedAt)
		dst = append(dst, '"')
	}
	if v.shows("updatedAt") {
		dst = append(dst, `,"updatedAt":"`...)
		dst = collection.AppendTime(dst, d.UpdatedAt)
		dst = append(dst, '"')
	}
	if v.can {
		dst = v.appendCan(dst, d)
	}
	body := d.Body
	if v.fields != nil {
		body = query.Project(d, v.fields).Without(collection.Reserved()...)
	}
	if len(body.Members()) == 0 {
		return append(dst, '}')
	}
	end := len(dst)
	dst = body.Append(dst) // begins with {
	dst[end] = ','
	return dst
}

// shows tells whether a member that the server fills was asked for.
func (v view) shows(name string) bool {
	for _, f := range v.fields {
		if len(f) == 1 && f[0] == name {
			return true
		}
	}
	return v.fields == nil
}

func (v view) appendCan(dst []byte, d *collection.Document) []byte {
	update, remove := documents.May(v.caller, v.collection, d)
	dst = append(dst, `,"can":{"update":`...)
	dst = strconv.AppendBool(dst, update)
	dst = append(dst, `,"delete":`...)
	dst = strconv.AppendBool(dst, remove)
	return append(dst, '}')
}

func appendString(dst []byte, s string) []byte { return jsonvalue.String(s).Append(dst) }

// etag is the strong entity tag of a document (RFC 9110, section 8.8.3).
func etag(d *collection.Document) string { return `"` + d.Tag() + `"` }

func location(c *collection.Collection, d *collection.Document) string {
	return prefix + c.Name + "/" + d.ID
}

var revalidate = []string{"private, no-cache"}

// cached says that browsers may keep the answer and have to ask whether it is
// still true; what it shows depends on who asks.
func cached(c *gin.Context) {
	header := c.Writer.Header()
	header["Cache-Control"] = revalidate
	header.Add("Vary", "Authorization")
	if middleware.Session(c) != "" {
		header.Add("Vary", "Cookie")
	}
}

const jsonType = "application/json; charset=utf-8"

// jsonField is a slice without spare room: whoever adds to it gets a copy.
var jsonField = []string{jsonType}

// counted is how long an answer may be before net/http sends a part of it, and
// does not know its length any more.
const counted = 2048

// sendJSON answers with a body that is JSON already.
func sendJSON(c *gin.Context, status int, body []byte) error {
	header := c.Writer.Header()
	header["Content-Type"] = jsonField
	if len(body) > counted {
		header["Content-Length"] = []string{strconv.Itoa(len(body))}
	}
	c.Writer.WriteHeader(status)
	_, err := c.Writer.Write(body)
	return err
}

// send answers with a document.
func (v view) send(c *gin.Context, status int, d *collection.Document) error {
	cached(c)
	c.Header("ETag", etag(d))
	if status == http.StatusCreated {
		c.Header("Location", location(v.collection, d))
	}
	return sendJSON(c, status, v.append(make([]byte, 0, d.Body.Size()+256), d))
}
