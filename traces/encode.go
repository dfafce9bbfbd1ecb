package traces

import (
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	collector "go.opentelemetry.io/proto/slim/otlp/collector/trace/v1"
	common "go.opentelemetry.io/proto/slim/otlp/common/v1"
	resource "go.opentelemetry.io/proto/slim/otlp/resource/v1"
	wire "go.opentelemetry.io/proto/slim/otlp/trace/v1"
)

// encode puts spans of one tracer into the form in which they travel.
func encode(spans []sdk.ReadOnlySpan) *collector.ExportTraceServiceRequest {
	if len(spans) == 0 {
		return &collector.ExportTraceServiceRequest{}
	}
	first := spans[0]
	scope := &wire.ScopeSpans{Scope: &common.InstrumentationScope{Name: first.InstrumentationScope().Name}}
	for _, s := range spans {
		scope.Spans = append(scope.Spans, encodeSpan(s))
	}
	return &collector.ExportTraceServiceRequest{ResourceSpans: []*wire.ResourceSpans{{
		Resource: &resource.Resource{Attributes: encodeAttributes(first.Resource().Attributes())}, ScopeSpans: []*wire.ScopeSpans{scope},
	}}}
}

func encodeSpan(s sdk.ReadOnlySpan) *wire.Span {
	trace, id, parent := s.SpanContext().TraceID(), s.SpanContext().SpanID(), s.Parent().SpanID()
	span := &wire.Span{
		TraceId: trace[:], SpanId: id[:], Name: s.Name(),
		Kind:              wire.Span_SpanKind(s.SpanKind()), // the numbers are the same
		StartTimeUnixNano: uint64(s.StartTime().UnixNano()), EndTimeUnixNano: uint64(s.EndTime().UnixNano()),
		Attributes: encodeAttributes(s.Attributes()),
	}
	if s.Parent().HasSpanID() {
		span.ParentSpanId = parent[:]
	}
	if status := s.Status(); status.Code == codes.Error {
		span.Status = &wire.Status{Code: wire.Status_STATUS_CODE_ERROR, Message: status.Description}
	}
	return span
}

// encodeAttributes knows the kinds that spans here have; all others are text.
func encodeAttributes(list []attribute.KeyValue) []*common.KeyValue {
	var encoded []*common.KeyValue
	for _, a := range list {
		value := &common.AnyValue{Value: &common.AnyValue_StringValue{StringValue: a.Value.String()}}
		if a.Value.Type() == attribute.INT64 {
			value.Value = &common.AnyValue_IntValue{IntValue: a.Value.AsInt64()}
		}
		encoded = append(encoded, &common.KeyValue{Key: string(a.Key), Value: value})
	}
	return encoded
}
