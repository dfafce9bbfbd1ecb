package store

import (
	"testing"

	"github.com/postern-dev/postern/store/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// suite is what every database has to do alike.
var suite = []struct {
	name string
	test func(t *testing.T, url func(testing.TB) string)
}{
	{"documents", testDocuments},
	{"scans", testScans},
}

func TestSQLite(t *testing.T) {
	for _, tt := range suite {
		t.Run(tt.name, func(t *testing.T) { tt.test(t, sqliteURL) })
	}
}

func postgresURL(t testing.TB) string { return pgtest.URL(t) }

func TestPostgreSQL(t *testing.T) {
	for _, tt := range suite {
		t.Run(tt.name, func(t *testing.T) { tt.test(t, postgresURL) })
	}
}
