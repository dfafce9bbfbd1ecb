package middleware

import (
	"context"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/postern-dev/postern/auth"
)

func aRequest() *gin.Context {
	c, _ := gin.CreateTestContext(httptest.NewRecorder())
	return c
}

func TestAPassageIsFoundWhereverItsContextGoes(t *testing.T) {
	t.Parallel()
	c := aRequest()
	if Identity(c) != nil || Proof(c) != nil || Session(c) != "" {
		t.Error("a context without a request knows somebody")
	}
	c.Request = httptest.NewRequest("GET", "/", nil)
	if Identity(c) != nil {
		t.Error("a request that nobody judged has somebody")
	}
	ada := &auth.Identity{Subject: "ada"}
	passageOf(c).identity = ada
	type key struct{}
	wrapped, cancel := context.WithCancel(context.WithValue(c.Request.Context(), key{}, 1))
	defer cancel()
	c.Request = c.Request.WithContext(wrapped)
	if Identity(c) != ada || Identity(c.Copy()) != ada {
		t.Error("it is lost in a context that was made of its own")
	}
	note(c, "key", "value")
	if p := passageOf(c); p.identity != ada || len(p.notes) != 1 {
		t.Error("a second one was made")
	}
	c.Request = c.Request.WithContext(context.Background())
	if Identity(c) != nil {
		t.Error("a context of its own knows somebody")
	}
}

// TestADeadlineHoldsHoweverOftenItIsSet sets one where there is none, where there
// is one, and where somebody has wrapped the passage.
func TestADeadlineHoldsHoweverOftenItIsSet(t *testing.T) {
	wrap := func(c *gin.Context) {
		passageOf(c)
		ctx, cancel := context.WithCancel(c.Request.Context())
		defer cancel()
		c.Request = c.Request.WithContext(ctx)
		c.Next()
	}
	for name, chain := range map[string][]gin.HandlerFunc{
		"once":                       {Deadline(time.Second)},
		"a shorter one inside":       {Deadline(time.Minute), Deadline(time.Second)},
		"a longer one inside":        {Deadline(time.Second), Deadline(time.Minute)},
		"inside of a wrapped one":    {wrap, Deadline(time.Second)},
		"around a wrapped one":       {Deadline(time.Second), wrap},
		"on both sides of a wrapped": {Deadline(time.Minute), wrap, Deadline(time.Second)},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				e := gin.New()
				var took time.Duration
				e.GET("/", append(chain, func(c *gin.Context) {
					began := time.Now()
					<-c.Request.Context().Done()
					took = time.Since(began)
					if err := c.Request.Context().Err(); err != context.DeadlineExceeded {
						t.Errorf("it ended with %v", err)
					}
				})...)
				e.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
				if took != time.Second {
					t.Errorf("it ended after %v", took)
				}
			})
		})
	}
}
