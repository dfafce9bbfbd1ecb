package traces

import (
	"context"
	"net/http"
	"net/netip"

	"github.com/postern-dev/postern/middleware"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

var _ middleware.Tracer = (*Tracer)(nil)

// Begin begins the span of a request. The traceparent of a caller that is not
// known is not looked at (W3C Trace Context, section 4: a trust boundary).
func (t *Tracer) Begin(r *http.Request) (context.Context, string) {
	ctx := r.Context()
	if t.knows(r.RemoteAddr) {
		ctx = t.read.Extract(ctx, propagation.HeaderCarrier(r.Header))
	}
	ctx, span := t.tracer.Start(ctx, "request", trace.WithSpanKind(trace.SpanKindServer))
	if !span.IsRecording() {
		return ctx, ""
	}
	return ctx, span.SpanContext().TraceID().String()
}

func (t *Tracer) knows(peer string) bool {
	address, err := netip.ParseAddrPort(peer)
	if err != nil {
		return false
	}
	for _, caller := range t.config.Callers {
		if caller.Contains(address.Addr().Unmap()) {
			return true
		}
	}
	return false
}

// methods are those that a span may name (HTTP semantic conventions of
// OpenTelemetry).
var methods = map[string]bool{"GET": true, "HEAD": true, "POST": true, "PUT": true, "PATCH": true, "DELETE": true, "OPTIONS": true}

// End ends the span of a request.
func (t *Tracer) End(ctx context.Context, o middleware.Observed) {
	span := trace.SpanFromContext(ctx)
	defer span.End()
	if !span.IsRecording() {
		return
	}
	method := o.Method
	if !methods[method] {
		method = "_OTHER"
	}
	name := method
	span.SetAttributes(attribute.String("http.request.method", method), attribute.Int("http.response.status_code", o.Status))
	if o.Route != "" {
		name += " " + o.Route
		span.SetAttributes(attribute.String("http.route", o.Route))
	}
	span.SetName(name)
	if o.Code != "" {
		span.SetAttributes(attribute.String("error.type", o.Code))
	}
	if o.Status >= http.StatusInternalServerError {
		span.SetStatus(codes.Error, o.Code)
	}
}

// Step begins a span within that of a request, and returns what ends it.
func (t *Tracer) Step(ctx context.Context, name string) (end func(failed bool)) {
	_, span := t.tracer.Start(ctx, name)
	return func(failed bool) {
		if failed {
			span.SetStatus(codes.Error, "")
		}
		span.End()
	}
}
