package devtenant

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
)

// address is where a tenant listens: a name of this machine and a port in
// plain decimal.
type address struct{ host, port string }

// loopbackNames are the hosts that the tenant goes by. The list is short on
// purpose: a name such as localhost.example.com is somebody else's.
func loopbackNames() []string { return []string{"localhost", "127.0.0.1", "::1"} }

// parseLoopback reads the URL of a tenant, with or without the slash at its
// end. Everything but http on this machine's own names is an error.
func parseLoopback(raw string) (address, error) {
	u, err := url.Parse(raw)
	switch {
	case err != nil:
		return address{}, fmt.Errorf("%q is no URL: %w", raw, err)
	case u.Scheme != "http":
		return address{}, fmt.Errorf("%q must start with http://, such as %s", raw, DefaultIssuer)
	case !slices.Contains(loopbackNames(), u.Hostname()):
		return address{}, fmt.Errorf("%q must be on localhost, 127.0.0.1 or [::1], such as %s", raw, DefaultIssuer)
	case u.User != nil || u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "":
		return address{}, fmt.Errorf("%q must be host and port only, such as %s", raw, DefaultIssuer)
	}
	port := u.Port()
	if port == "" {
		port = "80"
	}
	if err := checkPort(port); err != nil {
		return address{}, fmt.Errorf("%q: %w", raw, err)
	}
	return address{u.Hostname(), port}, nil
}

// checkPort wants the one way to write a port, since it becomes part of a file
// name and of the hosts that the guard compares.
func checkPort(port string) error {
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || n == 0 || strconv.FormatUint(n, 10) != port {
		return errors.New("the port must be a number from 1 to 65535")
	}
	return nil
}

// root is the one way to write the address as an issuer.
func (a address) root() string {
	return "http://" + hostHeader(a.host, a.port) + "/"
}

// hosts lists the Host headers that mean this tenant, under any of its names.
func (a address) hosts() []string {
	var hosts []string
	for _, name := range loopbackNames() {
		hosts = append(hosts, hostHeader(name, a.port))
	}
	return hosts
}

// hostHeader leaves port 80 out, as every client does. RFC 9110, section 4.2.3.
func hostHeader(host, port string) string {
	joined := net.JoinHostPort(host, port)
	if port == "80" {
		return joined[:len(joined)-len(":80")]
	}
	return joined
}
