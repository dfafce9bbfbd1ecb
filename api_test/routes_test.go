package api_test

import (
	"log/slog"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/postern-dev/postern"
	"github.com/postern-dev/postern/api"
	"github.com/postern-dev/postern/middleware"
)

func TestARouteThatDoesNotSayWhoMayCallItStopsTheStart(t *testing.T) {
	gin.SetMode(gin.ReleaseMode)
	for _, tt := range []struct {
		name  string
		right middleware.Right
		want  string // of the error; empty: it starts
	}{
		{"no right", middleware.Right{}, "GET /forgotten does not say who may call it"},
		{"a scope without a name", middleware.Scope(""), "GET /forgotten does not say who may call it"},
		{"a permission without a name", middleware.Permission(""), "GET /forgotten does not say who may call it"},
		{"public, said aloud", middleware.Public(), ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := api.New(api.Options{
				Log: slog.New(slog.DiscardHandler), InHand: middleware.NewInHand(1), OpenAPI: postern.OpenAPI,
				Routes: []api.Route{{Method: "GET", Path: "/forgotten", Right: tt.right, Handle: func(*gin.Context) error { return nil }}},
			})
			if said := errorText(err); (said == "") != (tt.want == "") || !strings.Contains(said, tt.want) {
				t.Errorf("got %q, want %q", said, tt.want)
			}
		})
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
