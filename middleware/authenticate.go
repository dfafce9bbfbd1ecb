package middleware

import (
	"github.com/gin-gonic/gin"
	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/problem"
)

const identityKey = "postern.identity"

// Identity returns whom the request's token speaks for; nil where
// [Authenticate] has not let one through.
func Identity(c *gin.Context) *auth.Identity {
	id, _ := c.Get(identityKey)
	identity, _ := id.(*auth.Identity)
	return identity
}

// Authenticate lets a request pass only with a good access token (RFC 6750).
func Authenticate(verifier *auth.Verifier, options ...Option) gin.HandlerFunc {
	var o settings
	for _, option := range options {
		option(&o)
	}
	return func(c *gin.Context) {
		if o.optional && anonymous(c) {
			return
		}
		identity, err := authenticate(c, verifier)
		if err != nil {
			Abort(c, o.answer(c, err))
			return
		}
		c.Set(identityKey, identity)
	}
}

// answer is the problem that a refused request gets.
func (o settings) answer(c *gin.Context, err error) *problem.Problem {
	if exceeded := o.limits.countRefused(c); exceeded != nil {
		return exceeded
	}
	p := problemOf(err)
	if challenge := p.Header.Get("WWW-Authenticate"); o.metadata != "" && challenge != "" {
		p.Header.Set("WWW-Authenticate", challenge+`, resource_metadata="`+o.metadata+`"`)
	}
	return p
}

func authenticate(c *gin.Context, verifier *auth.Verifier) (*auth.Identity, error) {
	// A token in an address ends up in logs and histories; a client that does
	// that must learn of it even when it sends the header as well (RFC 6750,
	// section 2.3).
	if c.Request.URL.RawQuery != "" && c.Request.URL.Query().Has("access_token") {
		return nil, &auth.Refusal{Code: auth.CredentialsAmbiguous}
	}
	token, refusal := auth.BearerToken(c.Request.Header["Authorization"])
	if refusal != nil {
		return nil, refusal
	}
	return verifier.Verify(c.Request.Context(), token)
}

// anonymous tells whether the request carries no credentials at all.
func anonymous(c *gin.Context) bool {
	_, sent := c.Request.Header["Authorization"]
	return !sent && (c.Request.URL.RawQuery == "" || !c.Request.URL.Query().Has("access_token"))
}

// Option changes what [Authenticate] does.
type Option func(*settings)

type settings struct {
	limits   *RateLimit
	metadata string
	optional bool
}

// CountRefusals counts each refused request against its address, so that
// guessing tokens is as limited as asking with good ones.
func CountRefusals(limits *RateLimit) Option {
	return func(s *settings) { s.limits = limits }
}

// ResourceMetadata names the absolute URL of the API's metadata in each
// challenge (RFC 9728, section 5.1).
func ResourceMetadata(url string) Option {
	return func(s *settings) { s.metadata = url }
}

// Optional lets requests without credentials pass, as nobody. A credential
// that is there still has to be good.
func Optional() Option { return func(s *settings) { s.optional = true } }
