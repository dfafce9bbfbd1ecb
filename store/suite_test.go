package store

import (
	"math/rand/v2"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/postern-dev/postern/store/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// suite is what every database has to do alike.
var suite = []struct {
	name string
	test func(*testing.T, database)
}{
	{"documents", testDocuments},
	{"values", testValues},
	{"scans", testScans},
	{"scans by a model", testScanModel},
	{"many alternatives", testManyAlternatives},
	{"increments", testIncrements},
	{"twins", testTwins},
	{"claims", testClaims},
	{"uniques under races", testUniqueRace},
	{"ids under races", testTakenRace},
	{"answers are forgotten", testForget},
	{"short reads beside scans", testShortReadsBesideScans},
	{"panic", testPanic},
	{"usage", testUsage},
	{"usage under races", testUsageTogether},
	{"owned", testOwned},
	{"secrets", testSecrets},
	{"secrets are renewed", testSecretsRenewed},
	{"sessions", testSessions},
	{"insert all", testInsertAll},
	{"snapshot", testSnapshot},
	{"a snapshot ends", testSnapshotEnds},
	{"an index appears and goes", testIndexAppears},
	{"an index of an empty collection", testIndexOfAnEmptyCollection},
	{"a type changes", testTypeChanges},
	{"a unique is contradicted", testUniqueContradicted},
	{"filling is cut off", testFillCutOff},
	{"writes while filling", testWritesWhileFilling},
	{"reopened", testReopened},
	{"plans", testPlans},
	{"history", testHistory},
	{"history and its writer", testHistoryWriter},
	{"history is pruned", testPrune},
	{"verified", testVerify},
	{"verified while writing", testVerifyWhileWriting},
	{"verified while dropping", testVerifyWhileDropping},
}

func runSuite(t *testing.T, db database) {
	for _, tt := range suite {
		t.Run(tt.name, func(t *testing.T) { tt.test(t, db) })
	}
}

var (
	sqlites    = database{url: sqliteURL}
	postgreses = database{url: func(t testing.TB) string { return pgtest.URL(t) }}
)

func TestSQLite(t *testing.T) { runSuite(t, sqlites) }

func TestPostgreSQL(t *testing.T) { runSuite(t, postgreses) }

// Nothing relies on a lower isolation, which some databases do not have, nor
// on commits that succeed at once.
func TestPostgreSQLWithConflicts(t *testing.T) {
	runSuite(t, database{
		url: func(t testing.TB) string { return pgtest.URL(t, "default_transaction_isolation=serializable") },
		adapt: func(s *Store) {
			p := s.engine.(*postgres)
			p.isolation = pgx.Serializable
			p.inject = func() error {
				if rand.IntN(4) == 0 {
					return &pgconn.PgError{Code: serializationFailure, Message: "injected"}
				}
				return nil
			}
		},
	})
}
