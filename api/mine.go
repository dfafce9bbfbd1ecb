package api

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/collection/documents"
)

// capability is what a caller may do in one collection: all, some (it depends
// on the document) or none.
type capability struct {
	Name        string                                    `json:"name"`
	Description string                                    `json:"description,omitempty"`
	Href        string                                    `json:"href"`
	Owned       bool                                      `json:"owned"`
	May         map[collection.Operation]documents.Extent `json:"may"`
}

func (a *API) capabilities(caller collection.Caller) []capability {
	list := []capability{}
	if a.Documents == nil {
		return list
	}
	for _, c := range a.Documents.Collections() {
		list = append(list, capability{c.Name, c.Description, prefix + c.Name, c.Owned, documents.Rights(caller, c)})
	}
	return list
}

func (a *API) listCollections(c *gin.Context) error {
	cached(c)
	c.JSON(http.StatusOK, gin.H{"items": a.capabilities(a.caller(c))})
	return nil
}

// exportPage is how many documents of an export are in memory at once, and
// exportWrite how long a client may take to read them.
const (
	exportPage  = 100
	exportWrite = 30 * time.Second
)

// exportMine streams all that the caller owns and may read, as one JSON object
// with a list for each collection.
func (a *API) exportMine(c *gin.Context) error {
	caller := a.caller(c)
	var open bool
	for _, of := range a.Documents.Collections() {
		if !of.Owned || of.Read.For(caller).IsNever() {
			continue
		}
		visible := collection.AllOf(of.Read.For(caller), collection.OwnedBy(caller.Owner))
		if err := a.exportFrom(c, view{collection: of, caller: caller}, visible, &open); err != nil {
			return err
		}
	}
	if !open {
		beginExport(c)
		_, err := c.Writer.WriteString("{}")
		return err
	}
	_, err := c.Writer.WriteString("]}")
	return err
}

func beginExport(c *gin.Context) {
	c.Header("Cache-Control", "no-store")
	c.Header("Content-Type", jsonType)
	c.Header("Content-Disposition", `attachment; filename="export.json"`)
}

// exportFrom writes the documents of one collection, page by page.
func (a *API) exportFrom(c *gin.Context, v view, visible collection.Condition, open *bool) error {
	scan := collection.Scan{Visible: visible, Limit: exportPage}
	for first := true; ; first = false {
		page, err := a.Documents.Store().Scan(c.Request.Context(), v.collection, scan)
		if err != nil {
			return err
		}
		var dst []byte
		switch {
		case !*open:
			beginExport(c)
			*open = true
			dst = append(appendString([]byte("{"), v.collection.Name), ":["...)
		case first:
			dst = append(appendString([]byte("],"), v.collection.Name), ":["...)
		}
		for i, d := range page {
			if i > 0 || !first {
				dst = append(dst, ',')
			}
			dst = v.append(dst, d)
		}
		_ = http.NewResponseController(c.Writer).SetWriteDeadline(time.Now().Add(exportWrite))
		if _, err := c.Writer.Write(dst); err != nil {
			return err
		}
		if len(page) < exportPage {
			return nil
		}
		scan.After = &collection.Position{ID: page[len(page)-1].ID}
	}
}

// eraseMine removes all that the caller owns and may delete.
func (a *API) eraseMine(c *gin.Context) error {
	removed, kept, err := a.Documents.Erase(c.Request.Context(), a.caller(c))
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, gin.H{"deleted": removed, "kept": orEmpty(kept)})
	return nil
}
