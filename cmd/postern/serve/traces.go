package serve

import (
	"context"
	"log/slog"

	"github.com/postern-dev/postern/config"
	"github.com/postern-dev/postern/middleware"
	"github.com/postern-dev/postern/store"
	"github.com/postern-dev/postern/traces"
)

// newTracer returns what traces requests, and what sends the last of it; nil
// where the settings name no collector.
func newTracer(ctx context.Context, settings config.Settings, log *slog.Logger) (*traces.Tracer, func(), error) {
	if settings.OTLPEndpoint == "" {
		return nil, func() {}, nil
	}
	program, _ := version()
	t, err := traces.New(ctx, traces.Config{Endpoint: settings.OTLPEndpoint, Percent: settings.TracePercent,
		Callers: settings.TrustedProxies, Version: program, Log: log})
	if err != nil {
		return nil, nil, err
	}
	return t, t.Close, nil
}

// requestTracer is nil where nothing is traced, so that nothing is done for it.
func (o Options) requestTracer() middleware.Tracer {
	if o.tracer == nil {
		return nil
	}
	return o.tracer
}

// watcher is told of what the database does; nil is nobody.
func (o Options) watcher() store.Watcher {
	measured := o.watching.watcher()
	if o.tracer == nil {
		return measured
	}
	return o.tracer.Database(measured)
}
