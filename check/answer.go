package check

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"syscall"

	"github.com/postern-dev/postern/auth"
)

// unusable says why an answer of an issuer is of no use.
func unusable(what, issuer string, a *auth.Answer) Finding {
	f := Finding{Level: Fail, What: what}
	kind, _, _ := mime.ParseMediaType(a.ContentType)
	switch {
	case a.Status == 0:
		f.Says, f.Mend = unreachable(a)
	case a.Status == http.StatusNotFound && what == "tenant":
		f.Says = a.URL + " is not there (404), so no issuer has its place at " + issuer
		f.Mend = "Copy the issuer as the provider shows it, with its whole path: Keycloak's ends in /realms/NAME, Entra's in /v2.0, Okta's often in /oauth2/default."
	case a.Status >= http.StatusMultipleChoices && a.Status < http.StatusBadRequest:
		f.Says = fmt.Sprintf("%s sends elsewhere (%d), and redirects are not followed: the trust would move along", a.URL, a.Status)
		f.Mend = "Set POSTERN_ISSUER to the address where the issuer really is."
	case a.Status != http.StatusOK:
		f.Says = fmt.Sprintf("%s is answered %d", a.URL, a.Status)
		f.Mend = "Ask the provider's status page; behind a firewall or gateway, let this address pass without a login."
	case kind == "text/html":
		f.Says = a.URL + " is answered with a web page instead of JSON"
		f.Mend = "Look at the domain: a website answers there, or a gateway shows its login or error page instead of the issuer's answer."
	default:
		f.Says = a.URL + " is of no use: " + printable(reason(a.Err))
		f.Mend = "The issuer has to publish at least one signing key that is RSA of 2048 to 4096 bits, EC or Ed25519; look at its keys there."
		if what == "tenant" {
			f.Mend = "Something is wrong with the issuer's discovery document, or its domain is misspelt: open the address in a browser."
		}
	}
	return f
}

// unreachable says why no answer came at all.
func unreachable(a *auth.Answer) (says, mend string) {
	host := a.URL
	if u, err := url.Parse(a.URL); err == nil {
		host = u.Host
	}
	if says, mend := distrusted(host, a.Err); says != "" {
		return says, mend
	}
	var dns *net.DNSError
	var timeout interface{ Timeout() bool }
	switch {
	case errors.As(a.Err, &dns) && dns.IsNotFound:
		return "there is no host " + host, "Look for a misspelt domain in AUTH0_DOMAIN or POSTERN_ISSUER; a new custom domain needs its DNS entry first."
	case errors.Is(a.Err, syscall.ECONNREFUSED):
		return "nobody listens at " + host, "Look at the port, and whether the issuer runs: the development tenant does while postern dev runs."
	case errors.As(a.Err, &timeout) && timeout.Timeout():
		return host + " did not answer in time", "Let this machine out to " + host + ": keys are fetched directly, and proxies of the environment (HTTPS_PROXY) are not used."
	}
	return fmt.Sprintf("%s cannot be reached: %s", host, printable(reason(a.Err))),
		"Let this machine out to " + host + ": keys are fetched directly, and proxies of the environment (HTTPS_PROXY) are not used."
}

// distrusted says why the issuer's certificate is not believed; empty where
// that is not the trouble.
func distrusted(host string, err error) (says, mend string) {
	var (
		unknown  x509.UnknownAuthorityError
		name     x509.HostnameError
		invalid  x509.CertificateInvalidError
		plain    tls.RecordHeaderError
		untested *tls.CertificateVerificationError
	)
	switch {
	case errors.As(err, &unknown):
		return "the certificate of " + host + " is signed by nobody whom this machine trusts",
			"Install your authority's certificate on this machine and the server's, or name it in SSL_CERT_FILE; if you have no authority of your own, somebody sits in between."
	case errors.As(err, &name):
		return "the certificate of " + host + " is for another name",
			"Look for a misspelt domain; a custom domain needs its certificate at the provider first."
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "the certificate of " + host + " has expired, or is not valid yet",
			"Look at the clock of this machine first, then have the issuer renew its certificate."
	case errors.As(err, &plain), errors.Is(err, http.ErrSchemeMismatch):
		return host + " does not speak TLS at that port", "Look at the port; plain http is taken for issuers on this machine only."
	case errors.As(err, &untested):
		return "the certificate of " + host + " is not to be trusted: " + printable(reason(untested.Err)), "Have the issuer renew its certificate."
	}
	return "", ""
}

// reason is the innermost sentence of an error: the address stands before it
// already.
func reason(err error) string {
	var request *url.Error
	if errors.As(err, &request) {
		err = request.Err
	}
	return strings.ReplaceAll(err.Error(), "\n", "; ")
}

// printable takes from a text what could move a terminal's cursor.
func printable(text string) string {
	quoted := strconv.Quote(text)
	return strings.ReplaceAll(quoted[1:len(quoted)-1], `\"`, `"`)
}
