package api

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/collection/documents"
	"github.com/postern-dev/postern/jsonvalue"
	"github.com/postern-dev/postern/problem"
)

// batch does several writes in one transaction: all of them or none.
func (a *API) batch(c *gin.Context) error {
	caller := a.caller(c)
	if err := noQuery(c); err != nil {
		return err
	}
	body, sent, err := readJSON(c, maxBatchDepth)
	if err != nil {
		return err
	}
	requests, err := a.batchRequests(body)
	if err != nil {
		return err
	}
	once, err := onceOf(c, caller, sent)
	if err != nil {
		return err
	}
	outcomes, replayed, err := a.Documents.Write(c.Request.Context(), caller, once, requests...)
	var inBatch *documents.BatchError
	if err != nil && len(requests) == 1 && !errors.As(err, &inBatch) && !errors.Is(err, documents.ErrKeyReused) {
		err = &documents.BatchError{Index: 0, Err: err}
	}
	if err != nil {
		return err
	}
	if replayed {
		c.Header("Idempotency-Replayed", "true")
	}
	c.Header("Cache-Control", "no-store")
	return sendJSON(c, http.StatusOK, appendResponses(caller, outcomes))
}

func appendResponses(caller collection.Caller, outcomes []documents.Outcome) []byte {
	dst := []byte(`{"responses":[`)
	for i, o := range outcomes {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendResponse(dst, view{collection: o.Collection, caller: caller}, o)
	}
	return append(dst, "]}"...)
}

func appendResponse(dst []byte, v view, o documents.Outcome) []byte {
	if o.Op == documents.Delete {
		return append(dst, `{"status":204,"headers":{}}`...)
	}
	if !documents.Shown(v.caller, o) {
		dst = appendString(append(dst, `{"status":204,"headers":{"ETag":`...), etag(o.Document))
		return append(dst, "}}"...)
	}
	status := http.StatusOK
	if o.Created {
		status = http.StatusCreated
	}
	dst = strconv.AppendInt(append(dst, `{"status":`...), int64(status), 10)
	dst = appendString(append(dst, `,"headers":{"ETag":`...), etag(o.Document))
	if o.Created {
		dst = appendString(append(dst, `,"Location":`...), location(o.Collection, o.Document))
	}
	dst = v.append(append(dst, `},"body":`...), o.Document)
	return append(dst, '}')
}

// batchRequests reads the envelope. All that is wrong with it is reported at
// once.
func (a *API) batchRequests(body jsonvalue.Value) ([]documents.Request, error) {
	p := batchInvalid.New("")
	list, ok := body.Get("requests")
	if body.Kind() != jsonvalue.Object || !ok || list.Kind() != jsonvalue.Array || len(list.Items()) == 0 {
		p.Fields = []problem.Field{{Pointer: "/requests", Detail: "must be a list with at least one request"}}
		return nil, p
	}
	if most := a.Documents.Limits().Batch; len(list.Items()) > most {
		p.Fields = []problem.Field{{Pointer: "/requests", Detail: fmt.Sprintf("has more than %d requests (POSTERN_MAX_BATCH)", most)}}
		return nil, p
	}
	refuseOthers(p, "", body, "requests")
	var requests []documents.Request
	for i, item := range list.Items() {
		requests = append(requests, a.batchRequest(p, "/requests/"+strconv.Itoa(i), item))
	}
	if len(p.Fields) > 0 {
		return nil, p
	}
	return requests, nil
}

// refuseOthers reports the members that an object should not have.
func refuseOthers(p *problem.Problem, at string, v jsonvalue.Value, known ...string) {
	for _, m := range v.Members() {
		if !contains(known, m.Name) {
			p.Fields = append(p.Fields, problem.Field{Pointer: at + jsonvalue.Pointer(m.Name),
				Detail: "is unknown here; there are " + strings.Join(known, ", ")})
		}
	}
}

func contains(list []string, s string) bool {
	for _, item := range list {
		if item == s {
			return true
		}
	}
	return false
}

