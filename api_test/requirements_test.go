package api_test

import (
	"os"
	"testing"
)

// require skips the test where something that it needs is not there: missing
// is why. With POSTERN_TEST_REQUIRE=all, as CI sets it, the test fails, so
// that nobody takes a run that left it out for a whole one.
func require(t testing.TB, what, how string, missing error) {
	t.Helper()
	switch {
	case missing == nil:
	case os.Getenv("POSTERN_TEST_REQUIRE") == "all":
		t.Fatalf("this test needs %s: %s (%v)", what, how, missing)
	default:
		t.Skipf("this test needs %s: %s (%v)", what, how, missing)
	}
}
