package config

import (
	"net/netip"
	"strconv"
	"strings"
	"unicode"
)

// loopback reports whether host, without port and brackets, is this machine by
// every resolver's word: no name but localhost is.
func loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

// hostProblem says what is wrong with a host name or an IP address without
// brackets; "" is nothing.
func hostProblem(host string) string {
	switch {
	case host == "":
		return "names no host"
	case strings.IndexFunc(host, func(r rune) bool { return r > unicode.MaxASCII }) >= 0:
		return "has a host name outside ASCII, which is sent in its xn-- form"
	case strings.Contains(host, ":") || endsInNumber(host):
		return addressProblem(host)
	case len(host) > 253:
		return "has a host name that is too long"
	}
	for label := range strings.SplitSeq(host, ".") {
		if !validLabel(label) {
			return "has " + quote(host) + ", which is no host name"
		}
	}
	return ""
}

// endsInNumber tells what browsers take for an IPv4 address (WHATWG URL).
func endsInNumber(host string) bool {
	last := host[strings.LastIndexByte(host, '.')+1:]
	_, err := strconv.ParseUint(last, 0, 64)
	return err == nil || last != "" && strings.Trim(last, "0123456789") == ""
}

// addressProblem wants the one spelling that browsers and tokens use.
func addressProblem(host string) string {
	ip, err := netip.ParseAddr(host)
	switch {
	case err != nil:
		return "has " + quote(host) + ", which is no IP address"
	case ip.Zone() != "":
		return "has an IP address with a zone"
	case ip.String() != strings.ToLower(host):
		return "has the IP address " + host + ", which is written " + ip.String()
	}
	return ""
}

// validLabel allows the underscore, which browsers and container networks do.
func validLabel(label string) bool {
	if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
		return false
	}
	return strings.IndexFunc(label, func(r rune) bool {
		return r != '-' && r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}) < 0
}

// validPort reports whether text is a port from least to 65535, digits only, no
// leading zeros.
func validPort(text string, least int) bool {
	n, err := strconv.Atoi(text)
	return err == nil && n >= least && n <= 65535 && strconv.Itoa(n) == text
}
