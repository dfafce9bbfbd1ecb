package playground

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// Config tells the page where things are. All but Users is required.
type Config struct {
	// Origin is where the playground is, without a slash at the end. It says
	// localhost, for only there the page shares cookies with the tenant.
	Origin string
	// API is the origin of the API, without a slash at the end.
	API string
	// Issuer is the tenant's issuer to the letter, with its slash at the end.
	Issuer string
	// ClientID is the public client that the page signs in as.
	ClientID string
	// Audience is the API's identifier in the tenant.
	Audience string
	// Users are those who can sign in.
	Users []User
	// Samples tells that the API has the sample collections, which the notes
	// of the page are about.
	Samples bool
	// Collections are listed among what can be called.
	Collections []string
	// Explain says as JSON what the API makes of a token that somebody pastes;
	// nil leaves it out.
	Explain func(ctx context.Context, token string) ([]byte, error)
	// Inspect tells of the requests to the API, as events; nil leaves it out.
	Inspect http.Handler
}

// User is somebody who can sign in at the tenant.
type User struct {
	Name string
	// Subject is the `sub` of the user's tokens.
	Subject     string
	Permissions []string
}

// wireConfig is a Config as the page reads it.
type wireConfig struct {
	API      string     `json:"api"`
	Issuer   string     `json:"issuer"`
	ClientID string     `json:"clientId"`
	Audience string     `json:"audience"`
	Users    []wireUser `json:"users"`
	Samples  bool       `json:"samples"`

	Collections []string `json:"collections"`
	Explain     bool     `json:"explain"`
	Inspect     bool     `json:"inspect"`
}

type wireUser struct {
	Name        string   `json:"name"`
	Subject     string   `json:"subject"`
	Permissions []string `json:"permissions"`
}

// document is what GET /config.json answers.
func (c Config) document() ([]byte, error) {
	wire := wireConfig{c.API, c.Issuer, c.ClientID, c.Audience, []wireUser{}, c.Samples, append([]string{}, c.Collections...), c.Explain != nil, c.Inspect != nil}
	for _, user := range c.Users {
		// A nil list would be null, and the page wants a list.
		wire.Users = append(wire.Users, wireUser{user.Name, user.Subject, append([]string{}, user.Permissions...)})
	}
	return json.MarshalIndent(wire, "", "  ")
}

// check reports all mistakes together.
func (c Config) check() error {
	var mistakes []error
	for _, address := range []struct{ name, text, end string }{{"origin", c.Origin, ""}, {"API", c.API, ""}, {"issuer", c.Issuer, "/"}} {
		origin, err := originOf(address.text)
		if err != nil {
			mistakes = append(mistakes, fmt.Errorf("%s: %w", address.name, err))
		} else if address.text != origin+address.end {
			mistakes = append(mistakes, fmt.Errorf("%s %q: write it as %q", address.name, address.text, origin+address.end))
		}
	}
	if c.ClientID == "" || c.Audience == "" {
		mistakes = append(mistakes, errors.New("client id and audience: both are needed"))
	}
	return errors.Join(mistakes...)
}

// originOf returns the origin of a URL in the one form that is safe to put
// into a policy: a blank or a semicolon there would begin another directive.
func originOf(address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || strings.ContainsAny(u.Host, " ;,'\"") {
		return "", fmt.Errorf("%q is no address such as http://localhost:6060", address)
	}
	return u.Scheme + "://" + u.Host, nil
}
