package store

import (
	"context"
	"fmt"
	"net"
	"os"
	"runtime"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Exposure is how somebody could get at documents past the server.
type Exposure struct {
	Says string
	// Mend is what to do about it.
	Mend string
}

// ExposedFile tells whether other users of the machine get at SQLite's file.
// New files are their owner's alone. One that was there keeps its mode: who
// gave it another may have had a reason, such as a group that makes backups.
func ExposedFile(url string) (e Exposure, exposed bool) {
	path, isFile := strings.CutPrefix(url, "sqlite:")
	if !isFile || path == ":memory:" || runtime.GOOS == "windows" {
		return e, false
	}
	about, err := os.Stat(path)
	if err != nil || about.Mode().Perm()&0o077 == 0 {
		return e, false
	}
	return Exposure{fmt.Sprintf("%s has mode %04o: other users of this machine get at all documents", path, about.Mode().Perm()),
		fmt.Sprintf("chmod 600 %s*, unless they are meant to", path)}, true
}

// ExposedWay tells to which hosts of PostgreSQL documents and the password go
// so that somebody on the way could have them. It connects to none.
func ExposedWay(url string) ([]Exposure, error) {
	if strings.HasPrefix(url, "sqlite:") {
		return nil, nil
	}
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	// With some modes there are two ways to a host: the worse one counts.
	ways := append([]*pgconn.FallbackConfig{{Host: config.Host, TLSConfig: config.TLSConfig}}, config.Fallbacks...)
	var hosts []string
	worst := map[string]int{}
	for _, way := range ways {
		if !slices.Contains(hosts, way.Host) {
			hosts = append(hosts, way.Host)
		}
		worst[way.Host] = max(worst[way.Host], overhears(way))
	}
	var exposures []Exposure
	for _, host := range hosts {
		if says := overheard[worst[host]]; says != "" && !onMachine(host) {
			exposures = append(exposures, Exposure{host + ": " + says,
				"Add sslmode=verify-full to DATABASE_URL, and sslrootcert=FILE where the certificate is no public authority's."})
		}
	}
	return exposures, nil
}

// overheard are what somebody on the way to PostgreSQL can do, from nothing on.
var overheard = [...]string{
	"",
	"any server with a certificate of that authority can stand in for the database (sslmode=verify-ca): its name is not compared",
	"the connection is encrypted, but to whoever answers (sslmode=require): who is on the way can stand in for the database",
	"the connection may be in clear (sslmode disable, allow or prefer): who is on the way reads documents and changes them",
}

// overhears is the place among them of one way.
func overhears(way *pgconn.FallbackConfig) int {
	switch tls := way.TLSConfig; {
	case tls == nil:
		return 3
	case tls.InsecureSkipVerify && tls.VerifyPeerCertificate == nil:
		return 2
	case tls.InsecureSkipVerify:
		return 1
	}
	return 0
}

// onMachine tells whether a host is this machine: a socket, or loopback.
func onMachine(host string) bool {
	ip := net.ParseIP(host)
	return strings.HasPrefix(host, "/") || host == "localhost" || ip != nil && ip.IsLoopback()
}

// ExposedRole tells whether the server is somebody in PostgreSQL who may do
// more than with its own database.
func (s *Store) ExposedRole(ctx context.Context) (e Exposure, exposed bool, err error) {
	if !s.engine.shared() {
		return e, false, nil
	}
	var role string
	err = s.engine.read(ctx, func(on session) error {
		_, err := one(on, `SELECT rolname::text FROM pg_roles WHERE rolname = current_user AND rolsuper`, nil, &role)
		return err
	})
	if err != nil || role == "" {
		return e, false, err
	}
	return Exposure{"the role " + role + " is a superuser: who gets hold of its password has all databases of that server, and its machine",
		"Give it a role that owns this database and nothing else."}, true, nil
}
