package devtenant

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
)

// sendBack tells the app why it gets no code (RFC 6749, section 4.1.2.1). In
// a frame this must be a message as well: a redirect would load the app inside
// itself and leave it waiting.
func (t *Tenant) sendBack(w http.ResponseWriter, r *http.Request, to recipient, err error) error {
	why, known := errors.AsType[*refusal](err)
	if !known {
		return err
	}
	t.opts.Log.Info("development tenant refused an authorization", "client", to.client.ID, "error", why.Code, "why", why.Description)
	return t.respond(w, r, to, params{"error": why.Code, "error_description": why.Description})
}

// respond answers the app, which recognises its own request by the state.
func (t *Tenant) respond(w http.ResponseWriter, r *http.Request, to recipient, answer params) error {
	if to.state != "" {
		answer["state"] = to.state
	}
	if to.mode == modeWebMessage {
		return t.postMessage(w, to, answer)
	}
	w.Header().Set("Cache-Control", "no-store")
	status := http.StatusFound
	if r.Method == http.MethodPost {
		status = http.StatusSeeOther // not to be posted on: RFC 9700, section 4.12
	}
	http.Redirect(w, r, withQuery(to.redirectURI, answer), status)
	return nil
}

// withQuery adds to the query of an address. Blanks become %20, since some
// SDKs do not read + as a blank.
func withQuery(address string, add params) string {
	values := url.Values{}
	for name, value := range add {
		values.Set(name, value)
	}
	query := strings.ReplaceAll(values.Encode(), "+", "%20")
	if strings.Contains(address, "?") {
		return address + "&" + query
	}
	return address + "?" + query
}

// postMessage answers with a page that hands the answer to the window around
// or behind it, if that belongs to the app's origin. No header may forbid
// framing here: the SDK waits in a hidden frame.
func (t *Tenant) postMessage(w http.ResponseWriter, to recipient, answer params) error {
	message, err := json.Marshal(map[string]any{"type": "authorization_response", "response": answer})
	if err != nil {
		return err
	}
	origin, err := json.Marshal(originOf(to.redirectURI))
	if err != nil {
		return err
	}
	writePage(w, http.StatusOK, page{
		title: "Signing in",
		body:  `<p>The answer went to the app that asked. This window can be closed.</p>`,
		// Marshal escapes <, > and &, so no text can end the script.
		script: "(window.opener || window.parent).postMessage(" + string(message) + ", " + string(origin) + ");",
	})
	return nil
}
