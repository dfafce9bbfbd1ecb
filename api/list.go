package api

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/gin-gonic/gin"
	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/collection/feed"
	"github.com/postern-dev/postern/collection/query"
)

func (a *API) listDocuments(of *collection.Collection) func(*gin.Context) error {
	return func(c *gin.Context) error {
		v := a.viewOf(c, of)
		// The right to the collection goes before the form of the query.
		if of.Read.For(v.caller).IsNever() {
			return &collection.Denied{Collection: of, Operation: collection.Read}
		}
		q, err := query.ParseRaw(of, c.Request.URL.RawQuery, a.Query)
		if err != nil {
			return err
		}
		// Asked for before the list is read, so that nothing lies between.
		position := a.Feed.Head()
		page, err := query.List(c.Request.Context(), a.Documents.Store(), a.Sealer, of, v.caller, q)
		if err != nil {
			return err
		}
		v.fields, v.can = q.Fields, q.Can
		cached(c)
		a.explainScan(c, of, page)
		for _, link := range []struct{ rel, cursor string }{{"next", page.Next}, {"prev", page.Prev}} {
			if link.cursor != "" {
				c.Writer.Header().Add("Link", "<"+withCursor(c.Request.URL, link.cursor)+`>; rel="`+link.rel+`"`)
			}
		}
		views := []feed.View{{Collection: of, Visible: of.Read.For(v.caller)}}
		changes := a.Feed.Marker(a.Sealer, v.caller.Owner, views).Write(position)
		return a.sendPage(c, v, page, changes)
	}
}

// explainScan warns while a list that looks at many documents still works.
func (a *API) explainScan(c *gin.Context, of *collection.Collection, page *query.Page) {
	if !page.Warning {
		return
	}
	c.Writer.Header().Add("Server-Timing", `scan;desc="`+strconv.Itoa(page.Scanned)+` documents examined, declare an index"`)
	a.Log.WarnContext(c.Request.Context(), "a list examines many documents; declare an index",
		"collection", of.Name, "examined", page.Scanned, "requestId", c.Writer.Header().Get("X-Request-Id"))
}

// withCursor is the address of the request with another cursor. What was asked
// for stays as it was written, but for bytes that an address may not have (RFC
// 3986, section 3.4).
func withCursor(of *url.URL, cursor string) string {
	address := append(make([]byte, 0, len(of.RawQuery)+len(cursor)+64), of.EscapedPath()...)
	sign := byte('?')
	for pair := range strings.SplitSeq(of.RawQuery, "&") {
		name, _, _ := strings.Cut(pair, "=")
		if plain, err := url.QueryUnescape(name); pair == "" || err == nil && plain == "cursor" {
			continue
		}
		address = appendQuery(append(address, sign), pair)
		sign = '&'
	}
	address = append(append(address, sign), "cursor="...)
	return string(append(address, url.QueryEscape(cursor)...))
}

func appendQuery(dst []byte, text string) []byte {
	const hex = "0123456789ABCDEF"
	for i := range len(text) {
		if c := text[i]; c <= ' ' || c > '~' || strings.IndexByte(`<>"\^`+"`"+`{|}[]#`, c) >= 0 {
			dst = append(dst, '%', hex[c>>4], hex[c&15])
		} else {
			dst = append(dst, c)
		}
	}
	return dst
}

// pages are buffers for answers of many documents. A connection of HTTP/1 has
// taken all of an answer once it was written; a stream of HTTP/2 may not.
var pages = sync.Pool{New: func() any { return new([]byte) }}

// largestPage is how large a buffer may be, in bytes, to be kept.
const largestPage = 256 << 10

func (a *API) sendPage(c *gin.Context, v view, page *query.Page, changes string) error {
	if c.Request.ProtoMajor != 1 {
		return a.sendLarge(c, http.StatusOK, v.appendPage(nil, page, changes))
	}
	buffer := pages.Get().(*[]byte)
	*buffer = v.appendPage((*buffer)[:0], page, changes)
	err := a.sendLarge(c, http.StatusOK, *buffer)
	if cap(*buffer) <= largestPage {
		pages.Put(buffer)
	}
	return err
}

func (v view) appendPage(dst []byte, page *query.Page, changes string) []byte {
	size := 256
	for _, d := range page.Items {
		size += d.Body.Size() + 200
	}
	dst = append(slices.Grow(dst, size), `{"items":[`...)
	for i, d := range page.Items {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = v.append(dst, d)
	}
	dst = append(dst, `],"page":{"limit":`...)
	dst = strconv.AppendInt(dst, int64(page.Limit), 10)
	dst = appendCursor(append(dst, `,"next":`...), page.Next)
	dst = appendCursor(append(dst, `,"prev":`...), page.Prev)
	dst = appendString(append(dst, `,"changes":`...), changes)
	if page.Total != nil {
		relation := "eq"
		if page.Total.AtLeast {
			relation = "gte"
		}
		dst = strconv.AppendInt(append(dst, `,"total":{"value":`...), int64(page.Total.Value), 10)
		dst = append(dst, `,"relation":"`+relation+`"}`...)
	}
	return append(dst, "}}"...)
}

func appendCursor(dst []byte, cursor string) []byte {
	if cursor == "" {
		return append(dst, "null"...)
	}
	return appendString(dst, cursor)
}
