package devtenant

import (
	"net/http"
	"slices"
)

// The ways in which an answer travels: in the query of the redirect, or as a
// message to the window that opened or frames this one (OAuth 2.0 Web Message
// Response Mode, draft-sakimura-oauth-wmrm).
const (
	modeQuery      = "query"
	modeWebMessage = "web_message"
)

// maxQuery bounds what is kept of each request for authorization, in bytes.
const maxQuery = 8 << 10

// recipient is who gets the answer to a request for authorization, and how.
type recipient struct {
	client                   Client
	redirectURI, mode, state string
}

func readQuery(r *http.Request) (params, error) {
	if len(r.URL.RawQuery) > maxQuery {
		return nil, refusef(http.StatusRequestURITooLong, "invalid_request", "The query is longer than %d bytes.", maxQuery)
	}
	return formParameters(r.URL.RawQuery)
}

// recipient reads what must be right before anything may be sent anywhere:
// its errors are for the person in front of the browser. RFC 6749, section
// 4.1.2.1.
func (t *Tenant) recipient(in params) (recipient, error) {
	id, err := in.required("client_id")
	if err != nil {
		return recipient{}, err
	}
	client, known := findClient(t.opts.Clients, id)
	if !known {
		return recipient{}, badRequest("Unknown client: %s", id)
	}
	target, err := in.required("redirect_uri")
	if err != nil {
		return recipient{}, err
	}
	if !slices.Contains(client.Callbacks, target) {
		return recipient{}, &mismatch{refusef(http.StatusForbidden, "invalid_request",
			"Callback URL mismatch. The provided redirect_uri is not in the list of allowed callback URLs. You sent %s", target), client.Callbacks}
	}
	to := recipient{client, target, orDefault(in["response_mode"], modeQuery), in["state"]}
	if to.mode == modeWebMessage && !slices.Contains(client.WebOrigins, originOf(target)) {
		return recipient{}, &mismatch{badRequest("The specified redirect_uri '%s' does not have a registered origin.", target), client.WebOrigins}
	}
	return to, nil
}
