package main

import (
	"context"
	"io"
	"net/http"
	"time"
)

// asking has a connection for each request, so that no drill depends on what
// became of the ones before.
var asking = &http.Client{Timeout: 40 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}

// ask sends a GET and reads the answer.
func ask(ctx context.Context, address, path, token string) (status int, body string, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+path, nil)
	if err != nil {
		return 0, "", err
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := asking.Do(request)
	if err != nil {
		return 0, "", err
	}
	raw, err := io.ReadAll(response.Body)
	_ = response.Body.Close()
	return response.StatusCode, string(raw), err
}
