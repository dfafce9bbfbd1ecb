package authtest

import (
	"encoding/json"
	"net/http"
	"net/url"
	"sync/atomic"
)

const (
	discoveryPath = "/.well-known/openid-configuration"
	keySetPath    = "/.well-known/jwks.json"
)

func (i *Issuer) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET "+discoveryPath, i.serve(discoveryPath, &i.discoveries, i.Discovery))
	mux.Handle("GET "+keySetPath, i.serve(keySetPath, &i.keySets, i.KeySet))
	return mux
}

// serve counts the request and answers with the document, or as the fault has
// it that is there.
func (i *Issuer) serve(path string, count *atomic.Int64, document func() []byte) http.HandlerFunc {
	healthy := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		_, _ = w.Write(document()) // fails when the client has gone
	}
	return func(w http.ResponseWriter, r *http.Request) {
		count.Add(1)
		i.mu.Lock()
		fault := i.broken[path]
		i.mu.Unlock()
		if fault == nil {
			healthy(w, r)
			return
		}
		fault(w, r, healthy)
	}
}

// KeySetURL is where the key set is.
func (i *Issuer) KeySetURL() string { return i.name + keySetPath[1:] }

// Discovery returns the discovery document (OpenID Connect Discovery 1.0,
// section 3).
func (i *Issuer) Discovery() []byte {
	i.mu.Lock()
	defer i.mu.Unlock()
	return must(json.Marshal(merge(map[string]any{
		"issuer":   i.name,
		"jwks_uri": i.KeySetURL(),
	}, i.announced)))
}

// Announce changes members of the discovery document, such as its issuer or
// its jwks_uri; [Absent] leaves one out.
func (i *Issuer) Announce(members map[string]any) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.announced = members
}

// KeySet returns the set that is published (RFC 7517, section 5).
func (i *Issuer) KeySet() []byte {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.published != nil {
		return i.published
	}
	keys := make([]map[string]any, len(i.keys))
	for n, key := range i.keys {
		keys[n] = key.JWK()
	}
	return Set(keys...)
}

// Set writes public keys as a key set.
func Set(keys ...map[string]any) []byte {
	return must(json.Marshal(map[string]any{"keys": keys}))
}

// Publish serves these bytes instead of the issuer's key set.
func (i *Issuer) Publish(keySet []byte) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.published = keySet
}

// Transport carries requests for the issuer's name to the stand-in, and fails
// all others.
func (i *Issuer) Transport() http.RoundTripper { return &transport{issuer: i} }

type transport struct{ issuer *Issuer }

func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	name := must(url.Parse(t.issuer.name))
	if r.URL.Scheme != name.Scheme || r.URL.Host != name.Host {
		return nil, &url.Error{Op: r.Method, URL: r.URL.String(), Err: http.ErrServerClosed}
	}
	stand := must(url.Parse(t.issuer.server.URL))
	r = r.Clone(r.Context())
	r.URL.Scheme, r.URL.Host = stand.Scheme, stand.Host
	return t.issuer.server.Client().Transport.RoundTrip(r)
}
