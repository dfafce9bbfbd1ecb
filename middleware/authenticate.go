package middleware

import (
	"github.com/gin-gonic/gin"
	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/problem"
)

// Identity returns whom the request's token speaks for; nil where
// [Authenticate] has not let one through. It travels in the request's context:
// who gives the request another one makes that of the one it has.
func Identity(c *gin.Context) *auth.Identity {
	if p := passed(c); p != nil {
		return p.identity
	}
	return nil
}

// Proof returns the proof by which the request's sender showed to hold the key
// of its token; nil where the token is bound to none.
func Proof(c *gin.Context) *auth.Proof {
	if p := passed(c); p != nil {
		return p.proof
	}
	return nil
}

// Authenticate lets a request pass only with a good access token (RFC 6750; RFC
// 9449 where [Proofs] is among the options).
func Authenticate(verifier *auth.Verifier, options ...Option) gin.HandlerFunc {
	var o settings
	for _, option := range options {
		option(&o)
	}
	return func(c *gin.Context) {
		if o.optional && o.anonymous(c) {
			return
		}
		identity, err := o.traced(c, verifier)
		if err != nil {
			Abort(c, o.answer(c, verifier, err))
			return
		}
		passageOf(c).identity = identity
	}
}

// answer is the problem that a refused request gets.
func (o settings) answer(c *gin.Context, verifier *auth.Verifier, err error) *problem.Problem {
	if exceeded := o.limits.countRefused(c); exceeded != nil {
		return exceeded
	}
	p := problemOf(err)
	challenge := p.Header.Get("WWW-Authenticate")
	if o.metadata != "" && challenge != "" {
		p.Header.Set("WWW-Authenticate", challenge+`, resource_metadata="`+o.metadata+`"`)
	}
	if missing := p.Code == string(auth.TokenMissing); missing && o.address != "" && verifier.TakesProofs() {
		p.Header.Add("WWW-Authenticate", proofChallenge)
	}
	return p
}

// traced is authenticate as a step of a trace, where there is one.
func (o settings) traced(c *gin.Context, verifier *auth.Verifier) (*auth.Identity, error) {
	if o.tracer == nil {
		return o.authenticate(c, verifier)
	}
	end := o.tracer.Step(c.Request.Context(), "verify token")
	identity, err := o.authenticate(c, verifier)
	end(err != nil)
	return identity, err
}

func (o settings) authenticate(c *gin.Context, verifier *auth.Verifier) (*auth.Identity, error) {
	// A token in an address ends up in logs and histories; a client that does
	// that must learn of it even when it sends the header as well (RFC 6750,
	// section 2.3).
	if c.Request.URL.RawQuery != "" && c.Request.URL.Query().Has("access_token") {
		return nil, &auth.Refusal{Code: auth.CredentialsAmbiguous}
	}
	if o.sessions != nil && len(c.Request.Header["Authorization"]) == 0 {
		id, err := o.sessions.ID(c.Request)
		if err != nil {
			return nil, err
		}
		if id != "" {
			return o.enter(c, verifier, id)
		}
	}
	credential, refusal := auth.ReadCredential(c.Request.Header["Authorization"])
	switch {
	case refusal != nil:
		return nil, refusal
	case credential.Scheme == auth.DPoP:
		return o.prove(c, verifier, credential)
	}
	return verifier.Verify(c.Request.Context(), credential.Token)
}

// prove lets a bound token pass with its proof.
func (o settings) prove(c *gin.Context, verifier *auth.Verifier, credential auth.Credential) (*auth.Identity, error) {
	if o.address == "" {
		return nil, &auth.Refusal{Code: auth.TokenSenderConstrained}
	}
	identity, proof, err := verifier.VerifyRequest(c.Request.Context(), credential, auth.Request{
		Method: c.Request.Method,
		Target: o.address + c.Request.URL.EscapedPath(),
		Proofs: c.Request.Header["Dpop"],
	})
	if err != nil {
		return nil, err
	}
	passageOf(c).proof = proof
	if proof.Nonce != "" {
		c.Header("DPoP-Nonce", proof.Nonce)
	}
	return identity, nil
}

// anonymous tells whether the request carries no credentials at all.
func (s settings) anonymous(c *gin.Context) bool {
	_, sent := c.Request.Header["Authorization"]
	if s.sessions != nil && len(c.Request.CookiesNamed(s.sessions.Cookie)) > 0 {
		return false
	}
	return !sent && (c.Request.URL.RawQuery == "" || !c.Request.URL.Query().Has("access_token"))
}

// Option changes what [Authenticate] does.
type Option func(*settings)

type settings struct {
	limits   *RateLimit
	metadata string
	address  string
	optional bool
	tracer   Tracer
	sessions *Sessions
	passive  bool
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

// Proofs takes tokens that are bound to a key of their sender, where the
// verifier's issuers may have them. The address is the one that clients call,
// with the path before that of the request, if there is one, and no slash at
// its end: proofs are made for it. It is never taken from a request, since a
// proof made for another server could then be used here.
func Proofs(address string) Option { return func(s *settings) { s.address = address } }

// Optional lets requests without credentials pass, as nobody. A credential
// that is there still has to be good.
func Optional() Option { return func(s *settings) { s.optional = true } }
