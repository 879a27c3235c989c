"""What it costs to be told only what is one's own to see: the same questions of an auditor, who sees
everything, and of an employee; of personnel, and of personnel limited to a unit; on the demo and on the
federal plan. All take turns, so that what else the machine does befalls all of them.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from benchmarks.answers import FEDERAL_PLAN, questions
from benchmarks.figures import Figure, medians_in_turns
from benchmarks.services import Service, demo, serving

TIMES = 15
BESIDE = {"an employee": "an auditor", "personnel of a unit": "personnel"}


def measure() -> list[Figure]:
    """Medians of each question, and at the end of all questions together."""
    with demo() as service:
        past = (datetime.now(UTC).date() - timedelta(days=270)).isoformat()
        figures = list(_figures("demo", service, past))
    if FEDERAL_PLAN.exists():
        with serving(FEDERAL_PLAN) as service:
            figures += _figures("federal plan", service, "2022-09-30")
    return figures


def _figures(name: str, service: Service, past: str) -> Iterator[Figure]:
    callers = _callers(service)
    together = dict.fromkeys(callers, 0.0)
    for question, path in questions(service, past).items():
        calls = {who: partial(caller.read, path) for who, caller in callers.items()}
        medians = medians_in_turns(calls, TIMES)
        for who in callers:
            together[who] += medians[who]
        yield from _beside(f"{name}: {question}", medians)
    yield from _beside(f"{name}: all of these", together)


def _beside(what: str, medians: dict[str, float]) -> Iterator[Figure]:
    for who, other in BESIDE.items():
        yield Figure(f"{what}, {who}", medians[who], "ms", other, medians[who] / medians[other])


def _callers(service: Service) -> dict[str, Service]:
    """The employee has a manager, if anybody has; the unit stands below the one at the top."""
    managed = [each for each in _items(service, "people") if each["manager_id"]]
    person = ("--person", managed[len(managed) // 2]["id"]) if managed else ()
    unit = next(each["id"] for each in _items(service, "units") if each["parent_id"])
    return {
        "an auditor": service.as_("auditor"),
        "an employee": service.as_("employee", *person),
        "personnel": service.as_("hr"),
        "personnel of a unit": service.as_("hr", "--unit", unit),
    }


def _items(service: Service, collection: str) -> Sequence[dict[str, Any]]:
    found: Sequence[dict[str, Any]] = service.get(f"{collection}?limit=500")["items"]
    return found
