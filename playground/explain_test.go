package playground

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestOnlyThePageItselfMayAskAboutTokens(t *testing.T) {
	config := good()
	config.Explain = func(_ context.Context, token string) ([]byte, error) {
		if token == "" {
			return nil, errors.New("there is no token")
		}
		return []byte(`{"token":"` + token + `"}`), nil
	}
	explaining, err := Handler(config)
	if err != nil {
		t.Fatal(err)
	}
	const home = "http://localhost:4040"
	for _, tt := range []struct {
		name               string
		handler            http.Handler
		method, host, from string
		body               string
		status             int
		says               string
	}{
		{"the page", explaining, "POST", home, home, "abc", 200, `{"token":"abc"}`},
		{"nothing pasted", explaining, "POST", home, home, "", 422, "there is no token"},
		{"far too much", explaining, "POST", home, home, strings.Repeat("a", maxPasted+1), 413, "too long"},
		{"another page", explaining, "POST", home, "https://attacker.example", "abc", 403, "itself"},
		{"nobody knows who", explaining, "POST", home, "", "abc", 403, "itself"},
		{"a name that leads here", explaining, "POST", "http://attacker.example", "http://attacker.example", "abc", 307, ""},
		{"a look at the address", explaining, "GET", home, home, "", 404, "nothing here"},
		{"a playground that explains nothing", handler(t), "POST", home, home, "abc", 404, "nothing here"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			recorder := httptest.NewRecorder()
			request := httptest.NewRequest(tt.method, tt.host+explainPath, strings.NewReader(tt.body))
			request.Header.Set("Origin", tt.from)
			tt.handler.ServeHTTP(recorder, request)
			if recorder.Code != tt.status || !strings.Contains(recorder.Body.String(), tt.says) {
				t.Errorf("got %d %s", recorder.Code, recorder.Body)
			}
			if tt.status != 307 && !strings.Contains(recorder.Header().Get("Content-Security-Policy"), "default-src 'none'") {
				t.Error("the answer has no policy")
			}
		})
	}
}
