package middleware

import (
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/postern-dev/postern/problem"
)

// MaxHeaderSize is the most that address and header fields may take together,
// in bytes. The server reads twice as much, so that the refusal is ours and
// carries CORS headers.
const MaxHeaderSize = 32 << 10

// LimitSize refuses requests whose header or declared body is too large, and
// cuts off bodies that turn out to be. maxBody is in bytes.
func LimitSize(maxBody int64) gin.HandlerFunc {
	return func(c *gin.Context) {
		r := c.Request
		if headerSize(r) > MaxHeaderSize {
			Abort(c, problem.HeadersTooLarge.New(""))
			return
		}
		if r.ContentLength > maxBody {
			Abort(c, bodyTooLarge(maxBody))
			return
		}
		if hasBody(r) {
			c.Request = withBody(r, http.MaxBytesReader(c.Writer, r.Body, maxBody))
		}
	}
}

func headerSize(r *http.Request) int {
	size := len(r.RequestURI)
	for name, values := range r.Header {
		for _, value := range values {
			size += len(name) + len(value) + len(": \r\n")
		}
	}
	return size
}

func bodyTooLarge(most int64) *problem.Problem {
	return problem.BodyTooLarge.New("The body may have at most " + strconv.FormatInt(most, 10) + " bytes.")
}

// CloseOddConnections ends the connection after a chunked or an HTTP/1.0
// request: where proxy and server could disagree on where such a request ends,
// nothing may follow it.
func CloseOddConnections() gin.HandlerFunc {
	return func(c *gin.Context) {
		if len(c.Request.TransferEncoding) > 0 || c.Request.ProtoMajor == 1 && c.Request.ProtoMinor == 0 {
			c.Header("Connection", "close")
		}
	}
}

// RequireJSON refuses bodies of any other media type than these, of another
// charset than UTF-8 and with a Content-Encoding. Requests without a body
// pass.
func RequireJSON(types ...string) gin.HandlerFunc {
	return func(c *gin.Context) {
		if hasBody(c.Request) && !isJSON(c.Request, types) {
			refused := problem.MediaTypeRefused.New("")
			if c.Request.Method == http.MethodPatch {
				refused.WithHeader("Accept-Patch", strings.Join(types, ", ")) // RFC 5789, section 3.1
			}
			Abort(c, refused)
		}
	}
}

func hasBody(r *http.Request) bool {
	return r.ContentLength != 0 && r.Body != nil && r.Body != http.NoBody
}

func isJSON(r *http.Request, types []string) bool {
	if len(r.Header["Content-Encoding"]) > 0 || len(r.Header["Content-Type"]) != 1 {
		return false
	}
	mediaType, params, err := mime.ParseMediaType(r.Header["Content-Type"][0])
	if err != nil || !slices.Contains(types, mediaType) {
		return false
	}
	charset, given := params["charset"]
	return !given || strings.EqualFold(charset, "utf-8")
}
