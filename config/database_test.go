package config_test

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/postern-dev/postern/config"
)

// TestTheDatabaseCanBeInAFile has a container be given the address as a secret.
func TestTheDatabaseCanBeInAFile(t *testing.T) {
	const secret = "/run/credentials/database"
	for _, tt := range []struct {
		name    string
		env     vars
		content string
		failure error
		want    string // the address, or what is said
	}{
		{"in a file", vars{"DATABASE_URL_FILE": secret}, "postgres://a:s3cret@db/a?sslmode=verify-full\n", nil, "postgres://a:s3cret@db/a?sslmode=verify-full"},
		{"in the environment, too", vars{"DATABASE_URL": "sqlite:a.db", "DATABASE_URL_FILE": secret}, "sqlite:b.db", nil, "sqlite:a.db"},
		{"that may not be read", vars{"DATABASE_URL_FILE": secret}, "", fs.ErrPermission, "DATABASE_URL_FILE names a file that cannot be read: permission denied; for example: DATABASE_URL_FILE=/run/credentials/database"},
		{"with something else in it", vars{"DATABASE_URL_FILE": secret}, "mysql://a:s3cret@db", nil, "DATABASE_URL_FILE must begin with sqlite: or postgres://"},
		{"with nothing in it", vars{"DATABASE_URL_FILE": secret}, "\n", nil, "DATABASE_URL_FILE is empty"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			from := from(tt.env, "")
			from.ReadFile = func(name string) ([]byte, error) {
				switch {
				case name != secret:
					return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
				case tt.failure != nil:
					return nil, &fs.PathError{Op: "open", Path: name, Err: tt.failure}
				}
				return []byte(tt.content), nil
			}
			settings, err := config.Load(from)
			said := settings.DatabaseURL
			if err != nil {
				said = err.Error()
			}
			if !strings.Contains(said, tt.want) || err != nil && strings.Contains(said, "s3cret") {
				t.Errorf("got %s, want %s", said, tt.want)
			}
		})
	}
}
