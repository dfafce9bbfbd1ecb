package traces

import (
	"context"
	"errors"
	"time"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/store"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

// database makes a span of each read and write of a request, and tells next.
type database struct {
	*Tracer
	next store.Watcher
}

// Database returns a watcher that makes spans and tells next, which may be nil.
func (t *Tracer) Database(next store.Watcher) store.Watcher { return database{t, next} }

// Begin implements [store.Watcher]. What belongs to no request is not traced.
func (d database) Begin(ctx context.Context, write bool) context.Context {
	if d.next != nil {
		ctx = d.next.Begin(ctx, write)
	}
	if !trace.SpanContextFromContext(ctx).IsSampled() {
		return ctx
	}
	name := "database read"
	if write {
		name = "database write"
	}
	ctx, _ = d.tracer.Start(ctx, name, trace.WithSpanKind(trace.SpanKindClient))
	return ctx
}

// End implements [store.Watcher]. The error of the database is in the log, and
// may have in it what a document says.
func (d database) End(ctx context.Context, write bool, took time.Duration, err error) {
	if d.next != nil {
		d.next.End(ctx, write, took, err)
	}
	span := trace.SpanFromContext(ctx)
	if !span.IsRecording() {
		return
	}
	if errors.Is(err, collection.ErrUnavailable) || errors.Is(err, collection.ErrFull) {
		span.SetStatus(codes.Error, "")
	}
	span.End()
}

// Committed implements [store.Watcher].
func (d database) Committed(writes int, took time.Duration) {
	if d.next != nil {
		d.next.Committed(writes, took)
	}
}
