package api_test

import (
	"net/http"
	"strings"
	"testing"
)

// TestAPageThatHadNoTokenIsToldWhatItDid sends what pages send that ask too
// early, or forget to wait.
func TestAPageThatHadNoTokenIsToldWhatItDid(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, scheme := range []string{"Bearer", "bearer", "DPoP"} {
		for sent, told := range map[string]string{
			" undefined":        "the word undefined",
			" null":             "the word null",
			" NaN":              "the word NaN",
			" true":             "the word true",
			" false":            "the word false",
			" [object Promise]": "write await before getAccessTokenSilently()",
			" [object Object]":  "its member access_token",
			"":                  "an empty text",
			" ":                 "an empty text",
		} {
			t.Run(scheme+sent, func(t *testing.T) {
				a := s.do(t, call{Path: protectedPath, Header: http.Header{"Authorization": {scheme + sent}}})
				if a.Status != http.StatusUnauthorized || a.Problem.Code != "token_malformed" || !strings.Contains(a.Problem.Hint, told) {
					t.Errorf("got %d %s", a.Status, a.Body)
				}
			})
		}
	}
	for _, sent := range []string{"Undefined", "undefined.", "[object Window]", "nil"} {
		if a := s.get(t, protectedPath, sent); strings.Contains(a.Problem.Hint, sent) {
			t.Errorf("the hint repeats %q: %s", sent, a.Problem.Hint)
		}
	}
}
