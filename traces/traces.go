// Package traces tells a collector of OpenTelemetry what became of requests,
// one span for each and one for each of its steps. A span has times, the route,
// the status and the code of a problem, and nothing that a client sent: no
// token, no address, no query, no body.
package traces

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// Config says where spans go, and which there are.
type Config struct {
	// Endpoint is the address of the collector (OTLP over HTTP), without
	// /v1/traces.
	Endpoint string
	// Percent of the requests are traced, 0 to 100, where no caller decided.
	Percent int
	// Callers are those whose word about a trace is taken, which their request
	// then is a part of: all others could have us trace what they like.
	Callers []netip.Prefix
	// Version is that of the program.
	Version string
	// Log is told where spans cannot be sent.
	Log *slog.Logger
}

// Tracer makes spans and sends them, in the background. It is safe for
// concurrent use.
type Tracer struct {
	config   Config
	provider *sdk.TracerProvider
	tracer   trace.Tracer
	read     propagation.TraceContext
}

// New returns a tracer. OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES name the
// server, as everywhere; it is postern where they do not.
func New(ctx context.Context, config Config) (*Tracer, error) {
	server, err := resource.New(ctx,
		resource.WithAttributes(attribute.String("service.name", "postern"), attribute.String("service.version", config.Version)),
		resource.WithFromEnv())
	if err != nil {
		return nil, fmt.Errorf("name the server for traces: %w", err)
	}
	provider := sdk.NewTracerProvider(
		sdk.WithBatcher(newExporter(config)),
		sdk.WithResource(server),
		sdk.WithSampler(sdk.ParentBased(sdk.TraceIDRatioBased(float64(config.Percent)/100))),
	)
	return &Tracer{config: config, provider: provider, tracer: provider.Tracer("github.com/postern-dev/postern")}, nil
}

// patience bounds the sending of the last spans.
const patience = 5 * time.Second

// Close sends what has not been sent yet, for some seconds at most.
func (t *Tracer) Close() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := t.provider.Shutdown(ctx); err != nil {
		t.config.Log.Warn("the last traces were not sent", "error", err)
	}
}
