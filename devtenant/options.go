package devtenant

import (
	"fmt"
	"log/slog"
	"slices"
	"time"
)

// What a tenant is when nothing else is asked for.
const (
	// DefaultIssuer says localhost and not 127.0.0.1, because a single-page
	// app on localhost shares cookies with it only under that name.
	DefaultIssuer = "http://localhost:6061/"
	// DefaultAudience is the API identifier of Auth0's own samples.
	DefaultAudience = "https://hello-world.example.com"
	DefaultClientID = "spa"
	// DefaultLifetime is what Auth0 gives the access tokens of an API.
	DefaultLifetime = 24 * time.Hour
)

// The bounds of a token's lifetime, both inclusive. The upper one is Auth0's.
const (
	MinLifetime = time.Second
	MaxLifetime = 30 * 24 * time.Hour
)

// Options describes a tenant. The zero value of each field means its default.
type Options struct {
	// Issuer is the tenant's address and the `iss` of its tokens. It must be
	// http on localhost, 127.0.0.1 or [::1], at the root, and end in a slash:
	// SDKs compare it to the letter. Default [DefaultIssuer].
	Issuer string
	// Audience is the identifier of the one API that the tenant knows.
	// Default [DefaultAudience].
	Audience string
	// ClientID is the client in whose name tokens are minted, their `azp`.
	// Default [DefaultClientID], or the first client if there is none of
	// that name.
	ClientID string
	// Users are the people that can have tokens. Default [DefaultUsers].
	Users []User
	// Clients are the apps that can have tokens. Default [DefaultClients].
	Clients []Client
	// Secret must accompany each request to mint a token. Without one nobody
	// can mint over HTTP; [Tenant.Mint] does not ask for it.
	Secret string
	// TrustedOrigins are the web origins, such as http://localhost:4040,
	// whose pages may call /dev/*. Default none.
	TrustedOrigins []string
	// Lifetime is that of a token for which none is asked, from
	// [MinLifetime] to [MaxLifetime], in whole seconds; a fraction is cut
	// off. Default [DefaultLifetime].
	Lifetime time.Duration
	// Clock tells the time before the skew drill is added. It is called by
	// many goroutines at once. Default [time.Now].
	Clock func() time.Time
	// Log hears of drills, minted tokens and refused requests, never of a
	// token or a secret. Default: nobody.
	Log *slog.Logger
}

// withDefaults fills what is empty and copies what the caller could change.
func (o Options) withDefaults() Options {
	o.Issuer = orDefault(o.Issuer, DefaultIssuer)
	o.Audience = orDefault(o.Audience, DefaultAudience)
	o.Lifetime = orDefault(o.Lifetime, DefaultLifetime)
	o.TrustedOrigins = slices.Clone(o.TrustedOrigins)
	if len(o.Users) == 0 {
		o.Users = DefaultUsers()
	}
	o.Users = cloneUsers(o.Users)
	if len(o.Clients) == 0 {
		o.Clients = DefaultClients()
	}
	o.Clients = cloneClients(o.Clients)
	if _, known := findClient(o.Clients, DefaultClientID); o.ClientID == "" && !known {
		o.ClientID = o.Clients[0].ID
	}
	o.ClientID = orDefault(o.ClientID, DefaultClientID)
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

func orDefault[T comparable](value, fallback T) T {
	var zero T
	if value == zero {
		return fallback
	}
	return value
}

func parseIssuer(issuer string) (address, error) {
	here, err := parseLoopback(issuer)
	if err != nil {
		return address{}, fmt.Errorf("issuer: %w", err)
	}
	if issuer != here.root() {
		return address{}, fmt.Errorf("issuer %q: write it as %q", issuer, here.root())
	}
	return here, nil
}

func checkClientID(id string, clients []Client) error {
	if _, known := findClient(clients, id); !known {
		return fmt.Errorf("client %q, in whose name tokens are minted, is not among the clients", id)
	}
	return nil
}

func checkLifetime(d time.Duration) error {
	if d < MinLifetime || d > MaxLifetime {
		return fmt.Errorf("%w: %s is not between %s and %s", ErrLifetime, d, MinLifetime, MaxLifetime)
	}
	return nil
}
