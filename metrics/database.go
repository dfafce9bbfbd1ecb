package metrics

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/store"
	"github.com/prometheus/client_golang/prometheus"
)

var (
	databaseBuckets = []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, 1, 5}
	groupBuckets    = []float64{1, 2, 4, 8, 16, 32, 64, 128, 256}
)

// Database measures reads, writes and commits. It implements [store.Watcher].
type Database struct {
	reads, writes kind
	commits       prometheus.Histogram
	groups        prometheus.Histogram

	duration *prometheus.HistogramVec
	failures *prometheus.CounterVec
	failed   atomic.Pointer[Failure]
}

// kind are the series of reads, or of writes.
type kind struct {
	duration prometheus.Observer
	failures prometheus.Counter
}

// Failure is why the database could not do a write, and when.
type Failure struct {
	At    time.Time
	Error error
}

var _ store.Watcher = (*Database)(nil)

func newDatabase() *Database {
	d := &Database{
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "postern_database_duration_seconds", Buckets: databaseBuckets,
			Help: "How long reads and writes took, with the time that they waited for their turn.",
		}, []string{"operation"}),
		failures: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "postern_database_failures_total",
			Help: "Reads and writes that the database could not do: it did not answer, or had no room.",
		}, []string{"operation"}),
		commits: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "postern_database_commit_duration_seconds", Buckets: databaseBuckets,
			Help: "How long it took to make a transaction durable.",
		}),
		groups: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "postern_database_commit_writes", Buckets: groupBuckets,
			Help: "How many writes were made durable together.",
		}),
	}
	d.reads = kind{d.duration.WithLabelValues("read"), d.failures.WithLabelValues("read")}
	d.writes = kind{d.duration.WithLabelValues("write"), d.failures.WithLabelValues("write")}
	return d
}

// Begin implements [store.Watcher].
func (d *Database) Begin(ctx context.Context, _ bool) context.Context { return ctx }

// End implements [store.Watcher].
func (d *Database) End(_ context.Context, write bool, took time.Duration, err error) {
	of := d.reads
	if write {
		of = d.writes
	}
	of.duration.Observe(took.Seconds())
	failed := errors.Is(err, collection.ErrUnavailable) || errors.Is(err, collection.ErrFull)
	if failed {
		of.failures.Inc()
	}
	switch {
	case write && failed:
		d.failed.Store(&Failure{time.Now(), err})
	case write && err == nil && d.failed.Load() != nil:
		d.failed.Store(nil)
	}
}

// Failed is the last write that the database could not do, unless one went
// well since; nil is none.
func (d *Database) Failed() *Failure { return d.failed.Load() }

// Committed implements [store.Watcher].
func (d *Database) Committed(writes int, took time.Duration) {
	d.commits.Observe(took.Seconds())
	d.groups.Observe(float64(writes))
}

// Describe implements [prometheus.Collector].
func (d *Database) Describe(to chan<- *prometheus.Desc) { prometheus.DescribeByCollect(d, to) }

// Collect implements [prometheus.Collector].
func (d *Database) Collect(to chan<- prometheus.Metric) {
	for _, c := range []prometheus.Collector{d.duration, d.failures, d.commits, d.groups} {
		c.Collect(to)
	}
}
