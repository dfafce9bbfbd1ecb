package api

import (
	"context"
	"crypto/sha256"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/collection/documents"
	"github.com/postern-dev/postern/collection/query"
	"github.com/postern-dev/postern/middleware"
	"github.com/postern-dev/postern/problem"
)

// caller is who asks, as collections know it.
func (a *API) caller(c *gin.Context) collection.Caller {
	id := middleware.Identity(c)
	if id == nil {
		return collection.Caller{}
	}
	issuer := id.Issuer
	if now, moved := a.Renamed[issuer]; moved {
		issuer = now
	}
	return collection.Caller{Owner: collection.Owner{Issuer: issuer, Subject: id.Subject},
		Scopes: id.Scopes, Permissions: id.Permissions, ACR: id.ACR, AuthTime: id.AuthTime, Proof: proofOf(c)}
}

// proofOf is the proof of the request's sender, as writes take note of it.
func proofOf(c *gin.Context) *collection.Proof {
	proof := middleware.Proof(c)
	if proof == nil {
		return nil
	}
	return noteOf(proof)
}

func noteOf(proof *auth.Proof) *collection.Proof {
	return &collection.Proof{Key: proof.Key, ID: proof.ID, Until: proof.Until}
}

// spend spends a proof in a transaction of its own.
func (a *API) spend(ctx context.Context, proof *auth.Proof) error {
	if err := a.Spend(ctx, noteOf(proof)); err != nil {
		return a.refusal(nil, collection.Caller{}, err)
	}
	return nil
}

func (a *API) viewOf(c *gin.Context, of *collection.Collection) view {
	return view{collection: of, caller: a.caller(c)}
}

// chosen reads what the query may say of a single document: fields, include.
func (a *API) chosen(c *gin.Context, v *view) error {
	values, err := url.ParseQuery(c.Request.URL.RawQuery)
	if err != nil {
		return queryInvalid.New("The query string cannot be read.").Because(err)
	}
	p := queryInvalid.New("")
	for name := range values {
		if name != "fields" && name != "include" {
			p.Fields = append(p.Fields, problem.Field{Parameter: name, Detail: "is not a parameter here; a document has fields and include"})
		}
	}
	if len(p.Fields) > 0 {
		slices.SortFunc(p.Fields, func(x, y problem.Field) int { return strings.Compare(x.Parameter, y.Parameter) })
		return p
	}
	q, err := query.Parse(v.collection, values, a.Query)
	if err != nil {
		return err
	}
	v.fields, v.can = q.Fields, q.Can
	return nil
}

func (a *API) getDocument(of *collection.Collection) func(*gin.Context) error {
	return func(c *gin.Context) error {
		v := a.viewOf(c, of)
		if of.Read.For(v.caller).IsNever() {
			return &collection.Denied{Collection: of, Operation: collection.Read}
		}
		if err := a.chosen(c, &v); err != nil {
			return err
		}
		any, tags, err := entityTags(c.Request.Header, "If-None-Match")
		if err != nil {
			return err
		}
		d, err := a.Documents.Get(c.Request.Context(), v.caller, of, c.Param("id"))
		if err != nil {
			return err
		}
		if any || slices.Contains(tags, d.Tag()) {
			cached(c)
			c.Header("ETag", etag(d))
			c.Status(http.StatusNotModified)
			return nil
		}
		return v.send(c, http.StatusOK, d)
	}
}

// write makes the handler of one kind of write.
func (a *API) write(of *collection.Collection, op documents.Op) func(*gin.Context) error {
	return func(c *gin.Context) error {
		v := a.viewOf(c, of)
		r := documents.Request{Op: op, Collection: of, ID: c.Param("id")}
		once, err := readWrite(c, v.caller, &r)
		if err != nil {
			// What the caller may not do here at all goes first.
			if denied := r.Barred(v.caller); denied != nil {
				return denied
			}
			return err
		}
		outcomes, replayed, err := a.Documents.Write(c.Request.Context(), v.caller, once, r)
		if err != nil {
			return withCurrent(v, err)
		}
		if replayed {
			c.Header("Idempotency-Replayed", "true")
		}
		return v.answer(c, outcomes[0])
	}
}

// readWrite reads what the request says of a write.
func readWrite(c *gin.Context, caller collection.Caller, r *documents.Request) (once *documents.Idempotency, err error) {
	if r.Match, err = precondition(r.Op, c.Request.Header); err != nil {
		return nil, err
	}
	if err := noQuery(c); err != nil {
		return nil, err
	}
	depth := maxDepth
	if r.Op == documents.MergePatch && mediaType(c.Request) == jsonPatchType {
		r.Op, depth = documents.JSONPatch, maxPatchDepth
	}
	sent := []byte{}
	if r.Op != documents.Delete {
		if r.Body, sent, err = readJSON(c, depth); err != nil {
			return nil, err
		}
	}
	return onceOf(c, caller, sent)
}

// answer says what a write led to. A document that the caller may change and
// not read stays hidden.
func (v view) answer(c *gin.Context, o documents.Outcome) error {
	switch {
	case o.Op == documents.Delete:
		c.Header("Cache-Control", "no-store")
		c.Status(http.StatusNoContent)
	case !documents.Shown(v.caller, o):
		c.Header("Cache-Control", "no-store")
		c.Header("ETag", etag(o.Document))
		c.Status(http.StatusNoContent)
	case o.Created:
		return v.send(c, http.StatusCreated, o.Document)
	default:
		return v.send(c, http.StatusOK, o.Document)
	}
	return nil
}

// noQuery refuses parameters where none means anything.
func noQuery(c *gin.Context) error {
	if c.Request.URL.RawQuery == "" {
		return nil
	}
	return queryInvalid.New("Writes have no parameters; put everything into the body.")
}

// onceOf reads the Idempotency-Key of a write.
func onceOf(c *gin.Context, caller collection.Caller, body []byte) (*documents.Idempotency, error) {
	key, err := idempotencyKey(c.Request.Header)
	if err != nil || key == "" {
		return nil, err
	}
	if caller.IsNobody() {
		return nil, headerInvalid.New("Idempotency-Key needs a signed-in caller: keys of strangers cannot be told apart.")
	}
	hash := sha256.New()
	for _, name := range []string{"Content-Type", "If-Match", "If-None-Match"} {
		for _, value := range c.Request.Header.Values(name) {
			hash.Write([]byte(name + ":" + value + "\n"))
		}
	}
	hash.Write(body)
	once := &documents.Idempotency{Key: key, Method: c.Request.Method, Path: c.Request.URL.Path}
	hash.Sum(once.Request[:0])
	return once, nil
}
