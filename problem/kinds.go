package problem

import "net/http"

// The kinds that HTTP itself brings. Those of refused tokens stand in package
// middleware.
var (
	BadRequest = Kind{"bad_request", http.StatusBadRequest,
		"The request cannot be read.",
		"Look at the detail: it names the part that cannot be read."}
	NotFound = Kind{"not_found", http.StatusNotFound,
		"There is nothing here.",
		"Check the address for spelling and a slash too many at the end. GET /openapi.json lists every address of this server."}
	MethodNotAllowed = Kind{"method_not_allowed", http.StatusMethodNotAllowed,
		"This address does not answer this method.",
		"Use one of the methods in the Allow header."}
	BodyTooLarge = Kind{"body_too_large", http.StatusRequestEntityTooLarge,
		"The request body is larger than this server reads.",
		"Send less in one request, or raise POSTERN_MAX_BODY."}
	MediaTypeRefused = Kind{"media_type_refused", http.StatusUnsupportedMediaType,
		"The request body is not JSON.",
		"Send the body as JSON in UTF-8 with `Content-Type: application/json` and without Content-Encoding."}
	BodyInvalid = Kind{"body_invalid", http.StatusUnprocessableEntity,
		"The request body breaks a rule.",
		"Each entry of errors points at a member of the body and says what is wrong with it."}
	RateLimited = Kind{"rate_limited", http.StatusTooManyRequests,
		"Too many requests in a short time.",
		"Wait for the seconds in Retry-After, then go on more slowly; RateLimit and RateLimit-Policy tell how much is left."}
	TooManyAtOnce = Kind{"too_many_at_once", http.StatusTooManyRequests,
		"The caller has as many requests in hand as one may have at once.",
		"Wait for answers before asking more, and read each to its end. Several requests fit into one batch."}
	HeadersTooLarge = Kind{"headers_too_large", http.StatusRequestHeaderFieldsTooLarge,
		"The request's header fields are larger than this server reads.",
		"Address and header fields together are limited to 32 KiB. Look for large cookies or tokens."}
	// ClientLeft is for logs: nobody is there to read it.
	ClientLeft = Kind{"client_left", http.StatusRequestTimeout,
		"The client closed the connection before it was answered.",
		"Nothing has to be mended, unless clients give up because answers are slow."}
	Internal = Kind{"internal_error", http.StatusInternalServerError,
		"The server failed.",
		"This is not your mistake. Tell the operator the requestId: the log has the cause under it."}
	Overloaded = Kind{"overloaded", http.StatusServiceUnavailable,
		"The server has more requests in hand than it can serve.",
		"Repeat the request after the time in Retry-After."}
	TimedOut = Kind{"timed_out", http.StatusServiceUnavailable,
		"The request took longer than this server allows.",
		"Repeat the request after the time in Retry-After; if it is always slow, ask for less at once."}
)

// Kinds returns all kinds of this package.
func Kinds() []Kind {
	return []Kind{BadRequest, NotFound, MethodNotAllowed, BodyTooLarge, MediaTypeRefused, BodyInvalid,
		RateLimited, TooManyAtOnce, HeadersTooLarge, ClientLeft, Internal, Overloaded, TimedOut}
}
