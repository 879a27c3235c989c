"""Where a collector of OpenTelemetry is named, requests and commands come to it as spans, by OTLP."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from tests.web.api import Api
from tests.web.conftest import token
from tests.web.keys import KEYS
from tests.web.webhooks.receiver import Receiver, Reply, receiving
from web.app import create_app
from web.ops import telemetry
from web.ops.settings import Settings, SettingsError, from_environment
from web.wiring import EXTENSION

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
WORDS = ("Ana Ruiz", "ruiz@example.org", "Hushed", "hushed", "Sales", "colour")
NAMES = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")


@dataclass(frozen=True)
class Collected:
    """A service that has a collector, and what came to that."""

    api: Api
    collector: Receiver

    def requests(self) -> list[ExportTraceServiceRequest]:
        """All that was sent; what is on its way comes first."""
        spans = telemetry.spans_of(self.api.app)
        assert spans is not None
        assert spans.force_flush()
        assert {each.path for each in self.collector.received} <= {"/v1/traces"}
        return [ExportTraceServiceRequest.FromString(each.body) for each in self.collector.received]

    def spans(self) -> list[Span]:
        return [
            span
            for request in self.requests()
            for resource in request.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]


@pytest.fixture
def collected(dsn: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Collected]:
    with receiving() as collector:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url(""))
        to = from_environment().spans_to
        assert to == collector.url("")
        app = create_app(Settings(database_url=dsn, secret_keys=KEYS, spans_to=to))
        yield Collected(Api(app, dsn, token(dsn, "admin")), collector)
        spans = telemetry.spans_of(app)
        assert spans is not None
        spans.shutdown()
        app.extensions[EXTENSION].close()


def said(span: Span) -> dict[str, Any]:
    return {each.key: each.value.string_value or each.value.int_value for each in span.attributes}


def test_a_command_is_a_span_below_that_of_its_request_in_the_trace_of_the_client(
    collected: Collected,
) -> None:
    headers = collected.api.headers({"traceparent": f"00-{TRACE}-{PARENT}-01"})
    answer = collected.api.app.test_client().post(
        "/api/v1/units", json={"name": "Sales", "kind": "team"}, headers=headers
    )
    assert answer.status_code == 201

    command, request = collected.spans()

    assert {span.trace_id.hex() for span in (command, request)} == {TRACE}
    assert request.parent_span_id.hex() == PARENT
    assert command.parent_span_id == request.span_id
    assert (request.name, request.kind) == ("POST /api/v1/units", Span.SPAN_KIND_SERVER)
    assert said(request) == {
        "http.request.method": "POST",
        "http.route": "/api/v1/units",
        "http.response.status_code": 201,
        "throughline.request_id": answer.headers["X-Request-Id"],
    }
    assert said(command) == {"throughline.command": "units.define", "throughline.outcome": "done"}
    assert request.start_time_unix_nano <= command.start_time_unix_nano
    assert command.start_time_unix_nano < command.end_time_unix_nano <= request.end_time_unix_nano
    event = collected.api.ask("/events", behind=True)["items"][0]["data"]
    assert event["traceparent"] == f"00-{TRACE}-{request.span_id.hex()}-01"  # as in the log


def test_each_of_many_commands_is_one_and_a_refusal_says_which(collected: Collected) -> None:
    unit = {"path": "/units", "body": {"name": "Sales", "kind": "team", "external_id": "U-1"}}
    collected.api.post("/commands", {"commands": [unit, unit]}, if_match=None)

    *commands, request = collected.spans()

    assert UUID(bytes=request.trace_id) == UUID(said(request)["throughline.request_id"])
    assert not request.parent_span_id
    assert [said(each)["throughline.outcome"] for each in commands] == ["done", "already-exists"]
    assert {each.parent_span_id for each in commands} == {request.span_id}
    assert {each.status.code for each in (*commands, request)} == {Status.STATUS_CODE_UNSET}


def test_what_the_client_does_not_follow_is_not_sent(collected: Collected) -> None:
    for flags in ("00", "01"):
        headers = collected.api.headers({"traceparent": f"00-{TRACE}-{PARENT}-{flags}"})
        collected.api.app.test_client().get("/api/v1/units", headers=headers)
    assert len(collected.spans()) == 1


def test_no_word_that_anybody_wrote_is_in_a_span(
    collected: Collected, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = collected.api
    unit = api.unit("Sales")
    person = {"name": "Ana Ruiz", "email": "ruiz@example.org", "unit_id": unit, "effective_on": "2025-01-01"}
    ana = api.done("/people", person)
    goal = api.objective(api.cycle(), {"person_id": ana}, title="Hushed goal", visibility="private")
    client = api.app.test_client()
    client.open("/api/v1/Hushed?colour=Sales", method="HUSHED", headers=api.headers({}))
    client.get("/api/v1/objectives/hushed", headers=api.headers({}))
    client.post(f"/api/v1/objectives/{goal}/cancellation", json={"Hushed": "Sales"}, headers=api.headers({}))
    client.get("/api/v1/units", headers={"Authorization": "Bearer Hushed", "User-Agent": "hushed"})

    def failing(*_: Any, **__: Any) -> Any:
        raise RuntimeError("Hushed words of a defect")

    monkeypatch.setattr("web.api.routes.carry_out", failing)
    assert client.post("/api/v1/units", json={"name": "Sales"}, headers=api.headers({})).status_code == 500

    *_, command, request = collected.spans()
    assert [each.status.code for each in (command, request)] == [Status.STATUS_CODE_ERROR] * 2
    assert [said(each)["error.type"] for each in (command, request)] == ["failed", "500"]
    sent = b"".join(each.body for each in collected.collector.received)
    assert b"/api/v1/objectives/<uuid:id>/cancellation" in sent
    assert b"other none" in sent  # neither the method nor the path as they came
    for word in WORDS:
        assert word.encode() not in sent, word


def test_a_collector_that_fails_holds_nobody_up(collected: Collected) -> None:
    collected.collector.behave = lambda _: Reply(status=400)
    assert collected.api.get("/units").status_code == 200
    assert collected.spans()
    assert collected.api.get("/units").status_code == 200


@pytest.mark.parametrize("name", NAMES)
def test_a_collector_that_cannot_be_used_stops_the_start(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "collector:4317")
    with pytest.raises(SettingsError, match=f"^{name} is 'collector:4317': it must begin with http://"):
        from_environment()
    monkeypatch.setenv(name, "http://collector:4318")
    monkeypatch.setattr(telemetry, "find_spec", lambda _: None)
    with pytest.raises(SettingsError, match=rf"^{name} is set, .*pip install throughline\[otel\]\.$"):
        from_environment()


def test_without_a_collector_nothing_of_it_is_imported_and_no_span_begun() -> None:
    script = (
        "import sys; from web.app import create_app; from web.ops.settings import from_environment;"
        "from dataclasses import replace;"
        "app = create_app(replace(from_environment(), database_url='postgresql://127.0.0.1:9/nothing'));"
        "assert app.test_client().get('/livez').status_code == 200;"
        "print([name for name in sys.modules if name.startswith('opentelemetry')])"
    )
    outside = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")}
    done = subprocess.run(
        [sys.executable, "-c", script], env=outside, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
