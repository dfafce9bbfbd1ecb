package serve

import (
	"fmt"
	"log/slog"
	"net"

	"github.com/postern-dev/postern/config"
)

// adminDefault is where the operator asks where nobody said: beside the API and
// the tenant of development, and not where Prometheus itself listens.
const adminDefault = "127.0.0.1:6062"

// ListenAdmin opens what [Options.Admin] takes, as the settings have it: none
// where they say off. Where nobody named an address, one that is taken is no
// mistake: a second server on this machine goes on without, and says so.
func ListenAdmin(settings config.Settings, log *slog.Logger) ([]net.Listener, error) {
	address := settings.AdminAddr
	switch address {
	case "off":
		return nil, nil
	case "auto":
		address = adminDefault
	}
	listener, err := net.Listen("tcp", address)
	if err != nil && settings.AdminAddr == "auto" {
		log.Warn("no metrics and no status: somebody else listens where they would be; name another address in POSTERN_ADMIN_ADDR, or say off",
			"address", address, "error", err)
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("listen for metrics and status (change the address with POSTERN_ADMIN_ADDR, or say off): %w", err)
	}
	return []net.Listener{listener}, nil
}
