"""Metrics count what the service does.

With PROMETHEUS_MULTIPROC_DIR set before the start (`serve` does it), any worker answers for all; otherwise
each for itself.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from typing_extensions import override

from domain.refusals import Refusal
from projections.status import FollowerStatus
from web.ops import telemetry

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
FAILED = "failed"
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

COMMANDS = Counter(
    "throughline_commands", "Commands by what they ask for and how they ended.", ["command", "outcome"]
)
SNAPSHOT_FAILURES = Counter(
    "throughline_snapshot_failures", "Snapshots of aggregates that could not be taken or read."
)
REQUESTS = Histogram(
    "throughline_request_seconds", "Time to an answer.", ["method", "route", "status"], buckets=BUCKETS
)
REFUSED = Counter(
    "throughline_refused", "Requests and connections that met a bound on what one caller may take.", ["bound"]
)
ATTEMPTS = Counter(
    "throughline_webhook_attempts", "Attempts to deliver an event: delivered, failed or parked.", ["outcome"]
)

REMINDERS = Counter(
    "throughline_reminders",
    "Mails that remind: sent, refused, later, unknown; and people without_address.",
    ["outcome"],
)


@contextmanager
def counted(command: str) -> Iterator[None]:
    """Counts one command as done, or by the slug of its refusal, or as failed; a span says so, too."""
    outcome, began = FAILED, telemetry.now()
    try:
        yield
        outcome = "done"
    except Refusal as refused:
        outcome = refused.slug
        raise
    finally:
        COMMANDS.labels(command, outcome).inc()
        telemetry.command(command, began, outcome, failed=outcome == FAILED)


class ProjectionLag(Collector):
    """Collects how far behind each read model is; None if the database could not be asked."""

    def __init__(self, status: FollowerStatus | None) -> None:
        self._status = status

    @override
    def collect(self) -> Iterable[Metric]:
        up = GaugeMetricFamily("throughline_database_up", "1 if the database answered this scrape.")
        up.add_metric([], 1.0 if self._status else 0.0)
        yield up
        if self._status is None:
            return
        lag = GaugeMetricFamily(
            "throughline_projection_lag_events", "Events not yet in its rows.", labels=["read_model"]
        )
        seconds = GaugeMetricFamily(
            "throughline_projection_lag_seconds", "Age of the oldest of these events.", labels=["read_model"]
        )
        for model in self._status.models:
            lag.add_metric([model.name], model.lag)
            seconds.add_metric([model.name], model.lag_seconds)
        parked = GaugeMetricFamily("throughline_projection_parked", "Aggregates given up on.")
        parked.add_metric([], len(self._status.parked))
        head = GaugeMetricFamily("throughline_head_position", "Last position of the log.")
        head.add_metric([], self._status.head)
        yield from (lag, seconds, parked, head)


def exposition(status: FollowerStatus | None) -> bytes:
    """Everything in the text format of Prometheus."""
    own = CollectorRegistry()
    own.register(ProjectionLag(status))
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(own)  # type: ignore[no-untyped-call]  # not typed there
        return generate_latest(own)
    return generate_latest(REGISTRY) + generate_latest(own)
