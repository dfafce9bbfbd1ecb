package auth

import (
	"strconv"
	"testing"
	"time"

	"github.com/postern-dev/postern/auth/authtest"
)

// BenchmarkKeyLookup measures how long a key that is there takes to be found.
func BenchmarkKeyLookup(b *testing.B) {
	for _, count := range []int{1, 10, 100} {
		b.Run("keys="+strconv.Itoa(count), func(b *testing.B) {
			published := make([]map[string]any, count)
			for n := range published {
				published[n] = authtest.NewKey("key-"+strconv.Itoa(n), "ES256").JWK()
			}
			set, _, err := decodeKeySet(authtest.Set(published...))
			if err != nil {
				b.Fatal(err)
			}
			set.fetched = time.Now()
			store := &keyStore{now: time.Now, maxStale: time.Hour}
			store.live.Store(set)
			wanted := joseHeader{algorithm: "ES256", keyID: "key-0", hasKeyID: true}
			ctx := b.Context()
			b.ReportAllocs()
			for b.Loop() {
				if keys, refusal := store.find(ctx, wanted); len(keys) != 1 || refusal != nil {
					b.Fatal(refusal)
				}
			}
		})
	}
}
