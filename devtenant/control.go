package devtenant

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// state is what the drills' answers and GET /dev/state tell.
type state struct {
	Issuer     string `json:"issuer"`
	SigningKey string `json:"signingKey"`
	// PublishedKeys starts with the signing key, newest first.
	PublishedKeys []string `json:"publishedKeys"`
	// OutageSeconds is what remains; zero means that the tenant answers.
	OutageSeconds float64 `json:"outageSeconds"`
	SkewSeconds   float64 `json:"skewSeconds"`
	// AccessSeconds is how long an access token will be good for.
	AccessSeconds float64 `json:"accessSeconds"`
	// Time is the tenant's own, skew included.
	Time time.Time `json:"time"`
}

func (t *Tenant) showState(w http.ResponseWriter, _ *http.Request) error {
	s := state{
		Issuer:        t.opts.Issuer,
		OutageSeconds: t.drills.outage(t.opts.Clock()).Seconds(),
		SkewSeconds:   t.drills.clockSkew().Seconds(),
		AccessSeconds: t.lifetime().Truncate(time.Second).Seconds(),
		Time:          t.now().UTC().Truncate(time.Millisecond),
	}
	for _, key := range t.keys.published().Keys {
		s.PublishedKeys = append(s.PublishedKeys, key.KeyID)
	}
	s.SigningKey = s.PublishedKeys[0]
	writeJSON(w, http.StatusOK, s)
	return nil
}

func (t *Tenant) rotateKeys(w http.ResponseWriter, r *http.Request) error {
	query, err := parameters(r, "withdraw")
	if err != nil {
		return err
	}
	withdraw := query.Get("withdraw")
	if query.Has("withdraw") && withdraw != "true" && withdraw != "false" {
		return refusef(http.StatusBadRequest, "invalid_request", "withdraw must be true or false, not %q.", withdraw)
	}
	if err := t.keys.rotate(withdraw == "true"); err != nil {
		return err
	}
	t.opts.Log.Warn("development tenant rotated its key", "withdraw", withdraw == "true")
	return t.showState(w, r)
}

func (t *Tenant) beginOutage(w http.ResponseWriter, r *http.Request) error {
	length, err := duration(r, "for", 0, maxOutage)
	if err != nil {
		return err
	}
	t.drills.setOutage(t.opts.Clock().Add(length))
	t.opts.Log.Warn("development tenant has an outage", "for", length)
	return t.showState(w, r)
}

func (t *Tenant) skewClock(w http.ResponseWriter, r *http.Request) error {
	by, err := duration(r, "by", -maxSkew, maxSkew)
	if err != nil {
		return err
	}
	t.drills.setSkew(by)
	t.opts.Log.Warn("development tenant's clock is off", "by", by)
	return t.showState(w, r)
}

// changeLifetime makes the access tokens to come short-lived, so that a demo
// need not wait a day to see one expire.
func (t *Tenant) changeLifetime(w http.ResponseWriter, r *http.Request) error {
	access, err := duration(r, "access", MinLifetime, MaxLifetime)
	if err != nil {
		return err
	}
	t.drills.setAccessLifetime(access)
	t.opts.Log.Warn("development tenant changed the lifetime of access tokens", "access", access)
	return t.showState(w, r)
}

// parameters reads the query. A misspelt or doubled parameter is an error: a
// drill that does something else than was asked teaches the wrong lesson.
func parameters(r *http.Request, known ...string) (url.Values, error) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, refusef(http.StatusBadRequest, "invalid_request", "The query cannot be read: %v.", err)
	}
	return query, onlyOnce(query, known)
}

// onlyOnce refuses names that are not known and names that come twice (RFC
// 6749, section 3.2).
func onlyOnce(values url.Values, known []string) error {
	for name, given := range values {
		if !slices.Contains(known, name) {
			return refusef(http.StatusBadRequest, "invalid_request", "Unknown parameter %q; known here: %s.", name, orDefault(strings.Join(known, ", "), "none"))
		}
		if len(given) > 1 {
			return refusef(http.StatusBadRequest, "invalid_request", "The parameter %q is there %d times.", name, len(given))
		}
	}
	return nil
}

// duration reads the one parameter of a drill. A value out of bounds is
// refused, never clamped.
func duration(r *http.Request, name string, least, most time.Duration) (time.Duration, error) {
	query, err := parameters(r, name)
	if err != nil {
		return 0, err
	}
	d, err := time.ParseDuration(query.Get(name))
	if err != nil {
		return 0, refusef(http.StatusBadRequest, "invalid_request", "%q must be a duration with its unit, such as %s=90s or %s=5m, not %q.", name, name, name, query.Get(name))
	}
	if d < least || d > most {
		return 0, refusef(http.StatusBadRequest, "invalid_request", "%q must be between %s and %s, not %s.", name, least, most, d)
	}
	return d, nil
}
