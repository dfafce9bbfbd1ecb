package api_test

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver of PostgreSQL for database/sql
)

// contents are all rows of all tables of a database as text, by table.
func contents(t testing.TB, address string) map[string][]string {
	t.Helper()
	driver, source := "pgx", address
	tables := `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'`
	if path, file := strings.CutPrefix(address, "sqlite:"); file {
		driver, source = "sqlite", "file:"+path+"?mode=ro"
		tables = `SELECT name FROM sqlite_master WHERE type = 'table'`
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	all := map[string][]string{}
	for _, table := range rowsOf(t, db, tables) {
		all[table] = rowsOf(t, db, `SELECT * FROM "`+table+`"`)
	}
	return all
}

// rowsOf are the rows of an answer, the columns of each with blanks between.
func rowsOf(t testing.TB, db *sql.DB, statement string) (texts []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), statement)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		for i, value := range values {
			if raw, ok := value.([]byte); ok {
				values[i] = string(raw)
			}
		}
		texts = append(texts, strings.TrimSuffix(fmt.Sprintln(values...), "\n"))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return texts
}
