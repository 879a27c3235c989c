"""What a past date costs beside today, and a long history beside a short one: two questions of ours over
HTTP, answers read and not parsed. Then two years back in the longest beside the rival (`benchmarks.rival`),
which answers in this process and is spared HTTP.

What is asked about is the same in every store and at both dates; the history below it is not.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from uuid import UUID

from benchmarks.figures import Figure, medians_in_turns
from benchmarks.log import Filled
from benchmarks.rival import beside
from benchmarks.services import Service, remembered, remembering
from benchmarks.sizes import LONG

SHORTER = (10_000, 100_000)
TIMES = 25
THEN = "two years back"


@dataclass(frozen=True)
class Questions:
    """Title -> path, without a date."""

    root: UUID
    person: UUID
    paths: Mapping[str, str]

    def today(self) -> dict[str, str]:
        return dict(self.paths)

    def then(self) -> dict[str, str]:
        return {f"{title}, {THEN}": at(path, two_years_back()) for title, path in self.paths.items()}


def measure() -> list[Figure]:
    """Medians in ms; the rows of the longest history come once more, with the shortest beside them."""
    found: dict[int, dict[str, float]] = {}
    for events in SHORTER:
        if events < LONG:
            with remembering(events) as (service, filled):
                found[events] = _medians(service, questions(service, filled))
    kept = remembered(LONG)
    asked = questions(kept.service, kept.filled)
    found[LONG] = _medians(kept.service, asked)
    figures = [figure for events, medians in found.items() for figure in _of_one(events, medians)]
    return [
        *figures,
        *_beside_shortest(found),
        *beside.measure(kept.service, asked.root, asked.person, two_years_back()),
    ]


def questions(service: Service, filled: Filled) -> Questions:
    """The tree of the first strategic objective and a person in it; RuntimeError unless as much of either was
    there at both dates.
    """
    root = filled.strategic[0]
    graph = f"alignment?root={root}"
    person = next(
        node["owner"]["person_id"] for node in service.get(graph)["nodes"] if node["level"] == "individual"
    )
    whose = f"people/{person}/alignment"
    nodes = _count(service, graph, "nodes")
    objectives = _count(service, whose, "objectives")
    paths = {f"subtree of {nodes:,} objectives": graph, f"person with {objectives} objectives": whose}
    return Questions(root, UUID(person), paths)


def at(path: str, day: date) -> str:
    return f"{path}{'&' if '?' in path else '?'}as_of={day}"


def two_years_back() -> date:
    today = datetime.now(UTC).date()
    return date(today.year - 2, today.month, min(today.day, 28))


def _count(service: Service, path: str, what: str) -> int:
    today, then = (len(service.get(asked)[what]) for asked in (path, at(path, two_years_back())))
    if today != then:
        raise RuntimeError(f"{then} {what} {THEN} and {today} today: there is nothing to compare")
    return today


def _medians(service: Service, asked: Questions) -> dict[str, float]:
    calls: dict[str, Callable[[], object]] = {
        title: partial(service.read, path) for title, path in {**asked.today(), **asked.then()}.items()
    }
    return medians_in_turns(calls, TIMES)


def _of_one(events: int, medians: Mapping[str, float]) -> list[Figure]:
    figures = []
    for title, milliseconds in medians.items():
        today = medians[title.removesuffix(f", {THEN}")]
        beside = ("today", milliseconds / today) if title.endswith(THEN) else ("", None)
        figures.append(Figure(f"{events:,} events: {title}", milliseconds, "ms", *beside))
    return figures


def _beside_shortest(found: Mapping[int, Mapping[str, float]]) -> list[Figure]:
    shortest, longest = min(found), max(found)
    if shortest == longest:
        return []
    return [
        Figure(f"{longest:,} events: {title}", value, "ms", f"{shortest:,} events", value / short)
        for (title, value), short in zip(found[longest].items(), found[shortest].values(), strict=True)
    ]
