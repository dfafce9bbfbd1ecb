package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"
)

type healthCommand struct {
	settingFlags
	Ready bool `help:"Ask whether it is ready for requests instead."`
}

// Help shows the command at work.
func (healthCommand) Help() string {
	return "Example, in a Dockerfile:\n  HEALTHCHECK CMD [\"/postern\", \"health\"]"
}

// Run asks the server that the settings describe.
func (h healthCommand) Run(p process) error {
	settings, err := h.load(p)
	if err != nil {
		return err
	}
	path := "/healthz"
	if h.Ready {
		path = "/readyz"
	}
	ctx, cancel := context.WithTimeout(p.ctx, 3*time.Second)
	defer cancel()
	return askHealth(ctx, "http://"+reachable(settings.Addr)+path)
}

func askHealth(ctx context.Context, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("ask for health: %w", err)
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answered %d", url, response.StatusCode)
	}
	return nil
}

// reachable turns an address to listen on into one to call: a server that
// listens everywhere is asked on loopback.
func reachable(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return addr
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}
