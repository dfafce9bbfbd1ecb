package auth

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// fetchTimeout bounds one request to the issuer.
const fetchTimeout = 5 * time.Second

// Bounds on the lifetime that an issuer gives its key set with max-age.
const (
	minKeyLife = 5 * time.Minute
	maxKeyLife = time.Hour
)

// keySource fetches the key set of one issuer. It is used by one goroutine at
// a time.
type keySource struct {
	issuer     string
	configured string // address of the key set; empty: by discovery
	discovered string
	client     *http.Client
}

func newKeySource(issuer, keySetURL string, transport http.RoundTripper) *keySource {
	if transport == nil {
		transport = directTransport()
	}
	return &keySource{
		issuer:     issuer,
		configured: keySetURL,
		client: &http.Client{
			Transport: transport,
			Timeout:   fetchTimeout,
			// A redirect would move the trust to wherever it points.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

// directTransport takes no proxy from the environment by surprise, and no
// compression: it would hide the size of what comes.
func directTransport() http.RoundTripper {
	return &http.Transport{
		DisableCompression:    true,
		MaxIdleConns:          2,
		IdleConnTimeout:       30 * time.Second,
		TLSHandshakeTimeout:   fetchTimeout,
		ResponseHeaderTimeout: fetchTimeout,
	}
}

// fetch returns the published key set as it came, and for how long the issuer
// says it is fresh (0: it does not say).
func (s *keySource) fetch(ctx context.Context) (raw []byte, life time.Duration, err error) {
	address := s.configured
	if address == "" {
		address, err = s.discover(ctx)
	}
	if err != nil {
		return nil, 0, err
	}
	raw, header, err := s.get(ctx, address)
	if err != nil {
		// The issuer may have moved its key set: ask discovery again.
		s.discovered = ""
		return nil, 0, fmt.Errorf("fetch key set: %w", err)
	}
	return raw, maxAge(header.Get("Cache-Control")), nil
}

// discover returns the jwks_uri of the issuer's metadata (OpenID Connect
// Discovery 1.0, section 4).
func (s *keySource) discover(ctx context.Context) (string, error) {
	if s.discovered != "" {
		return s.discovered, nil
	}
	document, err := s.metadata(ctx)
	if err != nil {
		return "", err
	}
	if document.Issuer != s.issuer {
		return "", fmt.Errorf("discovery is of issuer %.200q, configured is %q", document.Issuer, s.issuer)
	}
	if err := checkKeyAddress(document.JWKSURI, s.issuer); err != nil {
		return "", err
	}
	s.discovered = document.JWKSURI
	return s.discovered, nil
}

// discoveryDocument is what is read of the issuer's metadata.
type discoveryDocument struct {
	Issuer  string `json:"issuer"`
	JWKSURI string `json:"jwks_uri"`
	// Scopes is not decoded here: whatever it is, the keys count.
	Scopes jsontext.Value `json:"scopes_supported"`
	// Nor are these.
	Proofs jsontext.Value `json:"dpop_signing_alg_values_supported"`
	Logout jsontext.Value `json:"backchannel_logout_supported"`
}

func (s *keySource) discoveryURL() string {
	return strings.TrimSuffix(s.issuer, "/") + "/.well-known/openid-configuration"
}

// metadata fetches the discovery document and believes nothing of it.
func (s *keySource) metadata(ctx context.Context) (document discoveryDocument, err error) {
	raw, _, err := s.get(ctx, s.discoveryURL())
	if err != nil {
		return document, fmt.Errorf("fetch discovery: %w", err)
	}
	if !depthWithin(raw, maxDepth) {
		return document, errors.New("discovery document is nested too deep")
	}
	if err := json.Unmarshal(raw, &document, jsontext.AllowDuplicateNames(false)); err != nil {
		return document, fmt.Errorf("read discovery: %w", err)
	}
	return document, nil
}

func (s *keySource) get(ctx context.Context, address string) ([]byte, http.Header, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, nil, err
	}
	request.Header.Set("Accept", "application/json")
	request.Header.Set("User-Agent", "postern")
	response, err := s.client.Do(request)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return nil, nil, fmt.Errorf("%s answered %d", address, response.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxKeySetSize+1))
	if err != nil {
		return nil, nil, err
	}
	if len(body) > maxKeySetSize {
		return nil, nil, fmt.Errorf("%s answered more than %d bytes", address, maxKeySetSize)
	}
	return body, response.Header, nil
}

// checkKeyAddress is CheckEndpoint for the key set.
func checkKeyAddress(address, issuer string) error {
	return CheckEndpoint("the key set", address, issuer)
}

// maxAge reads max-age of a Cache-Control header (RFC 9111, section 5.2.2.1)
// and keeps it within bounds; 0 where there is none.
func maxAge(cacheControl string) time.Duration {
	for directive := range strings.SplitSeq(cacheControl, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(directive), "=")
		if !strings.EqualFold(name, "max-age") {
			continue
		}
		seconds, err := strconv.ParseUint(strings.Trim(value, `"`), 10, 31)
		if err != nil {
			return 0
		}
		return min(max(time.Duration(seconds)*time.Second, minKeyLife), maxKeyLife)
	}
	return 0
}
