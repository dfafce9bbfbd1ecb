package api

import (
	"net/http"
	"net/url"
	"strconv"

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
		changes := feed.NewMarker(a.Sealer, v.caller.Owner, views).Write(position)
		return sendJSON(c, http.StatusOK, v.appendPage(page, changes))
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

func withCursor(of *url.URL, cursor string) string {
	values := of.Query()
	values.Set("cursor", cursor)
	return of.EscapedPath() + "?" + values.Encode()
}

func (v view) appendPage(page *query.Page, changes string) []byte {
	size := 256
	for _, d := range page.Items {
		size += d.Body.Size() + 200
	}
	dst := append(make([]byte, 0, size), `{"items":[`...)
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
