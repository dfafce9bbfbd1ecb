package api

import (
	"net/http"

	"github.com/postern-dev/postern/problem"
)

// The kinds of problems that collections bring.
var (
	documentNotFound = problem.Kind{Code: "document_not_found", Status: http.StatusNotFound,
		Sentence: "There is no such document for you.",
		Hint:     "Either the id is wrong, or the document was deleted, or the collection's read rule does not show it to you. To make a document with an id of your own, PUT it with If-None-Match: *."}
	notAllowed = problem.Kind{Code: "not_allowed", Status: http.StatusForbidden,
		Sentence: "A rule of this collection does not let you do this.",
		Hint:     "The detail names the rule. GET /api/v1/collections says what you may do; rules are declared in postern.yaml."}
	preconditionFailed = problem.Kind{Code: "precondition_failed", Status: http.StatusPreconditionFailed,
		Sentence: "The document has changed since you read it.",
		Hint:     "`current` is the document as it is now, where you may read it. Merge your change into it and send it again with its ETag in If-Match."}
	jsonInvalid = problem.Kind{Code: "json_invalid", Status: http.StatusBadRequest,
		Sentence: "The request body is not the JSON that this server reads.",
		Hint:     "Send one JSON value in UTF-8: no member twice, no NUL and no half of a surrogate pair, not too deep. JSON.stringify makes such a value."}
	patchFailed = problem.Kind{Code: "patch_failed", Status: http.StatusUnprocessableEntity,
		Sentence: "The patch cannot be applied to this document.",
		Hint:     "The pointer leads to the operation. Nothing of the patch was applied."}
	patchTestFailed = problem.Kind{Code: "patch_test_failed", Status: http.StatusConflict,
		Sentence: "A test operation of the patch does not hold.",
		Hint:     "Read the document again, and decide again. Nothing of the patch was applied."}
	documentTooLarge = problem.Kind{Code: "document_too_large", Status: http.StatusRequestEntityTooLarge,
		Sentence: "The document is larger than this server keeps.",
		Hint:     "Split it into several documents, or raise POSTERN_MAX_DOCUMENT."}
	idInvalid = problem.Kind{Code: "id_invalid", Status: http.StatusBadRequest,
		Sentence: "The id is not of this collection's form.",
		Hint:     "Send an id of the form that the detail names, or POST and let the server make one."}
	idUnavailable = problem.Kind{Code: "id_unavailable", Status: http.StatusConflict,
		Sentence: "The id cannot be used.",
		Hint:     "Choose another id. If this is your own request sent twice, send an Idempotency-Key the next time."}
	uniqueTaken = problem.Kind{Code: "unique_taken", Status: http.StatusConflict,
		Sentence: "Another document has the same value where values have to be unique.",
		Hint:     "Each entry of errors points at a member that has to be unique, alone or together with the others."}
	quotaExceeded = problem.Kind{Code: "quota_exceeded", Status: http.StatusConflict,
		Sentence: "You keep as much in this collection as is allowed.",
		Hint:     "Delete documents that are not needed any more; the quota is declared in postern.yaml."}
	keyReused = problem.Kind{Code: "idempotency_key_reused", Status: http.StatusUnprocessableEntity,
		Sentence: "This Idempotency-Key was sent with another request before.",
		Hint:     "Make a new key, such as crypto.randomUUID(), for each change, and send the same one only to repeat it."}
	headerInvalid = problem.Kind{Code: "header_invalid", Status: http.StatusBadRequest,
		Sentence: "A header field cannot be read.",
		Hint:     "The detail names the field and what it should look like."}
	queryInvalid = problem.Kind{Code: "query_invalid", Status: http.StatusBadRequest,
		Sentence: "The query asks for something that lists of this collection do not have.",
		Hint:     "Each entry of errors names a parameter and how to mend it."}
	cursorInvalid = problem.Kind{Code: "cursor_invalid", Status: http.StatusBadRequest,
		Sentence: "The cursor does not belong to this list.",
		Hint:     "Send the cursor as page.next or page.prev gave it, with the same filters, sort and user; otherwise begin again without one."}
	indexRequired = problem.Kind{Code: "index_required", Status: http.StatusBadRequest,
		Sentence: "This list would have to look at more documents than are looked at without an index.",
		Hint:     "Declare the index that the detail names, or ask for less."}
	batchInvalid = problem.Kind{Code: "batch_invalid", Status: http.StatusUnprocessableEntity,
		Sentence: "The batch is not one that this server reads.",
		Hint:     "Send {\"requests\":[{\"method\":\"POST\",\"path\":\"/notes\",\"body\":{}}]}; each entry of errors points at what is wrong."}
	databaseUnavailable = problem.Kind{Code: "database_unavailable", Status: http.StatusServiceUnavailable,
		Sentence: "The database does not answer at the moment.",
		Hint:     "Repeat the request after the time in Retry-After; with an Idempotency-Key that is safe for every write."}
	databaseFull = problem.Kind{Code: "database_full", Status: http.StatusInsufficientStorage,
		Sentence: "The server has no room to store this.",
		Hint:     "This is not your mistake. The operator has to make room; reading goes on."}
)

// documentKinds are all of them, for GET /problems.
// The kinds of problems that the change feed brings.
var (
	positionInvalid = problem.Kind{Code: "position_invalid", Status: http.StatusBadRequest,
		Sentence: "The position is not one that this server gave out.",
		Hint:     "Send what page.changes of a list, or the id of an event, says, unchanged. Without one, changes begin here and now."}
	followersFull = problem.Kind{Code: "followers_full", Status: http.StatusServiceUnavailable,
		Sentence: "As many clients follow changes as this server serves.",
		Hint:     "Try again in a moment, follow several collections on one connection, or raise POSTERN_MAX_FOLLOWERS."}
)

func documentKinds() []problem.Kind {
	return []problem.Kind{documentNotFound, notAllowed, preconditionFailed, jsonInvalid, patchFailed, patchTestFailed,
		documentTooLarge, idInvalid, idUnavailable, uniqueTaken, quotaExceeded, keyReused, headerInvalid, queryInvalid,
		cursorInvalid, indexRequired, batchInvalid, databaseUnavailable, databaseFull,
		positionInvalid, followersFull, logoutTokenInvalid}
}
