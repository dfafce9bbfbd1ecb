package collection_test

import (
	"strings"
	"testing"
	"time"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/jsonvalue"
)

func keyOf(t testing.TB, text string, kind collection.Type) collection.Key {
	t.Helper()
	v, err := jsonvalue.Parse([]byte(text), jsonvalue.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return collection.KeyOf(v, kind)
}

// TestKeysAreOrderedAsValuesAre writes each value lower than the next.
func TestKeysAreOrderedAsValuesAre(t *testing.T) {
	long := strings.Repeat("x", 1000)
	for name, tt := range map[string]struct {
		kind   collection.Type
		values []string
	}{
		"numbers": {collection.NumberType, []string{"null", "-1e3", "-2", "-1.5", "0", "0.1", "2", "10", "1e2",
			"9007199254740992", "9007199254740993", "123456789012345678901234567890.5", "1e300"}},
		"text":  {collection.Text, []string{"null", `""`, `"A"`, `"Z"`, `"a"`, `"a\u0001"`, `"aa"`, `"é"`, `"￿"`, `"😀"`}},
		"long":  {collection.Text, []string{`"xw"`, `"` + long[:399] + `"`, `"` + long[:400] + `"`, `"` + long + `"`, `"y"`}},
		"bools": {collection.BoolType, []string{"null", "false", "true"}},
		"moments": {collection.DateTime, []string{"null", `"2026-01-01T00:00:00+02:00"`, `"2026-01-01T00:00:00+01:00"`,
			`"2026-01-01t00:00:00z"`, `"2026-01-01T00:00:00.000000001Z"`, `"2026-01-01T00:00:01Z"`}},
		"dates":       {collection.Date, []string{"null", `"2025-12-31"`, `"2026-01-01"`}},
		"all at once": {collection.Unknown, []string{"null", "true", "1", `"1"`}},
	} {
		t.Run(name, func(t *testing.T) {
			for i := 1; i < len(tt.values); i++ {
				if low, high := keyOf(t, tt.values[i-1], tt.kind), keyOf(t, tt.values[i], tt.kind); low >= high {
					t.Errorf("%.40s has the key %.60q, which is not below that of %.40s, %.60q", tt.values[i-1], low, tt.values[i], high)
				}
			}
		})
	}
}

func TestEqualValuesHaveEqualKeys(t *testing.T) {
	for _, tt := range []struct {
		kind collection.Type
		a, b string
	}{
		{collection.NumberType, "1", "1.0"}, {collection.NumberType, "100", "1e2"}, {collection.NumberType, "0", "-0.0"},
		{collection.DateTime, `"2026-01-01T00:00:00Z"`, `"2026-01-01T01:00:00+01:00"`},
		{collection.List, "null", "[1]"}, {collection.Object, "null", `{"a":1}`},
	} {
		if a, b := keyOf(t, tt.a, tt.kind), keyOf(t, tt.b, tt.kind); a != b {
			t.Errorf("%s has the key %q, %s has %q", tt.a, a, tt.b, b)
		}
	}
}

// TestLongTextsKeepTheirDifference holds that what a key leaves out still
// counts, and that keys stay within what databases index.
func TestLongTextsKeepTheirDifference(t *testing.T) {
	same := strings.Repeat("é", 300)
	a, b := collection.TextKey(same+"a"), collection.TextKey(same+"b")
	if a == b || !a.IsLong() || len(a) > 450 || collection.TextKey("short").IsLong() {
		t.Errorf("the keys are %q and %q", a, b)
	}
}

func TestLongNumbersKeepTheirDifference(t *testing.T) {
	digits := strings.Repeat("123456789", 100)
	a, b := keyOf(t, digits+"1", collection.NumberType), keyOf(t, digits+"2", collection.NumberType)
	if a == b || !a.IsLong() || len(a) > 450 || a != keyOf(t, digits+"1.0", collection.NumberType) {
		t.Errorf("the keys are %q and %q", a, b)
	}
}

func TestKeysOfSystemMembers(t *testing.T) {
	c := &collection.Collection{Name: "notes"}
	at := time.Date(2026, 11, 23, 12, 0, 0, 5e6, time.UTC)
	d := &collection.Document{ID: "a", Version: 12, CreatedAt: at, UpdatedAt: at.Add(time.Hour)}
	for path, want := range map[string]collection.Key{"id": "sa", "version": keyOf(t, "12", collection.NumberType),
		"createdAt": collection.TimeKey(at), "updatedAt": collection.TimeKey(at.Add(time.Hour))} {
		if got := c.KeyAt(d, collection.Path{path}); got != want {
			t.Errorf("%s has the key %q, want %q", path, got, want)
		}
	}
}
