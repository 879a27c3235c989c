"""Check-ins over HTTP from 16 connections that post without pause, beside a bare Flask route that checks the
same body and inserts one row through the same pool and web server.
"""

import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import cycle
from uuid import UUID, uuid4

import orjson
import psycopg

from application.act import Act
from application.cycles import Cycles
from application.people import People
from application.store import Command, Reads, Store
from application.units import Units
from benchmarks import floor
from benchmarks.figures import Figure
from benchmarks.folders import scratch
from benchmarks.load import Load, post, run
from benchmarks.services import THROUGHLINE
from domain.objective import Objective, Owner, Standing, Waiver
from domain.period import Period
from web.access.tokens import issue
from web.ops.postgres import running
from web.wiring import migrate

CONNECTIONS = 16
OBJECTIVES = 640
ROUNDS = 5
SECONDS = 3.0
WAIT_SECONDS = 60
TODAY = datetime.now(UTC).date()
YEAR = Period(date(TODAY.year, 1, 1), date(TODAY.year, 12, 31))
WAIVED = [Waiver(letter, "a benchmark") for letter in "SMART"]


def measure() -> list[Figure]:
    """Medians of rounds in which all took turns; the first round does not count."""
    with scratch() as made, running(made) as dsn:
        migrate(dsn)
        lead, key_results = _objectives(dsn)
        with psycopg.connect(dsn) as conn:
            token = issue(conn, roles=["admin"], name="benchmark")
            of_lead = issue(conn, roles=["employee"], person_id=lead, name="benchmark")
        with _serving(dsn) as ours, _floor(dsn) as bare:
            requests = _check_ins(ours, key_results, token)
            leads = _check_ins(ours, key_results, of_lead)
            rows = [cycle([post(bare + floor.PATH, {}, _body(uuid4()))])] * CONNECTIONS
            rounds = [
                (run(ours, requests, SECONDS), run(ours, leads, SECONDS), run(bare, rows, SECONDS))
                for _ in range(ROUNDS + 1)
            ]
    return _figures(*zip(*rounds[1:], strict=True))


def _figures(ours: Sequence[Load], leads: Sequence[Load], bare: Sequence[Load]) -> list[Figure]:
    def median(loads: Sequence[Load], share: float) -> float:
        return statistics.median(load.quantile(share) for load in loads)

    rate, lead_rate, bare_rate = (
        statistics.median(load.rate for load in loads) for loads in (ours, leads, bare)
    )
    within = f"{CONNECTIONS} connections"
    return [
        Figure(f"bare Flask route with one insert, {within}", bare_rate, "requests/s"),
        Figure(f"check-in, {within}", rate, "requests/s", "the bare route", rate / bare_rate),
        Figure(
            f"check-in by the lead of the unit, {within}",
            lead_rate,
            "requests/s",
            "the bare route",
            lead_rate / bare_rate,
        ),
        Figure(
            "check-in, median",
            median(ours, 0.5),
            "ms",
            "the bare route",
            median(ours, 0.5) / median(bare, 0.5),
        ),
        Figure(
            "check-in, p99", median(ours, 0.99), "ms", "its median", median(ours, 0.99) / median(ours, 0.5)
        ),
    ]


def _check_ins(url: str, key_results: dict[UUID, UUID], token: str) -> list[Iterator[bytes]]:
    """For each connection check-ins on objectives of its own, one after the other."""
    headers = {"Authorization": f"Bearer {token}", "If-Match": "*"}
    requests = [
        post(f"{url}/api/v1/objectives/{id}/check-ins", headers, _body(key_result))
        for id, key_result in key_results.items()
    ]
    return [cycle(requests[number::CONNECTIONS]) for number in range(CONNECTIONS)]


def _body(key_result: UUID) -> bytes:
    return orjson.dumps(
        {
            "on": TODAY,
            "readings": [{"key_result_id": key_result, "value": "71.5"}],
            "confidence": 6,
            "note": "Two more markets than last week.",
        }
    )


def _objectives(dsn: str) -> tuple[UUID, dict[UUID, UUID]]:
    """The lead of a unit, and its active objectives, each with its key result."""
    with Store(dsn) as store:
        unit = Units(store).define(_act(), name="Sales", kind="department", parent_id=None).id
        lead = (
            People(store)
            .define(_act(), name="Ana Ruiz", email=None, job_title=None, unit_id=unit, manager_id=None)
            .id
        )
        Units(store).name_lead(_act(), unit, person_id=lead)
        year = (
            Cycles(store).define(_act(), name="The year", starts_on=YEAR.starts_on, ends_on=YEAR.ends_on).id
        )
        made = [_objective(unit, year) for _ in range(OBJECTIVES)]
        for place in range(0, OBJECTIVES, 100):
            batch = made[place : place + 100]
            store.record(batch, command=_act().command, subject=batch[0].id, reads=Reads())
    return lead, {objective.id: objective.key_results_on(TODAY)[0].id for objective in made}


def _objective(unit: UUID, cycle_id: UUID) -> Objective:
    by, standing = _act().by, Standing(YEAR, has_contributing_child=False)
    objective = Objective.define(
        by=by,
        id=uuid4(),
        title="Answer every call within a day",
        description="In every market, from the first of the year on.",
        level="strategic",
        cycle_id=cycle_id,
        owner=Owner(unit_id=unit),
        starts_on=YEAR.starts_on,
        ends_on=YEAR.ends_on,
        visibility="open",
        external_id=None,
    )
    objective.add_key_result(
        by=by,
        key_result_id=uuid4(),
        title="Share answered in time",
        kind="increase",
        unit_of_measure="per cent",
        baseline=Decimal(60),
        target=Decimal(95),
        weight=Decimal(1),
        external_id=None,
    )
    objective.submit(by=by, waivers=WAIVED, standing=standing)
    objective.approve(by=by)
    objective.activate(by=by, waivers=WAIVED, standing=standing)
    return objective


def _act() -> Act:
    return Act("token:bench", Command(uuid4(), b"", remember=False), effective_on=YEAR.starts_on)


@contextmanager
def _serving(dsn: str) -> Iterator[str]:
    """The service without a projector, which runs elsewhere where there are more than two cores."""
    command = [THROUGHLINE, "serve", "--no-projector", "--port", "0"]
    with _process(command, dsn, subprocess.PIPE) as process:
        line = process.stdout.readline() if process.stdout else ""
        if "listening on" not in line:
            raise RuntimeError("throughline serve did not start")
        yield line.split()[-1]


@contextmanager
def _floor(dsn: str) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with _process([sys.executable, "-m", "benchmarks.floor", "--port", str(port)], dsn, None):
        deadline = time.monotonic() + WAIT_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except ConnectionRefusedError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"


@contextmanager
def _process(command: list[str], dsn: str, stdout: int | None) -> Iterator[subprocess.Popen[str]]:
    environment = os.environ | {"DATABASE_URL": dsn}
    with subprocess.Popen(
        command, env=environment, stdout=stdout, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            yield process
        finally:
            process.terminate()
