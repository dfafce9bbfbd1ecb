package api_test

import (
	"os"
	"testing"

	"github.com/postern-dev/postern/api_test/leak"
	"github.com/postern-dev/postern/store/pgtest"
)

// written is all that servers of this run wrote, in this process and in others,
// and every secret that they were given. At the end one is sought in the other.
var written = leak.NewRecord()

func TestMain(m *testing.M) {
	code := written.Judge(pgtest.Run(m), os.Stdout)
	binaries.remove()
	os.Exit(code)
}
