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
)

// Explainer returns what explains tokens as a server with these settings judges
// them. It fetches keys until ctx ends, unless it is to stay offline, and reads
// those that servers have kept; kept may be nil.
func Explainer(ctx context.Context, settings config.Settings, options Options, kept auth.KeptKeySets, offline bool) (explain.Deployment, error) {
	options.Explain = true
	if offline {
		options.transport = noNetwork{}
	}
	verification := verification(settings, options, nil)
	if kept != nil {
		verification.Kept = unchanged{kept}
	}
	var err error
	if verification.Proofs.Sealer, err = nonceSealer(data{}); err != nil {
		return explain.Deployment{}, err
	}
	verifier, err := auth.New(ctx, verification)
	if err != nil {
		return explain.Deployment{}, err
	}
	d := explain.Deployment{Verifier: verifier, Issuers: verification.Issuers, Collections: options.Collections}
	for _, r := range routes(settings, options) {
		d.Routes = append(d.Routes, explain.Route{Method: r.Method, Path: r.Path, Needs: r.Right.String(), Refusal: r.Right.Refusal})
	}
	return d, nil
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
