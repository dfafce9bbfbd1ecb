package metrics

import (
	"sync/atomic"

	"github.com/postern-dev/postern/middleware"
	"github.com/prometheus/client_golang/prometheus"
)

// requestBuckets are bounds in seconds. Answers from memory take less than a
// millisecond, and none takes longer than the request timeout.
var requestBuckets = []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10}

// classes are the kinds of statuses that answers have.
var classes = []string{"2xx", "3xx", "4xx", "5xx"}

// noRoute is the label of requests to which no route answers.
const noRoute = "none"

// methods are those that such requests may have; all others are one.
var methods = []string{"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}

const otherMethod = "other"

// Requests counts requests. It implements [middleware.Observer].
type Requests struct {
	inHand   atomic.Int64
	routes   map[Route]*series
	none     map[string]*series
	refusals map[string]prometheus.Counter
	others   prometheus.Counter

	total    *prometheus.CounterVec
	duration *prometheus.HistogramVec
	refused  *prometheus.CounterVec
	hand     prometheus.GaugeFunc
}

// series are those of one route.
type series struct {
	byClass  []prometheus.Counter
	duration prometheus.Observer
}

var _ middleware.Observer = (*Requests)(nil)

func newRequests(routes []Route, codes []string) *Requests {
	r := &Requests{routes: map[Route]*series{}, none: map[string]*series{}, refusals: map[string]prometheus.Counter{}}
	r.total = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "postern_http_requests_total", Help: "Requests that were answered, by route and class of status.",
	}, []string{"method", "route", "status"})
	r.duration = prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "postern_http_request_duration_seconds", Help: "How long they took, by route.", Buckets: requestBuckets,
	}, []string{"method", "route"})
	r.refused = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "postern_http_refusals_total", Help: "Requests that were answered with a problem, by its code.",
	}, []string{"code"})
	r.hand = prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "postern_http_requests_in_hand", Help: "Requests that are being answered, streams left out.",
	}, func() float64 { return float64(r.inHand.Load()) })
	// No look-up by label at requests: each series is at hand.
	for _, route := range routes {
		r.routes[route] = r.series(route.Method, route.Path)
	}
	for _, method := range append([]string{otherMethod}, methods...) {
		r.none[method] = r.series(method, noRoute)
	}
	for _, code := range codes {
		r.refusals[code] = r.refused.WithLabelValues(code)
	}
	r.others = r.refused.WithLabelValues("other")
	return r
}

func (r *Requests) series(method, route string) *series {
	s := &series{duration: r.duration.WithLabelValues(method, route)}
	for _, class := range classes {
		s.byClass = append(s.byClass, r.total.WithLabelValues(method, route, class))
	}
	return s
}

// Began implements [middleware.Observer].
func (r *Requests) Began() { r.inHand.Add(1) }

// Ended implements [middleware.Observer].
func (r *Requests) Ended(o middleware.Observed) {
	r.inHand.Add(-1)
	s := r.of(o)
	if class := o.Status/100 - 2; class >= 0 && class < len(s.byClass) {
		s.byClass[class].Inc()
	}
	s.duration.Observe(o.Took.Seconds())
	if o.Code == "" {
		return
	}
	if counter, known := r.refusals[o.Code]; known {
		counter.Inc()
	} else {
		r.others.Inc()
	}
}

// of returns the series of the request's route. HEAD is the same work as GET.
func (r *Requests) of(o middleware.Observed) *series {
	method := o.Method
	if method == "HEAD" {
		method = "GET"
	}
	if s := r.routes[Route{method, o.Route}]; s != nil {
		return s
	}
	if s := r.none[method]; s != nil {
		return s
	}
	return r.none[otherMethod]
}

// Describe implements [prometheus.Collector].
func (r *Requests) Describe(to chan<- *prometheus.Desc) { prometheus.DescribeByCollect(r, to) }

// Collect implements [prometheus.Collector].
func (r *Requests) Collect(to chan<- prometheus.Metric) {
	for _, c := range []prometheus.Collector{r.total, r.duration, r.refused, r.hand} {
		c.Collect(to)
	}
}
