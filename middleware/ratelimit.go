package middleware

import (
	"net/netip"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/postern-dev/postern/problem"
)

// RateLimit counts requests: those with a verified token by subject, all
// others by address. A nil RateLimit counts nothing.
type RateLimit struct {
	perSecond float64
	servers   func() int
	share     atomic.Pointer[share]
	proxies   []netip.Prefix
	subjects  *buckets
	addresses *buckets
}

// NewRateLimit allows so many requests a second with bursts of twice that; 0
// or less means no limit and returns nil. Proxies are those whose
// X-Forwarded-For is believed; the Gin engine must be given the same ones.
func NewRateLimit(perSecond float64, proxies []netip.Prefix) *RateLimit {
	if perSecond <= 0 {
		return nil
	}
	l := &RateLimit{perSecond: perSecond, proxies: proxies, subjects: newBuckets(), addresses: newBuckets()}
	l.Divide(func() int { return 1 })
	return l
}

// Divide divides the limit among servers that know nothing of each other's
// requests: each grants its part of what this says, which is asked at each
// request. It is called before the first one. Nil has nothing to divide.
func (l *RateLimit) Divide(servers func() int) {
	if l == nil {
		return
	}
	l.servers = servers
	l.share.Store(newShare(l.perSecond, max(1, servers())))
}

// now is what this server grants at this moment.
func (l *RateLimit) now() *share {
	of, servers := l.share.Load(), max(1, l.servers())
	if of.servers != servers {
		of = newShare(l.perSecond, servers)
		l.share.Store(of)
	}
	return of
}

// Handler counts each request and refuses those beyond the limit. Behind
// [Authenticate] it counts by subject.
func (l *RateLimit) Handler() gin.HandlerFunc {
	return func(c *gin.Context) {
		if _, exceeded := l.countCaller(c); exceeded != nil {
			Abort(c, exceeded)
		}
	}
}

// HandlerAtOnce is Handler for requests that should be over soon: it also
// refuses those of a caller who has so many in hand already, so that nobody who
// sends or reads slowly takes the place of all others. 0 bounds nothing more.
func (l *RateLimit) HandlerAtOnce(most int) gin.HandlerFunc {
	if most <= 0 {
		return l.Handler()
	}
	return func(c *gin.Context) {
		of, exceeded := l.countCaller(c)
		switch {
		case exceeded != nil:
			Abort(c, exceeded)
		case of.hand == nil: // nobody is counted
		case of.hand.Add(1) > int32(most):
			of.hand.Add(-1)
			Abort(c, problem.TooManyAtOnce.New("It is "+strconv.Itoa(most)+" here.").RetryAfter(time.Second))
		default:
			defer of.hand.Add(-1)
			c.Next()
		}
	}
}

func (l *RateLimit) countCaller(c *gin.Context) (bucket, *problem.Problem) {
	if l == nil {
		return bucket{}, nil
	}
	if id := Identity(c); id != nil {
		return l.count(c, l.subjects, id.Key())
	}
	return l.countAddress(c)
}

// countRefused counts a request whose token was refused against its address,
// never against a subject that nobody has proved to be.
func (l *RateLimit) countRefused(c *gin.Context) *problem.Problem {
	if l == nil {
		return nil
	}
	_, exceeded := l.countAddress(c)
	return exceeded
}

func (l *RateLimit) countAddress(c *gin.Context) (bucket, *problem.Problem) {
	address, ok := l.client(c)
	if !ok {
		return bucket{}, nil
	}
	return l.count(c, l.addresses, address)
}

func (l *RateLimit) count(c *gin.Context, in *buckets, key string) (bucket, *problem.Problem) {
	of := l.now()
	from, ok, left := in.take(of, key, time.Now())
	header := c.Writer.Header()
	header["Ratelimit-Policy"] = of.policy
	var buffer [48]byte
	value := append(buffer[:0], `"default";r=`...)
	value = strconv.AppendInt(value, int64(left), 10)
	value = append(value, ";t="...)
	value = strconv.AppendInt(value, of.refilled(left), 10)
	header["Ratelimit"] = []string{string(value)}
	if ok {
		return from, nil
	}
	return from, problem.RateLimited.New("").RetryAfter(of.wait())
}

// client returns the address to count by, IPv6 by /64. There is none where the
// peer is likely a proxy that nobody has named, or one that does not name its
// client: then all clients would share one count, and one of them could lock
// out the others.
func (l *RateLimit) client(c *gin.Context) (string, bool) {
	peer, err := netip.ParseAddrPort(c.Request.RemoteAddr)
	if err != nil {
		return "", false
	}
	address := peer.Addr().Unmap().WithZone("")
	if l.trusted(address) {
		// Gin walks X-Forwarded-For from the right up to the first address
		// that is no trusted proxy, and names the peer where there is none.
		named, err := netip.ParseAddr(c.ClientIP())
		if err != nil || named.Unmap().WithZone("") == address {
			return "", false
		}
		address = named.Unmap().WithZone("")
	} else if address.IsLoopback() || address.IsPrivate() || address.IsLinkLocalUnicast() {
		return "", false
	}
	if address.Is6() {
		prefix, _ := address.Prefix(64)
		address = prefix.Addr()
	}
	return address.String(), true
}

func (l *RateLimit) trusted(address netip.Addr) bool {
	for _, proxy := range l.proxies {
		if proxy.Contains(address) {
			return true
		}
	}
	return false
}
