package traces

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	sdk "go.opentelemetry.io/otel/sdk/trace"
	"google.golang.org/protobuf/proto"
)

// exporter sends spans to a collector, in protobuf over HTTP (OTLP 1, section
// OTLP/HTTP). What cannot be sent is lost: requests go first.
type exporter struct {
	address string
	client  *http.Client
	log     *slog.Logger
	// warned is when the log was last told, in seconds.
	warned atomic.Int64
}

const (
	// sendPatience bounds one attempt, and warnEvery is how often the log is
	// told of a collector that is away.
	sendPatience = 5 * time.Second
	warnEvery    = time.Minute
	// maxAnswer bounds what is read of its answer.
	maxAnswer = 64 << 10
)

func newExporter(config Config) *exporter {
	return &exporter{
		address: strings.TrimSuffix(config.Endpoint, "/") + "/v1/traces",
		client: &http.Client{
			Timeout:       sendPatience,
			Transport:     &http.Transport{MaxIdleConns: 1, IdleConnTimeout: time.Minute, ResponseHeaderTimeout: sendPatience},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		log: config.Log,
	}
}

// ExportSpans implements [sdk.SpanExporter].
func (e *exporter) ExportSpans(ctx context.Context, spans []sdk.ReadOnlySpan) error {
	if err := e.send(ctx, spans); err != nil {
		now := time.Now().Unix()
		if last := e.warned.Load(); now-last >= int64(warnEvery.Seconds()) && e.warned.CompareAndSwap(last, now) {
			e.log.Warn("traces were not sent; nobody is told of those that follow for a minute", "spans", len(spans), "error", err)
		}
	}
	return nil // there is nobody else to tell
}

func (e *exporter) send(ctx context.Context, spans []sdk.ReadOnlySpan) error {
	body, err := proto.Marshal(encode(spans))
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, e.address, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-protobuf")
	request.Header.Set("User-Agent", "postern")
	response, err := e.client.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, maxAnswer)) // so that the connection is used again
	if response.StatusCode/100 != 2 {
		return fmt.Errorf("%s answered %d", e.address, response.StatusCode)
	}
	return nil
}

// Shutdown implements [sdk.SpanExporter].
func (e *exporter) Shutdown(context.Context) error {
	e.client.CloseIdleConnections()
	return nil
}
