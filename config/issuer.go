package config

import (
	"net/url"
	"strings"
)

const discoveryPath = ".well-known/openid-configuration"

// parseIssuer checks an issuer URL and keeps it byte for byte, since a token's
// iss is compared so.
func parseIssuer(text string) (string, error) {
	u, err := parseURL(text)
	if err != nil {
		return "", err
	}
	if err := noQuery(text); err != nil {
		return "", err
	}
	if strings.HasSuffix(u.Path, discoveryPath) {
		return "", wrong("is the address of a discovery document; the issuer is the value of \"issuer\" in it")
	}
	if u.Path == "" && strings.HasSuffix(u.Hostname(), ".auth0.com") {
		return "", wrong("is %s, but Auth0's issuers end in a slash", quote(text)).insteadWrite(text + "/")
	}
	return text, nil
}

// issuerOfDomain makes the issuer of an Auth0 tenant's domain: https://DOMAIN/.
func issuerOfDomain(domain string) (string, error) {
	if strings.Contains(domain, "://") {
		return issuerOfTenantURL(domain)
	}
	u, err := parseURL("https://" + domain)
	switch {
	case err != nil:
		return "", err
	case u.Host != domain:
		return "", wrong("has more than a host name").insteadWrite(u.Host)
	case loopback(u.Hostname()):
		return "", wrong("is on loopback, where the scheme is needed").insteadWrite("http://" + domain)
	case domain != strings.ToLower(domain):
		return "", wrong("has capitals, which no issuer has").insteadWrite(strings.ToLower(domain))
	case u.Port() == "443":
		return "", wrong("has the port of https, which no issuer has").insteadWrite(u.Hostname())
	case !strings.Contains(domain, "."):
		return "", wrong("is %s, which is not a whole domain", quote(domain))
	}
	return "https://" + domain + "/", nil
}

// issuerOfTenantURL takes a tenant on loopback as a whole URL, since that is
// how SPA SDKs want its domain. Anywhere else the scheme goes without saying.
func issuerOfTenantURL(text string) (string, error) {
	u, err := url.Parse(text)
	if err == nil && !loopback(u.Hostname()) {
		return "", wrong("has a scheme; the domain alone is meant").insteadWrite(strings.ToLower(u.Host))
	}
	if u, err = parseURL(text); err != nil {
		return "", err
	}
	if bare := u.Scheme + "://" + u.Host; text != bare {
		return "", wrong("has more than scheme and host").insteadWrite(bare)
	}
	return text + "/", nil
}
