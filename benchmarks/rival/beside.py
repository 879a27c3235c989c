"""Our answers beside the rival's, from the same server and the same history: first whether they are the same,
then how long they take.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from functools import partial
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import orjson
import psycopg
from sqlalchemy import Engine

from benchmarks.figures import Figure, medians_in_turns
from benchmarks.rival import answers
from benchmarks.rival.loading import engine_of, load
from benchmarks.rival.sources import ByVersion, InSets, Source
from benchmarks.services import Service
from web.ops.postgres import running

TIMES, TIMES_BY_VERSION = 25, 5
DATABASE = "rival"
ROUNDED = 2e-6
"""How far two figures may be apart that were rounded to 6 places."""
Call = Callable[[], bytes]


def measure(service: Service, root: UUID, person: UUID, day: date) -> list[Figure]:
    """Medians in ms for the state of a day as it was known on it; RuntimeError if they differ in what they
    say.
    """
    with running(service.folder) as dsn:
        engine = _filled(dsn)
        figures = [
            figure
            for title, calls in calls_of(service, engine, root, person, day).items()
            for figure in _figures(title, calls)
        ]
        engine.dispose()
    return figures


def calls_of(
    service: Service, engine: Engine, root: UUID, person: UUID, day: date
) -> dict[str, dict[str, Call]]:
    """Title -> whose -> the answer to the question."""
    end = datetime.combine(day, time.max)
    moment = f"as_of={day}&known_at={end.replace(tzinfo=UTC).isoformat().replace('+00:00', 'Z')}"

    def theirs(kind: type[Source], answer: Any, id: UUID) -> Call:
        return partial(answer, engine, kind, id, end)

    return {
        title: {
            "ours": partial(service.read, path),
            "in sets": theirs(InSets, answer, id),
            "by version": theirs(ByVersion, answer, id),
        }
        for title, path, answer, id in (
            ("subtree", f"alignment?root={root}&{moment}", answers.subtree, root),
            ("person", f"people/{person}/alignment?{moment}", answers.person, person),
        )
    }


def differences(ours: bytes, theirs: bytes) -> list[str]:
    """Where two answers differ in what both say, none if they agree."""
    one, other = orjson.loads(ours), orjson.loads(theirs)
    what = "nodes" if "nodes" in other else "objectives"
    mine, others = _by_id(one[what]), _by_id(other[what])
    found = [f"{id} is in one only" for id in mine.keys() ^ others.keys()]
    found += [f"{id}: {each}" for id in mine.keys() & others.keys() for each in _apart(mine[id], others[id])]
    if what == "nodes" and _links(one) != _links(other):
        found.append("the links")
    return found


def _figures(title: str, calls: Mapping[str, Call]) -> Iterator[Figure]:
    ours = calls["ours"]()
    for whose, call in calls.items():
        if apart := differences(ours, call()):
            raise RuntimeError(f"{title}, {whose}: {len(apart)} differences, such as {apart[0]}")
    quick = {whose: call for whose, call in calls.items() if whose != "by version"}
    medians = medians_in_turns(quick, TIMES)
    medians |= medians_in_turns({"by version": calls["by version"]}, TIMES_BY_VERSION)
    yield Figure(f"ours, as it was known then: {title}", medians["ours"], "ms")
    for whose in ("by version", "in sets"):
        times = medians[whose] / medians["ours"]
        yield Figure(f"row versions, {whose}: {title}", medians[whose], "ms", "ours", times)


def _apart(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    found = [name for name in ("title", "level", "status") if one[name] != other[name]]
    if one["owner"]["name"] != other["owner"]["name"]:
        found.append("owner")
    if not _close(one["progress"], other["progress"]):
        found.append("progress")
    if "paths" in other and _paths(one) != _paths(other):
        found.append("paths")
    return found


def _close(one: float | None, other: float | None) -> bool:
    return one == other if one is None or other is None else abs(one - other) < ROUNDED


def _by_id(items: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {item["id"]: item for item in items}


def _links(answer: Mapping[str, Any]) -> set[tuple[str, ...]]:
    return {(link["from"], link["to"], link["kind"]) for link in answer["links"]}


def _paths(objective: Mapping[str, Any]) -> set[tuple[str, ...]]:
    return {tuple(step["id"] for step in path["objectives"]) for path in objective["paths"]}


def _filled(server: str) -> Engine:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"create database {DATABASE}".encode())
    dsn = urlsplit(server)._replace(path=f"/{DATABASE}").geturl()
    load(server, dsn)
    return engine_of(dsn)
