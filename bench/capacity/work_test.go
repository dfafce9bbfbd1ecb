package main

import (
	"math"
	"testing"
)

// plain is a world in which each number can be worked out in one's head: 1,000
// requests a second, a quarter of which write.
var plain = assumptions{requests: 86.4, peak: 1, writes: 0.25, pages: 0.5, creates: 0.5, fresh: 0.1, online: 0.01, told: 2,
	documents: 1, size: 1 << 10, cores: 4, target: 0.5}

const million = 1_000_000

func costly() costs {
	return costs{Read: cost{1, 1}, Page: cost{3, 1}, Create: cost{4, 2}, Update: cost{2, 4}, Fresh: cost{10, 0},
		Event: cost{1, 0}, Follower: cost{0.05, 0}, Poll: cost{0, 1}, Memory: 1 << 10, Creates: 500, Settled: 1000}
}

func TestWorkOut(t *testing.T) {
	n := workOut(costly(), plain, million, true)
	for _, x := range []struct {
		what      string
		got, want float64
	}{
		{"rate", n.rate, 1000},
		{"writes", n.writes, 250},
		{"followers", n.followers, 10_000},
		// 750 reads of 2, 250 writes of 3, 100 fresh tokens of 10, 500 events
		// of 1, 10,000 followers of 0.05.
		{"server", n.server, 1.5 + 0.75 + 1 + 0.5 + 0.5},
		{"servers", n.servers, 3}, // with 2 of 4 cores in use
		{"database", n.database, 0.75 + 0.75 + 3*0.001},
		{"cores of the database", n.databaseCores, 2 * (1.5 + 0.003)},
		{"memory", n.memory, 10_000.0 / 1024},
		{"disk", n.disk, million / 1024.0},
		{"creating", n.creating, 0.5},
		{"settling", n.settling, 0.25},
	} {
		if math.Abs(x.got-x.want) > 1e-9 {
			t.Errorf("%s: %v, want %v", x.what, x.got, x.want)
		}
	}
}

// Each server reads the changes of all. What it has left is for its clients.
func TestServersReadTheChangesOfAll(t *testing.T) {
	for reading, want := range map[float64]float64{0: 3, 2: 3, 4: 4, 7: 10, 8: math.Inf(1)} {
		c := costly()
		c.Reading.Server = reading // 250 of these, of the 2,000 ms that a machine may use
		if got := workOut(c, plain, million, true).servers; got != want {
			t.Errorf("a change of %v ms: %v servers, want %v", reading, got, want)
		}
	}
	if got := workOut(costly(), plain, million, false).servers; got != 1 {
		t.Errorf("one file has %v servers", got)
	}
}

func TestRecordedCosts(t *testing.T) {
	m, err := known(false, "", plan{})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range m {
		if n := workOut(*c, plain, million, name != "sqlite"); n.server <= 0 || math.IsInf(n.servers, 0) {
			t.Errorf("%s: %+v", name, n)
		}
	}
}
