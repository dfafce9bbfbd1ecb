// Command gin is Gin with the stock go-jwt-middleware, as its guide has it: the
// key set is cached for five minutes, and each token is checked anew.
package main

import (
	"log"
	"net/http"
	"net/url"
	"os"
	"time"

	jwtmiddleware "github.com/auth0/go-jwt-middleware/v2"
	"github.com/auth0/go-jwt-middleware/v2/jwks"
	"github.com/auth0/go-jwt-middleware/v2/validator"
	"github.com/gin-gonic/gin"
)

func main() {
	issuer, err := url.Parse(os.Getenv("ISSUER"))
	if err != nil {
		log.Fatal(err)
	}
	keys := jwks.NewCachingProvider(issuer, 5*time.Minute)
	v, err := validator.New(keys.KeyFunc, validator.RS256, issuer.String(), []string{os.Getenv("AUDIENCE")})
	if err != nil {
		log.Fatal(err)
	}
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	r.GET("/api/messages/public", func(c *gin.Context) {
		c.JSON(http.StatusOK, gin.H{"text": "This is a public message."})
	})
	r.GET("/api/messages/protected", checked(v), func(c *gin.Context) {
		c.JSON(http.StatusOK, gin.H{"text": "This is a protected message."})
	})
	log.Fatal(r.Run("127.0.0.1:" + os.Getenv("PORT")))
}

// checked lets those in whose token is good.
func checked(v *validator.Validator) gin.HandlerFunc {
	m := jwtmiddleware.New(v.ValidateToken)
	return func(c *gin.Context) {
		passed := false
		m.CheckJWT(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			passed, c.Request = true, r
			c.Next()
		})).ServeHTTP(c.Writer, c.Request)
		if !passed {
			c.Abort()
		}
	}
}
