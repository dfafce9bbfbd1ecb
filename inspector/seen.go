package inspector

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/postern-dev/postern/check"
)

// Seen is one request.
type Seen struct {
	Number int64     `json:"number"`
	At     time.Time `json:"at"`
	Method string    `json:"method"`
	// Path has its query with names only.
	Path   string `json:"path"`
	Origin string `json:"origin,omitempty"`
	// Who is the subject of an accepted token.
	Who       string     `json:"who,omitempty"`
	Status    int        `json:"status"`
	Code      string     `json:"code,omitempty"`
	Ms        float64    `json:"ms"`
	RequestID string     `json:"requestId,omitempty"`
	Decisions []Decision `json:"decisions"`
}

// Outcome is how a decision was made.
type Outcome string

// The outcomes.
const (
	OK      Outcome = "ok"
	Refused Outcome = "refused"
	Skipped Outcome = "skipped"
)

// Decision is one step on the way of a request.
type Decision struct {
	Step    string  `json:"step"`
	Outcome Outcome `json:"outcome"`
	Says    string  `json:"says"`
	Mend    string  `json:"mend,omitempty"`
}

// refusal is what a problem says (RFC 9457).
type refusal struct{ Code, Detail, Hint string }

func (i *Inspector) see(r *http.Request, w *watch, began time.Time) Seen {
	var p refusal
	if w.status >= 400 {
		_ = json.Unmarshal(w.body, &p) // what is no problem says nothing
	}
	s := Seen{At: began, Method: clip(r.Method, 20), Path: masked(r.URL), Origin: clip(r.Header.Get("Origin"), 200), Status: w.status,
		Code: p.Code, Ms: float64(time.Since(began).Microseconds()) / 1000, RequestID: w.Header().Get("X-Request-Id")}
	s.Decisions = append(s.Decisions, i.cors(r, w))
	if isPreflight(r) {
		return s
	}
	token := p.token(r, w.status)
	if token.Outcome == OK {
		s.Who = subject(r.Header.Get("Authorization"))
	}
	s.Decisions = append(s.Decisions, token, p.limit(w), p.right(w.status), p.handler(w.status))
	return s
}

func isPreflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != ""
}

// cors tells what a browser makes of the answer.
func (i *Inspector) cors(r *http.Request, w *watch) Decision {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return Decision{"cors", Skipped, "No Origin: it does not come from a page of another origin.", ""}
	}
	page := check.Page{Origin: clip(origin, 200), Allowed: i.origins}
	wrong := page.Judge(r, &http.Response{StatusCode: w.status, Header: w.Header()})
	switch {
	case len(wrong) > 0:
		return Decision{"cors", Refused, wrong[0].Says, wrong[0].Mend}
	case isPreflight(r):
		return Decision{"cors", OK, "The browser sends the request.", ""}
	}
	return Decision{"cors", OK, "The page may read the answer.", ""}
}

// token goes by the refusal: whoever was not refused for the sake of a token
// had a good one, or needed none.
func (p refusal) token(r *http.Request, status int) Decision {
	sent := r.Header.Get("Authorization") != ""
	switch {
	case status == http.StatusUnauthorized, p.Code == "keys_unavailable", p.Code == "credentials_ambiguous":
		return p.refuses("token")
	case !sent:
		return Decision{"token", Skipped, "None was sent, and none is needed here.", ""}
	}
	return Decision{"token", OK, "Nothing is wrong with it, or nobody asked for it here.", ""}
}

func (p refusal) limit(w *watch) Decision {
	left := w.Header().Get("RateLimit")
	switch {
	case w.status == http.StatusTooManyRequests:
		return p.refuses("limit")
	case left == "":
		return Decision{"limit", Skipped, "Not counted.", ""}
	}
	return Decision{"limit", OK, left, ""}
}

func (p refusal) right(status int) Decision {
	switch {
	case status == http.StatusForbidden:
		return p.refuses("right")
	case p.earlier(status):
		return Decision{"right", Skipped, "It did not come so far.", ""}
	}
	return Decision{"right", OK, "The caller may call this.", ""}
}

func (p refusal) handler(status int) Decision {
	switch {
	case p.earlier(status), status == http.StatusForbidden:
		return Decision{"handler", Skipped, "It did not come so far.", ""}
	case status >= 400:
		return p.refuses("handler")
	}
	return Decision{"handler", OK, http.StatusText(status), ""}
}

// earlier tells whether the request was refused before its rights were looked
// at.
func (p refusal) earlier(status int) bool {
	return slices.Contains([]int{401, 429, 431}, status) || p.Code == "keys_unavailable" || p.Code == "credentials_ambiguous"
}

func (p refusal) refuses(step string) Decision {
	return Decision{step, Refused, strings.TrimSpace(p.Code + ": " + p.Detail), p.Hint}
}

// masked shows where a request went. A token that somebody pasted into the
// address stays out of it.
func masked(u *url.URL) string {
	var b strings.Builder
	for n, part := range strings.Split(u.EscapedPath(), "/") {
		if n > 0 {
			b.WriteByte('/')
		}
		if strings.HasPrefix(part, "eyJ") || strings.Count(part, ".") > 1 || len(part) > 64 {
			part = "…"
		}
		b.WriteString(part)
	}
	for n, pair := range strings.Split(u.RawQuery, "&") {
		name, _, _ := strings.Cut(pair, "=")
		if name == "" {
			continue
		}
		if plain, err := url.QueryUnescape(name); err == nil {
			name = plain
		}
		b.WriteString(map[bool]string{true: "?", false: "&"}[n == 0] + clip(name, 40) + "=…")
	}
	return clip(b.String(), 300)
}

// subject reads the `sub` of a token that was accepted.
func subject(authorization string) string {
	_, token, _ := strings.Cut(authorization, " ")
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return ""
	}
	raw, err := base64.RawURLEncoding.DecodeString(parts[1])
	var claims struct{ Sub string }
	if err != nil || json.Unmarshal(raw, &claims) != nil {
		return ""
	}
	return clip(claims.Sub, 100)
}

func clip(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}
