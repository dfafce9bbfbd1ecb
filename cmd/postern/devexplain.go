//go:build !nodev

package main

import (
	"context"
	"encoding/json"

	"github.com/postern-dev/postern/cmd/postern/serve"
	"github.com/postern-dev/postern/config"
	"github.com/postern-dev/postern/explain"
)

// explainer is what `postern explain` says, for the playground. Each answer
// fetches the tenant's keys anew, so that none is about keys of before.
func explainer(settings config.Settings, options serve.Options) func(context.Context, string) ([]byte, error) {
	return func(ctx context.Context, pasted string) ([]byte, error) {
		token, err := explain.Trim(pasted)
		if err != nil {
			return nil, err
		}
		ctx, cancel := context.WithTimeout(ctx, keysWithin)
		defer cancel()
		deployment, err := serve.Explainer(ctx, settings, options, nil, false)
		if err != nil {
			return nil, err
		}
		return json.Marshal(deployment.Token(ctx, token))
	}
}
