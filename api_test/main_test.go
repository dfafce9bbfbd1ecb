package api_test

import (
	"flag"
	"os"
	"runtime"
	"strconv"
	"testing"

	"github.com/postern-dev/postern/api_test/leak"
	"github.com/postern-dev/postern/store/pgtest"
)

// written is all that servers of this run wrote, in this process and in others,
// and every secret that they were given. At the end one is sought in the other.
var written = leak.NewRecord()

func TestMain(m *testing.M) {
	flag.Parse()
	waitTogether()
	code := written.Judge(pgtest.Run(m), os.Stdout)
	binaries.remove()
	os.Exit(code)
}

// waitTogether lets more tests run side by side than there are processors, unless
// somebody has said how many: most of them wait for a clock, a browser or another
// program more than they compute.
func waitTogether() {
	const name = "test.parallel"
	said := false
	flag.Visit(func(f *flag.Flag) { said = said || f.Name == name })
	if !said {
		_ = flag.Set(name, strconv.Itoa(3*runtime.GOMAXPROCS(0)))
	}
}
