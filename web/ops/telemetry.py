"""Spans of requests and of commands, for a collector of OpenTelemetry, where one is named.

A span says what the log says, under the ids of the log: the rule of the path, how it ended, how long it took.
No word that anybody wrote is in one: no path as it came, no parameters, no messages of exceptions. Where no
collector is named nothing of OpenTelemetry is imported; it comes with `pip install throughline[otel]`.
"""

from __future__ import annotations

import time
from importlib.metadata import version
from importlib.util import find_spec
from typing import TYPE_CHECKING

from flask import Flask, current_app, g

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Span, Tracer

EXTENSION = "throughline.spans"
NAME = "throughline"


def is_there() -> bool:
    """Returns whether the packages of the extra `otel` are installed."""
    try:
        return all(map(find_spec, ("opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http")))
    except ModuleNotFoundError:
        return False


def register(app: Flask) -> None:
    """Sends spans to where the environment says, in a thread of its own; a request never waits for it."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import OTELResourceDetector, Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.sdk.trace.id_generator import RandomIdGenerator

    class OfTheLog(RandomIdGenerator):
        """The span of a request, and a trace that begins with it, are called as in the log."""

        def generate_trace_id(self) -> int:
            return int(g.trace.trace_id, 16)

        def generate_span_id(self) -> int:
            return super().generate_span_id() if "span" in g else int(g.trace.span_id, 16)

    here = Resource({"service.name": NAME, "service.version": version(NAME)})
    spans = TracerProvider(resource=here.merge(OTELResourceDetector().detect()), id_generator=OfTheLog())
    spans.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    app.extensions[EXTENSION] = spans


def spans_of(app: Flask) -> TracerProvider | None:
    """Returns that to which the spans of an app go, if they go anywhere."""
    found: TracerProvider | None = app.extensions.get(EXTENSION)
    return found


def last(app: Flask) -> None:
    """Sends what is left, and no more after that."""
    if (spans := spans_of(app)) is not None:
        spans.shutdown()


def _tracer() -> Tracer | None:
    spans = spans_of(current_app)
    return None if spans is None else spans.get_tracer(NAME)


def begin(method: str, route: str) -> None:
    """The span of the present request begins."""
    if (tracer := _tracer()) is None:
        return
    from opentelemetry.trace import (
        NonRecordingSpan,
        SpanContext,
        SpanKind,
        TraceFlags,
        set_span_in_context,
    )  # fmt: skip

    parent = None
    if g.trace.parent_id is not None:
        flags = TraceFlags(TraceFlags.SAMPLED if g.trace.sampled else TraceFlags.DEFAULT)
        client = SpanContext(int(g.trace.trace_id, 16), int(g.trace.parent_id, 16), True, flags)
        parent = set_span_in_context(NonRecordingSpan(client))
    said = {"http.request.method": method, "http.route": route, f"{NAME}.request_id": str(g.request_id)}
    g.span = tracer.start_span(f"{method} {route}", parent, SpanKind.SERVER, said)


def end(status: int) -> None:
    """The present request was answered. What it streams may still be on its way."""
    span: Span | None = g.pop("span", None)
    if span is None:
        return
    span.set_attribute("http.response.status_code", status)
    _finish(span, str(status) if status >= 500 else None)


def command(name: str, began: int, outcome: str, *, failed: bool) -> None:
    """A command of the present request, which began at that many nanoseconds, ended as `outcome` says."""
    if "span" not in g or (tracer := _tracer()) is None:
        return
    from opentelemetry.trace import set_span_in_context

    said = {f"{NAME}.command": name, f"{NAME}.outcome": outcome}
    span = tracer.start_span(name, set_span_in_context(g.span), attributes=said, start_time=began)
    _finish(span, outcome if failed else None)


def now() -> int:
    """The time of day in nanoseconds."""
    return time.time_ns()


def _finish(span: Span, error: str | None) -> None:
    if error is not None:
        from opentelemetry.trace import StatusCode

        span.set_attribute("error.type", error)
        span.set_status(StatusCode.ERROR)
    span.end()
