package middleware_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/gin-gonic/gin"

	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/auth/authtest"
	"github.com/postern-dev/postern/middleware"
	"github.com/postern-dev/postern/origin"
)

// A Gin server of your own gets verification, scopes and CORS in five lines.
func Example() {
	issuer := authtest.Start() // stands in for your tenant
	defer issuer.Close()
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()

	verifier, _ := auth.New(context.Background(), auth.Config{Issuers: []auth.Issuer{
		{URL: issuer.URL(), Audiences: []string{issuer.Audience()}}}})
	origins, _ := origin.ParseList([]string{"https://app.example.com"})
	r.Use(middleware.CORS(origins))
	notes := r.Group("/notes", middleware.Authenticate(verifier))
	notes.GET("", middleware.Require(middleware.Scope("read:notes")), func(c *gin.Context) {
		c.String(http.StatusOK, "the notes of %s", middleware.Identity(c).Subject)
	})

	show := func(token string) {
		request := httptest.NewRequest(http.MethodGet, "/notes", nil)
		request.Header.Set("Origin", "https://app.example.com")
		if token != "" {
			request.Header.Set("Authorization", "Bearer "+token)
		}
		answer := httptest.NewRecorder()
		r.ServeHTTP(answer, request)
		fmt.Println(answer.Code, "readable for", answer.Header().Get("Access-Control-Allow-Origin"))
		if challenge := answer.Header().Get("WWW-Authenticate"); challenge != "" {
			fmt.Println(challenge)
		}
	}
	show(issuer.Token(map[string]any{"scope": "read:notes"}))
	show(issuer.Token(map[string]any{"scope": "openid"}))
	show(issuer.Token(map[string]any{"exp": 1}))
	show("")
	// Output:
	// 200 readable for https://app.example.com
	// 403 readable for https://app.example.com
	// Bearer realm="postern", error="insufficient_scope", error_description="The access token lacks a scope that this endpoint asks for.", scope="read:notes"
	// 401 readable for https://app.example.com
	// Bearer realm="postern", error="invalid_token", error_description="The access token has expired."
	// 401 readable for https://app.example.com
	// Bearer realm="postern"
}
