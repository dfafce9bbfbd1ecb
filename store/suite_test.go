package store

import "testing"

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
