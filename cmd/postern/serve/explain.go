package serve

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/postern-dev/postern/api"
	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/config"
	"github.com/postern-dev/postern/explain"
	"github.com/postern-dev/postern/seal"
	"github.com/postern-dev/postern/store"
)

// Explainer says what a deployment with these settings makes of tokens. From the
// database, nil for none, come keys that were kept, tokens that were called back
// and the secret of nonces; nothing is changed there.
func Explainer(ctx context.Context, settings config.Settings, options Options, kept *store.Store, offline bool) (explain.Deployment, error) {
	options.Explain = true
	if offline {
		options.transport = noNetwork{}
	}
	verification := verification(settings, options, nil)
	d := explain.Deployment{Issuers: verification.Issuers, Collections: options.Collections, NoRevocations: noList}
	sealed := data{}
	if kept != nil {
		verification.Kept = unchanged{kept}
		sealed = sealedBy(ctx, kept)
		if known := newRevoked(settings, data{store: kept}, nil); known.look(ctx) == nil {
			verification.Revocations, d.NoRevocations = known, ""
		}
	}
	if options.Standing != nil {
		verification.Revocations, d.NoRevocations = options.Standing, ""
	}
	var err error
	if verification.Proofs.Sealer, err = nonceSealer(sealed); err != nil {
		return d, err
	}
	if d.Verifier, err = auth.New(ctx, verification); err != nil {
		return d, err
	}
	for _, r := range routes(settings, options) {
		d.Routes = append(d.Routes, explain.Route{Method: r.Method, Path: r.Path, Needs: r.Right.String(), Refusal: r.Right.Refusal})
	}
	return d, nil
}

const noList = "There is no database to look into, or it cannot be read: a server may know that it was called back."

// sealedBy reads the secret by which servers of the database make nonces; without
// it each nonce counts as foreign.
func sealedBy(ctx context.Context, kept *store.Store) (d data) {
	if secrets, err := kept.Secret(ctx, cursorSecret); err == nil {
		d.sealer, _ = seal.New(secrets...)
	}
	return d
}

// routes are those that ask for something of the token itself. Where a handler
// judges, it does so by the rules of the collections.
func routes(settings config.Settings, options Options) []api.Route {
	return slices.DeleteFunc(api.Routes(described(settings, options)), func(r api.Route) bool { return r.Right.IsJudged() })
}

// unchanged are kept key sets that stay as they are: who explains keeps
// nothing.
type unchanged struct{ auth.KeptKeySets }

func (unchanged) Save(context.Context, string, []byte, time.Time) error { return nil }

// noNetwork carries no request anywhere.
type noNetwork struct{}

var errOffline = errors.New("nothing is fetched with --offline, and no kept key serves")

func (noNetwork) RoundTrip(*http.Request) (*http.Response, error) { return nil, errOffline }
