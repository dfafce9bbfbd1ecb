package metrics

import (
	"runtime"
	"sync/atomic"
	"time"

	"github.com/postern-dev/postern/auth"
	"github.com/prometheus/client_golang/prometheus"
)

// asker collects what is asked for when somebody looks.
type asker struct {
	of  atomic.Pointer[Sources] // nil: the server has not begun
	now func() time.Time
}

// describe makes the description of a metric.
func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("postern_"+name, help, labels, nil)
}

var (
	buildInfo   = describe("build_info", "Which program this is; always 1.", "version", "commit", "go")
	ready       = describe("ready", "1 where requests should come here.")
	degraded    = describe("degraded", "1 where a dependency fails that the server does without for a while.")
	inHandMost  = describe("http_requests_in_hand_most", "How many requests may be in hand; beyond, 503.")
	rushOn      = describe("http_rush", "1 while the processor gets less done than is asked for, and the rest is refused.")
	cacheLooks  = describe("token_cache_looks_total", "Tokens that were presented, by whether they were known as good already.", "result")
	cacheSize   = describe("token_cache_entries", "Verified tokens that are remembered.")
	revocations = describe("revocations", "Sessions, subjects and tokens that are known to be called back.")

	keyAge      = describe("issuer_keys_age_seconds", "Since when the issuer's keys are those that count.", "issuer")
	keyLife     = describe("issuer_keys_life_seconds", "How long they are fresh.", "issuer")
	keyMost     = describe("issuer_keys_usable_seconds", "How old they may become while the issuer does not answer.", "issuer")
	keyCount    = describe("issuer_keys", "How many keys count.", "issuer")
	keyFresh    = describe("issuer_keys_fresh", "1 where the keys are there and the last fetch went well.", "issuer")
	keyFetches  = describe("issuer_key_fetches_total", "Fetches of the issuer's keys.", "issuer")
	keyFailures = describe("issuer_key_fetch_failures_total", "Those of them that failed.", "issuer")
	keyWaiting  = describe("issuer_keys_waiting", "Requests that wait for keys.", "issuer")

	queue       = describe("database_writer_queue", "Writes that wait for SQLite's writer.")
	queueMost   = describe("database_writer_queue_most", "How many may wait.")
	connections = describe("database_connections", "Connections to PostgreSQL.", "state")
	poolMost    = describe("database_connections_most", "How many there may be.")
	poolWaits   = describe("database_connection_waits_total", "How often somebody waited for one.")
	poolWaited  = describe("database_connection_wait_seconds_total", "How long they waited, together.")
	servers     = describe("servers", "Servers that share the database.")
	followers   = describe("feed_followers", "Clients that follow changes.")
	feedBehind  = describe("feed_behind_changes", "Changes that are known of and not handed out yet.")
	feedLooked  = describe("feed_look_age_seconds", "Since when the database has not been asked for changes.")
	feedCut     = describe("feed_cut_total", "Followers that were cut off, by why.", "reason")

	documentLooks = describe("document_cache_looks_total", "Documents that were asked for by id, by whether they were at hand.", "result")
	documentCount = describe("document_cache_entries", "Documents that are kept at hand.")
	documentBytes = describe("document_cache_bytes", "About how much memory they take.")

	proofsAccepted   = describe("proofs_accepted_total", "Proofs of possession (DPoP) that were accepted.")
	proofsRefused    = describe("proofs_refused_total", "Those that were not, or were missing, by the code of the refusal.", "code")
	proofsRemembered = describe("proofs_remembered", "Proofs that are remembered so that none is accepted twice.")

	logins    = describe("session_logins_total", "Logins that came back from the tenant, by what became of them.", "outcome")
	refreshes = describe("session_refreshes_total", "Requests for fresh tokens of sessions, by what became of them.", "outcome")
	ended     = describe("session_ends_total", "Sessions that this server ended, by why.", "cause")

	descriptions = []*prometheus.Desc{buildInfo, ready, degraded, inHandMost, rushOn, cacheLooks, cacheSize, revocations, keyAge, keyLife,
		keyMost, keyCount, keyFresh, keyFetches, keyFailures, keyWaiting, queue, queueMost, connections, poolMost, poolWaits, poolWaited,
		servers, followers, feedBehind, feedLooked, feedCut, documentLooks, documentCount, documentBytes, proofsAccepted, proofsRefused,
		proofsRemembered, logins, refreshes, ended}
)

// Describe implements [prometheus.Collector].
func (a *asker) Describe(to chan<- *prometheus.Desc) {
	for _, d := range descriptions {
		to <- d
	}
}

