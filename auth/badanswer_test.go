package auth_test

import (
	"compress/gzip"
	"net/http"
	"strconv"
	"testing"

	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/auth/authtest"
)

func compressed(w http.ResponseWriter, r *http.Request, healthy http.HandlerFunc) {
	w.Header().Set("Content-Encoding", "gzip")
	zip := gzip.NewWriter(w)
	defer zip.Close()
	healthy(zipped{w, zip}, r)
}

type zipped struct {
	http.ResponseWriter
	zip *gzip.Writer
}

func (z zipped) Write(p []byte) (int, error) { return z.zip.Write(p) }

// withStatus is a good answer but for its status.
func withStatus(status int) authtest.Fault {
	return func(w http.ResponseWriter, r *http.Request, healthy http.HandlerFunc) {
		w.WriteHeader(status)
		healthy(w, r)
	}
}

// cutOff promises more than it sends.
func cutOff(w http.ResponseWriter, r *http.Request, healthy http.HandlerFunc) {
	w.Header().Set("Content-Length", "100000")
	healthy(w, r)
}

func TestTheLastGoodSetOutlivesEveryBadAnswer(t *testing.T) { // K2, K3, K4, K8, K10, K12, K14
	t.Parallel()
	other := authtest.NewIssuer(t)
	answer := func(body string) authtest.Fault { return authtest.Answer(http.StatusOK, "application/json", body) }
	good := string(authtest.NewIssuer(t).KeySet())
	for _, tt := range []struct {
		name  string
		fault authtest.Fault
	}{
		{"503 with JSON", authtest.Answer(503, "application/json", `{"keys":[]}`)},
		{"503 with a good set", withStatus(503)},
		{"500 with a page", authtest.Answer(500, "text/html", "<h1>Sorry</h1>")},
		{"429 with JSON", authtest.Answer(429, "application/json", `{"error":"too_many_requests"}`)},
		{"404 with a good set", withStatus(404)},
		{"203 with a good set", withStatus(203)},
		{"204", authtest.Answer(204, "", "")},
		{"200 with a page", authtest.Page()},
		{"200 with nothing", answer("")},
		{"an empty set", authtest.EmptySet()},
		{"null", answer("null")},
		{"an empty object", answer("{}")},
		{"keys that are null", answer(`{"keys":null}`)},
		{"keys that are an object", answer(`{"keys":{}}`)},
		{"KEYS in capital letters", answer(`{"KEYS"` + good[len(`{"keys"`):])},
		{"a list of keys", answer(good[len(`{"keys":`) : len(good)-1])},
		{"garbage behind a good set", answer(good + "x")},
		{"two good sets", answer(good + good)},
		{"half of a good set", answer(good[:len(good)/2])},
		{"an answer that is cut off", cutOff},
		{"an answer in gzip that nobody asked for", compressed},
		{"a good set in more than 512 KiB", authtest.Oversized(512<<10 + 1)},
		{"64 MiB", authtest.Oversized(64 << 20)},
		{"a redirect to another issuer's set", authtest.Redirect(other.KeySetURL())},
		{"a set of one encryption key", answer(oneKey("use", "enc"))},
		{"a set of one key for another purpose", answer(oneKey("alg", "RSA-OAEP"))},
		{"a set of one key for a shared secret", answer(oneKey("alg", "HS256"))},
		{"a set nested without end", answer(`{"keys":` + nest(100_000) + `}`)},
		{"a reset connection", authtest.Reset()},
		{"a closed connection", authtest.Down()},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			issuer := authtest.NewIssuer(t)
			verifier := newVerifier(t, auth.Config{}, issuer)
			remembered := issuer.Token(nil)
			wantCode(t, verifier, remembered, "")
			issuer.BreakKeySet(tt.fault)
			wantCode(t, verifier, stranger(issuer), auth.KeysUnavailable)
			wantUnwaited(t, verifier, remembered, "")
			for n := range 5 {
				wantUnwaited(t, verifier, issuer.Token(map[string]any{"jti": strconv.Itoa(n)}), "")
			}
			issuer.Heal()
			issuer.Rotate()
			wantCode(t, verifier, issuer.Token(nil), "")
		})
	}
	if n := other.KeySets(); n != 0 {
		t.Errorf("the redirect was followed %d times", n)
	}
}

// oneKey is a set of a key that is good but for one member.
func oneKey(name, value string) string {
	jwk := authtest.NewKey("key-2", "RS256").JWK()
	jwk[name] = value
	return string(authtest.Set(jwk))
}

func nest(depth int) string {
	text := make([]byte, 2*depth)
	for i := range depth {
		text[i], text[depth+i] = '[', ']'
	}
	return string(text)
}

func TestAGoodSetMayBeAsLargeAsTheLimit(t *testing.T) {
	t.Parallel()
	issuer := authtest.NewIssuer(t)
	issuer.BreakKeySet(authtest.Oversized(512 << 10))
	wantCode(t, newVerifier(t, auth.Config{}, issuer), issuer.Token(nil), "")
}
