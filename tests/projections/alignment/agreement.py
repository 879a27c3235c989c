"""The answers of the read model beside those of the oracle, at one moment."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from psycopg import Connection

from projections.alignment.queries import Alignment, ObjectiveFilters
from projections.events import Recorded
from projections.moment import Moment
from tests.oracle import Oracle

LEVELS = ("strategic", "department", "team", "individual")
CLASSES = ("strategic", "aligned", "detached", "orphan")
STATUSES = ("draft", "submitted", "approved", "active", "postponed", "cancelled", "closed", "carried_over")
Pick = Callable[[Sequence[Any]], Sequence[Any]]


def everything(subjects: Sequence[Any]) -> Sequence[Any]:
    """Ask every question about every subject."""
    return subjects


def one_of_each(number: int) -> Pick:
    """Ask every question, each about one subject, which the number chooses."""
    return lambda subjects: [subjects[number % len(subjects)]] if subjects else []


def assert_agrees(
    connection: Connection[Any], events: Sequence[Recorded], moment: Moment, pick: Pick = everything
) -> None:
    """AssertionError at the first answer of the read model that is not the oracle's."""
    answers = Alignment(connection)
    oracle = Oracle(events, moment.as_of, moment.known_at)
    ids: dict[str, list[UUID]] = {"unit": [], "person": [], "cycle": [], "objective": []}
    for event in events:
        aggregate, _, what = event.topic.partition(".")
        if what == "defined":
            ids[aggregate].append(event.originator_id)
    for id in pick(ids["objective"]):
        assert answers.objective(moment, id) == oracle.objective(id)
        assert answers.paths(moment, id) == oracle.paths(id)
        assert answers.progress(moment, id) == oracle.progress(id)
    for id in pick(ids["person"]):
        assert answers.person(moment, id) == oracle.person(id)
    for asked in ({}, *pick(_filters(ids))):
        assert pages(answers, moment, _asked(asked)) == oracle.objectives(**asked), asked
    for asked in ({}, *pick(_graphs(ids))):
        assert answers.graph(moment, **asked) == oracle.graph(**asked), asked
    assert answers.health(moment) == oracle.health()
    for id in pick(ids["unit"]):
        assert answers.health(moment, id) == oracle.health(id)
        assert answers.health(moment, id, ids["cycle"][0]) == oracle.health(id, ids["cycle"][0])
    for id in pick(ids["cycle"]):
        assert answers.health(moment, cycle=id) == oracle.health(cycle=id)


def _asked(said: dict[str, Any]) -> ObjectiveFilters:
    """Of one value each."""
    asked: dict[str, Any] = {
        name: value if name == "q" or isinstance(value, bool) else [value] for name, value in said.items()
    }
    return ObjectiveFilters(**asked)


def _filters(ids: dict[str, list[UUID]]) -> list[dict[str, Any]]:
    asked: list[dict[str, Any]] = [
        {"q": "CUSTOMER"},
        {"q": "50%"},
        {"q": "éLAN"},
        {"q": "elan"},
        {"q": "day custom"},
        {"level": "team", "status": "active", "cycle": ids["cycle"][0]},
        {"unit": ids["unit"][0], "owner": ids["person"][0]},
    ]
    asked += [{"unit": id} for id in ids["unit"]]
    asked += [{"owner": id} for id in (*ids["person"], *ids["unit"])]
    asked += [{"cycle": id} for id in ids["cycle"]]
    asked += [{"level": level} for level in LEVELS]
    asked += [{"class_": name} for name in CLASSES]
    asked += [{"class_": name, "unit": ids["unit"][-1]} for name in CLASSES]
    asked += [{name: said} for name in ("live", "stale", "amended") for said in (True, False)]
    asked += [{"phase": phase} for phase in ("live", "planned", "overdue")]
    asked += [{"pace": pace} for pace in ("ahead", "on_track", "behind", "off_track")]
    asked += [{"manager": id} for id in ids["person"]]
    asked += [{"stale": True, "unit": ids["unit"][0]}, {"stale": True, "class_": "aligned"}]
    return asked + [{"status": status} for status in STATUSES]


def _graphs(ids: dict[str, list[UUID]]) -> list[dict[str, Any]]:
    asked: list[dict[str, Any]] = [{"depth": 0}, {"depth": 1}]
    asked += [{"root": id} for id in ids["objective"]]
    asked += [{"root": id, "depth": 1} for id in ids["objective"]]
    asked += [{"unit": id, "depth": 1} for id in ids["unit"]]
    asked += [{"root": id, "unit": ids["unit"][0]} for id in ids["objective"][:2]]
    return asked + [{"cycle": id} for id in ids["cycle"]]


def pages(
    answers: Alignment, moment: Moment, filters: ObjectiveFilters, limit: int = 3
) -> list[dict[str, Any]]:
    """The whole list, walked page by page."""
    page = answers.objectives(moment, filters, limit)
    items = page.items
    while page.next is not None:
        page = answers.objectives(moment, filters, limit, page.next)
        assert page.items, "a page that was announced is empty"
        items = items + page.items
    return items
