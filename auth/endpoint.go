package auth

import (
	"fmt"
	"net/netip"
	"net/url"
	"strings"
)

// CheckEndpoint accepts the address of something that the issuer has, such as
// "the key set", where it is https, and http only where both are on this machine:
// what is sent there, and what is believed of there, is nobody else's (RFC 6749,
// sections 3.1 and 3.2). It takes no user information and no fragment.
func CheckEndpoint(what, address, issuer string) error {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil || strings.Contains(address, "#") {
		return fmt.Errorf("address of %s %.200q is not a plain URL", what, address)
	}
	if u.Scheme == "https" || u.Scheme == "http" && loopback(address) && loopback(issuer) {
		return nil
	}
	return fmt.Errorf("address of %s %.200q is not https", what, address)
}

// loopback tells whether the address names this machine.
func loopback(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	if u.Hostname() == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return err == nil && ip.IsLoopback()
}
