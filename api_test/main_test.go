package api_test

import (
	"testing"

	"github.com/postern-dev/postern/store/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }
