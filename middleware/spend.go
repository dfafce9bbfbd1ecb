package middleware

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/problem"
)

// spendPatience bounds how long a refusal waits until its proof is spent.
const spendPatience = 2 * time.Second

// SpendProofs has the proofs of requests that may change something spent for
// all servers of a deployment, each of which remembers no proofs but its own.
// A proof does not cover the body, so that of a request which is refused could
// carry another body to another server: from here on, a refusal spends the
// proof. Before a handler, [Spending] does; those who leave that out spend it
// in the transaction of what they change. It stands behind [Authenticate] and
// the rate limit. The error of a proof that was spent before is an
// [*auth.Refusal].
func SpendProofs(spend func(context.Context, *auth.Proof) error) gin.HandlerFunc {
	return func(c *gin.Context) {
		proof := Proof(c)
		if proof == nil || c.Request.Method == http.MethodGet || c.Request.Method == http.MethodHead {
			return
		}
		passageOf(c).spend = func(ctx context.Context) error { return spend(ctx, proof) }
	}
}

// Spending spends the proof of a request before h sees it.
func Spending(h func(*gin.Context) error) func(*gin.Context) error {
	return func(c *gin.Context) error {
		if p := passed(c); p != nil && p.spend != nil {
			spend := p.spend
			p.spend = nil
			if err := spend(c.Request.Context()); err != nil {
				return err
			}
		}
		return h(c)
	}
}

// spendRefused spends the proof of a request that is refused, and returns what
// is to be answered: where another server was faster, the proof was not ours.
// A limit keeps a flood from the database, so it has to cost nothing; and a
// database that is not there spends nothing.
func (p *passage) spendRefused(refused *problem.Problem) *problem.Problem {
	if p.spend == nil || refused.Status == http.StatusTooManyRequests || refused.Status == http.StatusServiceUnavailable {
		return refused
	}
	spend := p.spend
	p.spend = nil
	// The client may have left.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(p), spendPatience)
	defer cancel()
	var replayed *auth.Refusal
	// What failed may be stored all the same, and with it the proof.
	if errors.As(spend(ctx), &replayed) && refused.Status < http.StatusInternalServerError {
		return Refused(replayed)
	}
	return refused
}
