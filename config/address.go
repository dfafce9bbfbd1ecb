package config

import (
	"net"
	"net/netip"
	"strings"
)

// parseAddr reads host:port. Port 0 is allowed: it asks for any free port.
func parseAddr(text string) (string, error) {
	if ok := validPort(text, 1); ok {
		return "", wrong("is %s, without the colon before the port", quote(text)).insteadWrite(":" + text)
	}
	host, port, err := net.SplitHostPort(text)
	if err != nil {
		return "", wrong("is %s, not host:port", quote(text))
	}
	if ok := validPort(port, 0); !ok {
		return "", wrong("has the port %s, which is not a number up to 65535", quote(port))
	}
	if host == "" {
		return text, nil
	}
	if problem := hostProblem(host); problem != "" {
		return "", wrong("%s", problem)
	}
	return text, nil
}

// parseAdminAddr reads host:port, or one of the words.
func parseAdminAddr(text string) (string, error) {
	if text == "auto" || text == "off" {
		return text, nil
	}
	if addr, err := parseAddr(text); err == nil {
		return addr, nil
	}
	if ok := validPort(text, 1); ok {
		return "", wrong("is %s, without an address before the port", quote(text)).insteadWrite("127.0.0.1:" + text)
	}
	return "", wrong("is %s, which is neither host:port nor auto nor off", quote(text))
}

// addrOfPort is how PORT is read, the name that hosting platforms set.
func addrOfPort(text string) (string, error) {
	if ok := validPort(text, 1); !ok {
		return "", wrong("is %s, not a number from 1 to 65535", quote(text))
	}
	return ":" + text, nil
}

// parseProxy reads a CIDR, or one address as the prefix of just that address.
func parseProxy(text string) (netip.Prefix, error) {
	if ip, err := netip.ParseAddr(text); err == nil {
		return oneAddress(text, ip)
	}
	p, err := netip.ParsePrefix(text)
	switch {
	case err != nil:
		return p, wrong("has %s, which is neither an address nor a CIDR", quote(text))
	case p.Bits() == 0:
		return p, wrong("has %s, which is everyone: any client could then claim any address; name the proxy", text)
	case p.Addr().Is4In6():
		return p, wrong("has %s; an IPv4 network is written as such", quote(text))
	case p != p.Masked():
		return p, wrong("has %s, whose address goes on after its prefix", text).insteadWrite(p.Masked().String())
	}
	return p, nil
}

func oneAddress(text string, ip netip.Addr) (netip.Prefix, error) {
	switch {
	case ip.Zone() != "":
		return netip.Prefix{}, wrong("has an address with a zone in %s", quote(text)).insteadWrite(ip.WithZone("").String())
	case ip.Is4In6():
		return netip.Prefix{}, wrong("has %s; an IPv4 address is written as such", text).insteadWrite(ip.Unmap().String())
	case ip.IsUnspecified():
		return netip.Prefix{}, wrong("has %s, which is nobody's address; name the proxy", strings.ToLower(text))
	}
	return netip.PrefixFrom(ip, ip.BitLen()), nil
}
