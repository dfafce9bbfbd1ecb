// Package rehearse plays the tests of postern.yaml: each request goes through
// the real API, with a real token of an issuer that exists for the play alone,
// to a database that is empty but for what the test gives.
package rehearse

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"
	"github.com/postern-dev/postern"
	"github.com/postern-dev/postern/api"
	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/collection/declare"
	"github.com/postern-dev/postern/collection/documents"
	"github.com/postern-dev/postern/collection/feed"
	"github.com/postern-dev/postern/middleware"
	"github.com/postern-dev/postern/seal"
	"github.com/postern-dev/postern/store"
)

// Result is what one test came to.
type Result struct {
	Test declare.Test
	// Status and Code are what was answered.
	Status int
	Code   string
	// Detail is the problem's, where there was one.
	Detail string
}

// OK tells whether the answer is the expected one.
func (r Result) OK() bool {
	return r.Status == r.Test.Status && (r.Test.Code == "" || r.Code == r.Test.Code)
}

// Play runs all tests and returns their results in the same order.
func Play(ctx context.Context, d declare.Declarations) ([]Result, error) {
	p, err := newPlay(ctx, d)
	if err != nil {
		return nil, err
	}
	var results []Result
	for _, test := range d.Tests {
		result, err := p.run(ctx, test)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", test.Line, err)
		}
		results = append(results, result)
	}
	return results, nil
}

type play struct {
	declarations declare.Declarations
	issuer       *issuer
	verifier     *auth.Verifier
}

func newPlay(ctx context.Context, d declare.Declarations) (*play, error) {
	gin.SetMode(gin.ReleaseMode)
	p := &play{declarations: d}
	var err error
	if p.issuer, err = newIssuer(); err != nil {
		return nil, err
	}
	sealer, err := newSealer()
	if err != nil {
		return nil, err
	}
	config := auth.Config{Transport: p.issuer, Proofs: auth.Proofs{Sealer: sealer}}
	for _, name := range issuers(d.Tests) {
		config.Issuers = append(config.Issuers, auth.Issuer{URL: name, Audiences: []string{audience},
			KeySetURL: strings.TrimSuffix(name, "/") + "/.well-known/jwks.json",
			Proof:     auth.ProofsAllowed})
	}
	p.verifier, err = auth.New(ctx, config)
	return p, err
}

func issuers(tests []declare.Test) []string {
	names := []string{usualIssuer}
	for _, test := range tests {
		if test.As != nil && test.As.Issuer != "" && !slices.Contains(names, test.As.Issuer) {
			names = append(names, test.As.Issuer)
		}
	}
	return names
}

// run plays one test on a database of its own.
func (p *play) run(ctx context.Context, test declare.Test) (result Result, err error) {
	s, err := store.Open(ctx, "sqlite::memory:", store.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return result, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := s.Declare(ctx, p.declarations.Collections); err != nil {
		return result, err
	}
	if err := p.give(ctx, s, test); err != nil {
		return result, err
	}
	handler, err := p.api(ctx, s)
	if err != nil {
		return result, err
	}
	request, err := p.request(ctx, test)
	if err != nil {
		return result, err
	}
	answer := ask(handler, request)
	result = Result{Test: test, Status: answer.status}
	var problem struct{ Code, Detail string }
	if answer.status >= http.StatusBadRequest {
		err = json.Unmarshal(answer.body.Bytes(), &problem)
	}
	result.Code, result.Detail = problem.Code, problem.Detail
	return result, err
}

func (p *play) api(ctx context.Context, s *store.Store) (http.Handler, error) {
	sealer, err := newSealer()
	if err != nil {
		return nil, err
	}
	hub, err := feed.New(ctx, s, p.declarations.Collections, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, err
	}
	hub.Close() // nobody waits for changes here
	return api.New(api.Options{
		Verifier: p.verifier, Log: slog.New(slog.DiscardHandler), MaxBody: 64 << 20, InHand: middleware.NewInHand(1),
		Timeout: time.Minute, OpenAPI: postern.OpenAPI, Sealer: sealer,
		PublicURL: address,
		Documents: documents.New(s, p.declarations.Collections, documents.Limits{}),
		Feed:      hub, MaxFollowers: 1,
	})
}

// newSealer has a known secret: nothing that it seals outlives the test.
func newSealer() (*seal.Sealer, error) { return seal.New(make([]byte, seal.SecretSize)) }

// give stores the documents that exist before the test.
func (p *play) give(ctx context.Context, s *store.Store, test declare.Test) error {
	if len(test.Given) == 0 {
		return nil
	}
	return s.Write(ctx, func(tx collection.Tx) error {
		for _, given := range test.Given {
			id := given.ID
			if id == "" {
				id = uuid.Must(uuid.NewV7()).String()
			}
			d := &collection.Document{ID: id, Version: 1, Birth: "test", Body: given.Body,
				CreatedAt: collection.Now(), UpdatedAt: collection.Now()}
			if given.Owner != "" {
				d.Owner = collection.Owner{Issuer: issuerOf(test), Subject: given.Owner}
			}
			if err := tx.Insert(p.declarations.Collection(given.Collection), d); err != nil {
				return fmt.Errorf("line %d: store what is given: %w", given.Line, err)
			}
		}
		return nil
	})
}

func issuerOf(test declare.Test) string {
	if test.As != nil && test.As.Issuer != "" {
		return test.As.Issuer
	}
	return usualIssuer
}

func (p *play) request(ctx context.Context, test declare.Test) (*http.Request, error) {
	body := ""
	if test.Body != nil {
		body = string(test.Body.Append(nil))
	}
	request, err := http.NewRequestWithContext(ctx, test.Method, address+"/api/v1"+test.Target, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.RemoteAddr = "127.0.0.1:1"
	if test.Body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if test.As != nil {
		token, err := p.issuer.token(*test.As)
		if err != nil {
			return nil, err
		}
		return request, p.sign(request, token, test.As.Proof)
	}
	return request, nil
}

// sign puts the token into the request, with a proof where it is bound.
func (p *play) sign(request *http.Request, token string, bound bool) error {
	if !bound {
		request.Header.Set("Authorization", "Bearer "+token)
		return nil
	}
	proof, err := p.issuer.proof(request, token)
	request.Header.Set("Authorization", "DPoP "+token)
	request.Header.Set("DPoP", proof)
	return err
}
