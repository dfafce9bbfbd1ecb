package middleware

import (
	"fmt"
	"math"
	"testing"
	"time"
)

func TestServersTogetherGrantTheLimit(t *testing.T) {
	for _, perSecond := range []float64{0.1, 1, 3, 50, 1_000_000} {
		for _, servers := range []int{1, 2, 3, 7, 100} {
			t.Run(fmt.Sprintf("%v a second of %d", perSecond, servers), func(t *testing.T) {
				of, whole := newShare(perSecond, servers), newShare(perSecond, 1)
				if together := of.perSecond * float64(servers); math.Abs(together-perSecond) > perSecond/1e6 {
					t.Errorf("together they grant %v a second", together)
				}
				if of.burst < 1 || of.burst > 1 && of.burst*servers > whole.burst {
					t.Errorf("each has a burst of %d, where one alone has %d", of.burst, whole.burst)
				}
				if full := float64(of.burst) / of.perSecond; of.refill.Seconds() < full || of.refill.Seconds() > full+1 {
					t.Errorf("a bucket fills in %v seconds and is kept for %v", full, of.refill)
				}
				if want := fmt.Sprintf(`"default";q=%d;w=%d`, of.burst, of.refilled(0)); of.policy[0] != want {
					t.Errorf("the policy is %s, want %s", of.policy[0], want)
				}
			})
		}
	}
}

// granted asks far more often than is granted, for so long.
func granted(b *buckets, of *share, from time.Time, long time.Duration) (n int) {
	for at := time.Duration(0); at < long; at += 10 * time.Millisecond {
		if _, ok, _ := b.take(of, "ada", from.Add(at)); ok {
			n++
		}
	}
	return n
}

func TestABucketFollowsTheNumberOfServers(t *testing.T) {
	b, now := newBuckets(), time.Now()
	for _, step := range []struct {
		servers, least, most int // of ten seconds at ten a second
	}{
		{1, 119, 121}, // a burst of 20 is there to begin with
		{2, 49, 51},
		{5, 19, 21},
		{100, 0, 2},
		{1, 99, 101},
	} {
		n := granted(b, newShare(10, step.servers), now, 10*time.Second)
		if n < step.least || n > step.most {
			t.Errorf("one of %d servers granted %d in ten seconds, want %d to %d", step.servers, n, step.least, step.most)
		}
		now = now.Add(10 * time.Second)
	}
}

func TestAFullBucketShrinksAndGrowsWithItsShare(t *testing.T) {
	b, now := newBuckets(), time.Now()
	left := func(servers, want int) {
		t.Helper()
		if _, _, left := b.take(newShare(10, servers), "ada", now); left != want {
			t.Errorf("as one of %d servers it has %d left, want %d", servers, left, want)
		}
	}
	left(1, 19)
	left(4, 4)
	left(1, 3) // what was cut off comes back with time
	now = now.Add(time.Minute)
	left(1, 19)
}
