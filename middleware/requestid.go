package middleware

import (
	"math/rand/v2"
	"strings"

	"github.com/gin-gonic/gin"
)

// maxRequestID bounds a request id that the client brings, in bytes.
const maxRequestID = 64

// RequestID gives each request an id, the client's where it sends a sane one,
// and returns it in X-Request-Id. It is in every problem and every log line.
func RequestID() gin.HandlerFunc {
	return func(c *gin.Context) {
		id := c.Request.Header.Get("X-Request-Id")
		if !saneRequestID(id) {
			id = newRequestID()
		}
		c.Writer.Header()["X-Request-Id"] = []string{id}
	}
}

// newRequestID is 26 letters and digits, of 128 bits and two more. It tells
// requests apart and keeps nobody out, so the runtime's generator is enough, which
// asks the system for nothing.
func newRequestID() string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	var id [26]byte
	high, low := rand.Uint64(), rand.Uint64()
	for i := range id {
		if i == len(id)/2 {
			high = low
		}
		id[i] = alphabet[high&31]
		high >>= 5
	}
	return string(id[:])
}

func saneRequestID(id string) bool {
	if id == "" || len(id) > maxRequestID || strings.HasPrefix(id, tokenHead) {
		return false
	}
	for i := range len(id) {
		c := id[i]
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '_' && c != '.' {
			return false
		}
	}
	return true
}
