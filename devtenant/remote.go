package devtenant

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
	"unicode"
)

const (
	// requestTimeout bounds the whole exchange, as the tenant is on this machine.
	requestTimeout = 5 * time.Second
	// maxAnswer bounds what is read of an answer, in bytes.
	maxAnswer = 64 << 10
)

// RequestToken asks the running tenant at tenantURL for a token. It waits at
// most five seconds, reads at most 64 KiB, follows no redirect and uses no
// proxy: the secret goes to this machine's own names over http and nowhere
// else. A refusal of the tenant becomes an error with the tenant's words.
func RequestToken(ctx context.Context, tenantURL, secret string, req MintRequest) (TokenAnswer, error) {
	at, err := parseLoopback(tenantURL)
	if err != nil {
		return TokenAnswer{}, fmt.Errorf("tenant: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	post, err := http.NewRequestWithContext(ctx, http.MethodPost, at.root()+"dev/token", req.body())
	if err != nil {
		return TokenAnswer{}, fmt.Errorf("ask the tenant for a token: %w", err)
	}
	post.Header.Set("Authorization", "Bearer "+secret)
	post.Header.Set("Content-Type", "application/json")
	resp, err := loopbackClient().Do(post)
	if err != nil {
		return TokenAnswer{}, unreachable(at, err)
	}
	defer resp.Body.Close()
	answer, err := readAnswer(resp)
	if err != nil {
		return TokenAnswer{}, fmt.Errorf("ask the tenant at %s for a token: %w", at.root(), err)
	}
	return answer, nil
}

func (req MintRequest) body() io.Reader {
	wire := mintBody{User: req.User, Scope: req.Scope, Audience: req.Audience}
	if req.Lifetime != 0 {
		wire.Lifetime = req.Lifetime.String()
	}
	raw, _ := json.Marshal(wire) // four texts: cannot fail
	return bytes.NewReader(raw)
}

func loopbackClient() *http.Client {
	return &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// unreachable tells a tenant that is not there from one that does not answer.
func unreachable(at address, err error) error {
	if dial, ok := errors.AsType[*net.OpError](err); ok && dial.Op == "dial" {
		return fmt.Errorf("nothing listens at %s: is `postern dev` running? (%w)", at.root(), err)
	}
	return fmt.Errorf("ask the tenant at %s for a token: %w", at.root(), err)
}

func readAnswer(resp *http.Response) (answer TokenAnswer, err error) {
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err != nil {
		return answer, err
	}
	if len(raw) > maxAnswer {
		return answer, fmt.Errorf("the answer is larger than %d bytes", maxAnswer)
	}
	if resp.StatusCode != http.StatusOK {
		return answer, readRefusal(resp.StatusCode, raw)
	}
	if err := json.Unmarshal(raw, &answer); err != nil || answer.AccessToken == "" {
		return TokenAnswer{}, errors.New("the answer holds no token: does something else listen there?")
	}
	return answer, nil
}

// readRefusal keeps what the tenant says, without control characters: the text
// ends on a terminal, and something else may listen there.
func readRefusal(status int, raw []byte) error {
	said := refusal{status: status}
	if err := json.Unmarshal(raw, &said); err != nil || said.Code == "" {
		return fmt.Errorf("it answered %d, not as a development tenant does: does something else listen there?", status)
	}
	if status == http.StatusUnauthorized {
		return fmt.Errorf("it answered %d and does not know the secret: was `postern dev` restarted, or is it another user's?", status)
	}
	return fmt.Errorf("it answered %d: %s", status, strings.Map(printable, said.Description))
}

// printable is for strings.Map, which drops what is negative.
func printable(r rune) rune {
	if unicode.IsPrint(r) {
		return r
	}
	return -1
}
