package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/collection/documents"
	"github.com/postern-dev/postern/collection/query"
	"github.com/postern-dev/postern/middleware"
	"github.com/postern-dev/postern/problem"
)

// judged wraps a handler of collections: what the domain refuses becomes the
// problem that says so.
func (a *API) judged(handle func(*gin.Context) error) func(*gin.Context) error {
	return func(c *gin.Context) error {
		err := handle(c)
		if err == nil {
			return nil
		}
		return a.refusal(middleware.Identity(c), a.caller(c), err)
	}
}

// refusal translates an error of the domain.
func (a *API) refusal(id *auth.Identity, caller collection.Caller, err error) error {
	var (
		p      *problem.Problem
		batch  *documents.BatchError
		denied *collection.Denied
		none   *query.NotAllowed
	)
	switch {
	case errors.As(err, &p):
		return err
	case errors.As(err, &batch):
		return a.inBatch(id, caller, batch)
	case errors.As(err, &denied):
		return deniedTo(id, caller, denied)
	case errors.As(err, &none):
		return deniedTo(id, caller, &collection.Denied{Collection: a.Documents.Collection(none.Collection), Operation: collection.Read})
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, collection.ErrReplayed):
		return &auth.Refusal{Code: auth.ProofReplayed, Scheme: auth.DPoP}
	case errors.Is(err, collection.ErrUnavailable):
		return databaseUnavailable.New("").RetryAfter(2 * time.Second).Because(err)
	case errors.Is(err, collection.ErrFull):
		// Somebody has to make room, which takes a while.
		return databaseFull.New("").RetryAfter(30 * time.Second).Because(err)
	}
	if p := ofWrite(err); p != nil {
		return p.Because(err)
	}
	if p := ofList(err); p != nil {
		return p.Because(err)
	}
	return err
}

// deniedTo says what is missing: a token, a scope, a permission, or else the
// rule that is not met.
func deniedTo(id *auth.Identity, caller collection.Caller, denied *collection.Denied) error {
	rule := denied.Rule()
	if id == nil && rule.Kind != collection.Nobody {
		return &auth.Refusal{Code: auth.TokenMissing}
	}
	says := fmt.Sprintf(" To %s in %s asks for %s.", denied.Operation, denied.Collection.Name, rule)
	if missing := rule.Missing(caller); id != nil && len(missing) > 0 {
		p := middleware.Refused(lacks(id, caller, rule, missing[0]))
		p.Detail += says
		return p
	}
	p := notAllowed.New("")
	p.Detail += says
	return p
}

// lacks is the refusal of a token that lacks this part of the rule. The login
// that it asks for is the one that has all, or there would be a second one.
func lacks(id *auth.Identity, caller collection.Caller, rule, missing collection.Rule) *auth.Refusal {
	switch missing.Kind {
	case collection.Permission:
		return id.RequirePermission(missing.Name)
	case collection.Proven:
		return id.RequireProof()
	case collection.ACR, collection.LoginAge:
		return id.RequireLogin(rule.Login(caller))
	}
	return id.RequireScope(missing.Name)
}

// ofWrite translates what refuses a write.
func ofWrite(err error) *problem.Problem {
	var (
		changed  *documents.Changed
		invalid  *documents.Invalid
		patch    *documents.PatchFailed
		tooLarge *documents.TooLarge
		id       *documents.IDRefused
		quota    *documents.QuotaExceeded
		unique   *collection.UniqueError
	)
	switch {
	case errors.Is(err, documents.ErrNotFound):
		return documentNotFound.New("")
	case errors.As(err, &changed):
		return preconditionFailed.New("")
	case errors.As(err, &invalid):
		p := problem.BodyInvalid.New("")
		for _, v := range invalid.Violations {
			p.Fields = append(p.Fields, problem.Field{Pointer: v.Pointer, Detail: v.Detail})
		}
		return p
	case errors.As(err, &patch):
		return patchProblem(patch)
	case errors.As(err, &tooLarge):
		return documentTooLarge.New(fmt.Sprintf("A document may have at most %d bytes.", tooLarge.Limit))
	case errors.As(err, &id):
		return idInvalid.New(idForm(id.Format))
	case errors.As(err, &quota):
		return quotaExceeded.New(fmt.Sprintf("The quota in %s is %d %s for each owner.", quota.Collection.Name, quota.Limit, quota.Of))
	case errors.As(err, &unique):
		return uniqueProblem(unique)
	case errors.Is(err, collection.ErrTaken):
		return idUnavailable.New("")
	case errors.Is(err, documents.ErrKeyReused):
		return keyReused.New("")
	case errors.Is(err, documents.ErrBatchTooLarge):
		return batchInvalid.New("Its documents have more than 8 MiB together. Make several batches of it.")
	}
	return nil
}

func patchProblem(failed *documents.PatchFailed) *problem.Problem {
	kind := patchFailed
	if failed.Test {
		kind = patchTestFailed
	}
	p := kind.New("")
	p.Fields = []problem.Field{{Pointer: failed.Pointer, Detail: failed.Reason}}
	return p
}

func uniqueProblem(taken *collection.UniqueError) *problem.Problem {
	p := uniqueTaken.New("")
	for _, path := range taken.Unique.Paths {
		detail := "has to be unique"
		if taken.Unique.PerOwner {
			detail = "has to be unique among your documents"
		}
		p.Fields = append(p.Fields, problem.Field{Pointer: path.Pointer(), Detail: detail})
	}
	return p
}

func idForm(format collection.IDFormat) string {
	switch format {
	case collection.UUIDv7:
		return "An id here is a UUID of version 7 in lower case."
	case collection.UUIDv4:
		return "An id here is a UUID of version 4 in lower case."
	case collection.Slug:
		return "An id here is up to 80 of a-z and 0-9, with single hyphens between them."
	}
	return "An id here is 1 to 200 letters, digits and - . _ ~."
}

// ofList translates what refuses a list.
func ofList(err error) *problem.Problem {
	var (
		mistakes query.Errors
		one      *query.Error
		cursor   *query.CursorError
		index    *query.IndexRequired
	)
	switch {
	case errors.As(err, &mistakes):
		p := queryInvalid.New("")
		for _, m := range mistakes {
			p.Fields = append(p.Fields, queryField(m))
		}
		return p
	case errors.As(err, &one):
		p := queryInvalid.New("")
		p.Fields = []problem.Field{queryField(one)}
		return p
	case errors.As(err, &cursor):
		return cursorInvalid.New(sentence(cursor.Error()))
	case errors.As(err, &index):
		return indexRequired.New(sentence(index.Error()))
	}
	return nil
}

func queryField(m *query.Error) problem.Field {
	detail := m.Detail
	if m.Hint != "" {
		detail += ". " + m.Hint
	}
	return problem.Field{Parameter: m.Parameter, Detail: detail}
}

// sentence makes one of an error's text.
func sentence(s string) string {
	if s == "" {
		return s
	}
	return string(s[0]-'a'+'A') + s[1:] + "."
}

// withCurrent adds the document as it is to a failed precondition, for those
// who may read it.
func withCurrent(v view, err error) error {
	var changed *documents.Changed
	if !errors.As(err, &changed) || changed.Current == nil {
		return err
	}
	p := preconditionFailed.New("").Because(err)
	p.Current = v.append(nil, changed.Current)
	return p.WithHeader("ETag", etag(changed.Current))
}

func isTooLarge(err error) bool {
	var tooLarge *http.MaxBytesError
	return errors.As(err, &tooLarge)
}