// Collect implements [prometheus.Collector].
func (a *asker) Collect(to chan<- prometheus.Metric) {
	t, of := told{to}, a.of.Load()
	if of == nil {
		t.gauge(ready, 0)
		t.gauge(degraded, 0)
		return
	}
	t.gauge(buildInfo, 1, of.Version, of.Commit, runtime.Version())
	isReady, isDegraded := of.Ready()
	t.gauge(ready, truth(isReady))
	t.gauge(degraded, truth(isDegraded))
	t.gauge(inHandMost, float64(of.InHand.Most()))
	t.gauge(rushOn, truth(of.InHand.Rush()))
	t.gauge(revocations, float64(of.Revocations()))
	a.verifier(t, of.Verifier.Stats())
	a.database(t, of)
	a.feed(t, of)
	if of.Sessions != nil {
		stats := of.Sessions.Stats()
		t.counters(logins, stats.Logins)
		t.counters(refreshes, stats.Refreshes)
		t.counters(ended, stats.Ended)
	}
}

func (a *asker) verifier(t told, stats auth.Stats) {
	t.counter(cacheLooks, float64(stats.Cache.Hits), "hit")
	t.counter(cacheLooks, float64(stats.Cache.Misses), "miss")
	t.gauge(cacheSize, float64(stats.Cache.Entries))
	for _, issuer := range stats.Issuers {
		a.keys(t, issuer)
	}
	if proofs := stats.Proofs; proofs != nil {
		t.counter(proofsAccepted, float64(proofs.Accepted))
		for code, n := range proofs.Refused {
			t.counter(proofsRefused, float64(n), string(code))
		}
		t.gauge(proofsRemembered, float64(proofs.Remembered))
	}
}

// keys tells of the keys of one issuer. Without keys they have no age.
func (a *asker) keys(t told, of auth.IssuerStats) {
	if !of.Fetched.IsZero() {
		t.gauge(keyAge, a.now().Sub(of.Fetched).Seconds(), of.URL)
		t.gauge(keyLife, of.Life.Seconds(), of.URL)
	}
	t.gauge(keyMost, of.UsableFor.Seconds(), of.URL)
	t.gauge(keyCount, float64(of.Keys), of.URL)
	t.gauge(keyFresh, truth(of.Fresh), of.URL)
	t.gauge(keyWaiting, float64(of.Waiting), of.URL)
	t.counter(keyFetches, float64(of.Fetches), of.URL)
	t.counter(keyFailures, float64(of.Failures), of.URL)
}

func (a *asker) database(t told, of *Sources) {
	if of.Store == nil {
		return
	}
	t.gauge(servers, float64(of.Servers()))
	stats := of.Store.Stats()
	if cached := stats.Cache; cached != nil {
		t.counter(documentLooks, float64(cached.Hits), "hit")
		t.counter(documentLooks, float64(cached.Misses), "miss")
		t.gauge(documentCount, float64(cached.Documents))
		t.gauge(documentBytes, float64(cached.Bytes))
	}
	if stats.Engine == "sqlite" {
		t.gauge(queue, float64(stats.Queue))
		t.gauge(queueMost, float64(stats.QueueMost))
		return
	}
	pool := stats.Connections
	t.gauge(connections, float64(pool.Open-pool.Idle), "used")
	t.gauge(connections, float64(pool.Idle), "idle")
	t.gauge(poolMost, float64(pool.Most))
	t.counter(poolWaits, float64(pool.Waited))
	t.counter(poolWaited, pool.WaitedFor.Seconds())
}

func (a *asker) feed(t told, of *Sources) {
	if of.Feed == nil {
		return
	}
	stats := of.Feed.Stats()
	t.gauge(followers, float64(stats.Followers))
	t.gauge(feedBehind, float64(stats.Behind))
	t.gauge(feedLooked, a.now().Sub(stats.Looked).Seconds())
	t.counter(feedCut, float64(stats.Slow), "slow")
	t.counter(feedCut, float64(stats.Reset), "reset")
}

// told is where metrics are told.
type told struct{ to chan<- prometheus.Metric }

func (t told) gauge(of *prometheus.Desc, value float64, labels ...string) {
	t.to <- prometheus.MustNewConstMetric(of, prometheus.GaugeValue, value, labels...)
}

func (t told) counter(of *prometheus.Desc, value float64, labels ...string) {
	t.to <- prometheus.MustNewConstMetric(of, prometheus.CounterValue, value, labels...)
}

// counters tells each of them by its name as the label.
func (t told) counters(of *prometheus.Desc, all map[string]uint64) {
	for name, n := range all {
		t.counter(of, float64(n), name)
	}
}

func truth(is bool) float64 {
	if is {
		return 1
	}
	return 0
}
