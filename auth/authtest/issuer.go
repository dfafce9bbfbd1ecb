package authtest

import (
	"net/http/httptest"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Issuer is an authorization server with its discovery document, its key set
// and its keys. Its methods may be called by many goroutines at once.
type Issuer struct {
	server    *httptest.Server
	name      string
	audience  string
	algorithm string
	clock     func() time.Time

	discoveries, keySets atomic.Int64

	mu        sync.Mutex
	keys      []*Key // the one in use last
	withdrawn []*Key
	made      int
	published []byte         // served instead of keys, where set
	announced map[string]any // changes to the discovery document
	broken    map[string]Fault
}

// Option changes what an [Issuer] is.
type Option func(*Issuer)

// Name has the issuer call itself by a URL of your choice, which must end in a
// slash. Only clients that use [Issuer.Transport] find it under that name.
func Name(url string) Option { return func(i *Issuer) { i.name = url } }

// Audience sets the `aud` of the tokens.
func Audience(audience string) Option { return func(i *Issuer) { i.audience = audience } }

// Algorithm sets how tokens are signed and with that the kind of the keys:
// RS256 and its kin, PS256 and its kin, ES256, ES384, ES512 or EdDSA. The
// default is RS256.
func Algorithm(name string) Option { return func(i *Issuer) { i.algorithm = name } }

// Clock sets the clock by which tokens are dated.
func Clock(now func() time.Time) Option { return func(i *Issuer) { i.clock = now } }

// NewIssuer starts an issuer that stops with the test.
func NewIssuer(t testing.TB, options ...Option) *Issuer {
	t.Helper()
	i := Start(options...)
	t.Cleanup(i.Close)
	return i
}

// Start starts an issuer outside of a test; Close stops it.
func Start(options ...Option) *Issuer {
	i := &Issuer{
		audience:  "https://api.example.com/",
		algorithm: "RS256",
		clock:     time.Now,
		broken:    map[string]Fault{},
	}
	for _, option := range options {
		option(i)
	}
	i.server = httptest.NewServer(i.handler())
	if i.name == "" {
		i.name = i.server.URL + "/"
	}
	i.Rotate()
	return i
}

// Close stops the issuer and cuts off whoever still waits for an answer.
func (i *Issuer) Close() {
	i.server.CloseClientConnections()
	i.server.Close()
	i.mu.Lock()
	defer i.mu.Unlock()
	for _, key := range slices.Concat(i.keys, i.withdrawn) {
		recycle(key)
	}
	i.keys, i.withdrawn = nil, nil
}

// URL is the issuer's name, the `iss` of its tokens. It ends in a slash.
func (i *Issuer) URL() string { return i.name }

// Audience is the `aud` of its tokens.
func (i *Issuer) Audience() string { return i.audience }

// Key returns the key in use.
func (i *Issuer) Key() *Key {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.keys[len(i.keys)-1]
}

// Rotate puts a new key in use and returns it. The former ones stay published.
// Ids are key-1, key-2 and so on, the same with every issuer: as bad a choice
// of names as there can be.
func (i *Issuer) Rotate() *Key {
	i.mu.Lock()
	i.made++
	id := "key-" + strconv.Itoa(i.made)
	i.mu.Unlock()

	key := NewKey(id, i.algorithm) // takes long, so nobody waits for the lock
	i.mu.Lock()
	defer i.mu.Unlock()
	i.keys = append(i.keys, key)
	return key
}

// Withdraw stops publishing the key of this id. The last key cannot be
// withdrawn: rotate first.
func (i *Issuer) Withdraw(id string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	var left []*Key
	for _, key := range i.keys {
		if key.ID == id {
			i.withdrawn = append(i.withdrawn, key)
			continue
		}
		left = append(left, key)
	}
	if len(left) == 0 {
		panic("authtest: the only key was to be withdrawn")
	}
	i.keys = left
}

// Discoveries counts the requests for the discovery document, whatever their
// answer.
func (i *Issuer) Discoveries() int { return int(i.discoveries.Load()) }

// KeySets counts the requests for the key set, whatever their answer.
func (i *Issuer) KeySets() int { return int(i.keySets.Load()) }