func (a *API) batchRequest(p *problem.Problem, at string, item jsonvalue.Value) documents.Request {
	wrong := func(pointer, detail string) {
		p.Fields = append(p.Fields, problem.Field{Pointer: at + pointer, Detail: detail})
	}
	var r documents.Request
	if item.Kind() != jsonvalue.Object {
		wrong("", "must be an object with method, path, headers and body")
		return r
	}
	refuseOthers(p, at, item, "method", "path", "headers", "body")
	method, path := textOf(item, "method"), textOf(item, "path")
	name, id, hasID := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(path, prefix), "/"), "/")
	if r.Collection, r.ID = a.Documents.Collection(name), id; r.Collection == nil || hasID && id == "" {
		wrong("/path", "must be /{collection} or /{collection}/{id} of a collection that there is")
	}
	var known bool
	if r.Op, known = batchOp(method, hasID); !known {
		wrong("/method", "must be POST to a collection, or PUT, PATCH or DELETE to a document")
	}
	body, hasBody := item.Get("body")
	if r.Body = body; hasBody == (r.Op == documents.Delete) && known {
		wrong("/body", "is required for all but DELETE, which has none")
	}
	header, detail := batchHeader(item)
	if detail != "" {
		wrong("/headers", detail)
		return r
	}
	var err error
	if r.Match, err = precondition(r.Op, header); err != nil {
		wrong("/headers", "has an If-Match or If-None-Match that this request cannot have: "+err.(*problem.Problem).Detail)
	}
	r.Op = patchOp(r.Op, header, wrong)
	return r
}

func batchOp(method string, hasID bool) (documents.Op, bool) {
	op, ok := map[string]documents.Op{"POST": documents.Create, "PUT": documents.Put,
		"PATCH": documents.MergePatch, "DELETE": documents.Delete}[method]
	return op, ok && hasID != (op == documents.Create)
}

// patchOp tells the two forms of patches apart by their media type.
func patchOp(op documents.Op, header http.Header, wrong func(pointer, detail string)) documents.Op {
	switch t := header.Get("Content-Type"); {
	case t == "" || t == "application/json":
	case op == documents.MergePatch && t == mergePatchType:
	case op == documents.MergePatch && t == jsonPatchType:
		return documents.JSONPatch
	default:
		wrong("/headers/Content-Type", "is not a media type of this request")
	}
	return op
}

func textOf(v jsonvalue.Value, name string) string {
	member, _ := v.Get(name)
	if member.Kind() != jsonvalue.Text {
		return ""
	}
	return member.Text()
}

// batchHeader reads the header fields that a request of a batch may have.
func batchHeader(item jsonvalue.Value) (header http.Header, wrong string) {
	header = http.Header{}
	fields, ok := item.Get("headers")
	if !ok {
		return header, ""
	}
	if fields.Kind() != jsonvalue.Object {
		return nil, "must be an object"
	}
	for _, m := range fields.Members() {
		name := http.CanonicalHeaderKey(m.Name)
		if !contains([]string{"If-Match", "If-None-Match", "Content-Type"}, name) || m.Value.Kind() != jsonvalue.Text {
			return nil, "may have If-Match, If-None-Match and Content-Type, each a string; an Idempotency-Key belongs to the whole batch"
		}
		if _, twice := header[name]; twice {
			return nil, "has " + name + " twice"
		}
		header.Set(name, m.Value.Text())
	}
	return header, ""
}

// inBatch names the request that failed; nothing of the batch is stored.
func (a *API) inBatch(id *auth.Identity, caller collection.Caller, failed *documents.BatchError) error {
	err := a.refusal(id, caller, failed.Err)
	p, ok := err.(*problem.Problem)
	if refusal, refused := err.(*auth.Refusal); refused {
		return refusal
	}
	if !ok {
		return err
	}
	at := "/requests/" + strconv.Itoa(failed.Index)
	p.Detail = "Request " + strconv.Itoa(failed.Index) + " of the batch failed, and nothing of it is stored. " + p.Detail
	for i := range p.Fields {
		p.Fields[i].Pointer = at + "/body" + p.Fields[i].Pointer
	}
	if len(p.Fields) == 0 {
		p.Fields = []problem.Field{{Pointer: at, Detail: "failed"}}
	}
	return p
}
