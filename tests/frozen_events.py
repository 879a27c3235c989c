"""One frozen JSON file for every event version ever released, in tests/frozen/<topic>.v<N>.json.

`make frozen` (python -m tests.frozen_events) writes the files that are missing, from the story below; it
never touches one that is there. A new event class needs a line in the story, a new shape of an old one a
higher `class_version` and an upcast. A file changes only by hand, and only as long as nobody has recorded
such an event.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, cast
from uuid import NAMESPACE_URL, UUID, uuid5

from eventsourcing.persistence import StoredEvent

from application.store.mapper import EventMapper, PlainJson
from domain.aggregate import Aggregate, Event
from domain.cycle import Cycle
from domain.objective import Objective, Owner, Parent, Revision, Standing, Waiver
from domain.period import Period
from domain.person import Person
from domain.provenance import Provenance
from domain.timeline import Span
from domain.unit import Unit
from tests.event_classes import own_topic, version_of

FOLDER = Path(__file__).parent / "frozen"
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
_MAPPER = EventMapper(PlainJson())


@dataclass(frozen=True)
class Frozen:
    """An event as it was once stored; `state` is the payload as it lies in the database."""

    path: Path
    topic: str
    class_version: int
    originator_id: str
    originator_version: int
    state: dict[str, Any]

    def load(self) -> Event:
        """The event as the present code sees it, upcast where its class has moved on."""
        stored = StoredEvent(
            originator_id=UUID(self.originator_id),
            originator_version=self.originator_version,
            topic=self.topic,
            state=json.dumps(self.state).encode(),
        )
        return cast(Event, _MAPPER.to_domain_event(stored))


def read_all() -> list[Frozen]:
    """Every frozen file, by name."""
    return [Frozen(path=path, **json.loads(path.read_text())) for path in sorted(FOLDER.glob("*.json"))]


def file_name(topic: str, class_version: int) -> str:
    return f"{topic}.v{class_version}.json"


def state_of(event: Event) -> dict[str, Any]:
    """The payload of the event as it would be stored today."""
    state: dict[str, Any] = json.loads(_MAPPER.to_stored_event(event).state)
    return state


def write_missing() -> list[Path]:
    """Writes a file for each event version of the story that has none; gives what it wrote."""
    FOLDER.mkdir(exist_ok=True)
    written = []
    for event in story():
        topic, version = own_topic(type(event)), version_of(type(event))
        path = FOLDER / file_name(str(topic), version)
        if path.exists():
            continue
        frozen = {
            "topic": topic,
            "class_version": version,
            "originator_id": str(event.originator_id),
            "originator_version": event.originator_version,
            "state": state_of(event),
        }
        path.write_text(json.dumps(frozen, indent=2, ensure_ascii=False) + "\n")
        written.append(path)
    return written


def story() -> Iterable[Event]:
    """Events of every class, those of one aggregate in order."""
    for aggregate in (_unit(), _person(), _cycle(), _objective()):
        yield from cast("list[Event]", aggregate.collect_events())


def _id(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"urn:throughline:frozen:{name}")


def _by(day: date, reason: str | None = None) -> Provenance:
    actor = f"person:{_id('actor')}"
    return Provenance(
        actor=actor, command_id=_id(day.isoformat()), today=date(2026, 6, 30), effective_on=day, reason=reason
    )


def _unit() -> Aggregate:
    unit = Unit.define(
        by=_by(date(2026, 1, 1)),
        id=_id("unit"),
        name="Customer Care",
        kind="department",
        parent_id=_id("division"),
        external_id="CC-1",
    )
    unit.rename(by=_by(date(2026, 2, 1)), name="Customer Success")
    unit.move(by=_by(date(2026, 3, 1), "reorganisation"), parent_id=_id("other division"))
    unit.dissolve(by=_by(date(2026, 6, 1)))
    return unit


def _person() -> Aggregate:
    person = Person.define(
        by=_by(date(2026, 1, 1)),
        id=_id("person"),
        name="Ana Petrović",
        email="ana@example.org",
        job_title="Team lead",
        unit_id=_id("unit"),
        manager_id=_id("manager"),
        external_id="P-1",
    )
    person.transfer(by=_by(date(2026, 2, 1)), unit_id=_id("other unit"), manager_id=None)
    person.rename(by=_by(date(2026, 3, 1)), name="Ana Horvat")
    person.depart(by=_by(date(2026, 6, 1)))
    return person


def _cycle() -> Aggregate:
    cycle = Cycle.define(
        by=_by(date(2026, 1, 1)),
        id=_id("cycle"),
        name="2026",
        starts_on=YEAR.starts_on,
        ends_on=YEAR.ends_on,
        cadence_days=30,
        appeal_days=10,
        rating_scale={"lowest": 1, "highest": 3, "labels": ["below", "meets", "above"]},
        external_id="FY26",
    )
    cycle.activate(by=_by(date(2026, 1, 2)))
    cycle.close(by=_by(date(2026, 5, 1)))
    cycle.reopen(by=_by(date(2026, 5, 2), "a figure was wrong"))
    return cycle


def _objective() -> Aggregate:
    objective = Objective.define(
        by=_by(date(2026, 1, 5)),
        id=_id("objective"),
        title="Answer customers faster",
        description="From the first message to the first useful answer.",
        level="team",
        cycle_id=_id("cycle"),
        owner=Owner(unit_id=_id("unit")),
        starts_on=date(2026, 1, 5),
        ends_on=date(2026, 9, 30),
        visibility="open",
        external_id="O-1",
    )
    _plan(objective)
    _approve(objective)
    _change(objective)
    _end(objective)
    return objective


def _plan(objective: Objective) -> None:
    by = _by(date(2026, 1, 6))
    objective.revise(by=by, cycle=YEAR, revision=Revision(title="Answer customers within a day"))
    objective.add_key_result(
        by=by,
        key_result_id=_id("key result"),
        title="Hours to the first answer",
        kind="decrease",
        unit_of_measure="hours",
        baseline=Decimal("30.5"),
        target=Decimal(24),
        weight=Decimal(1),
        external_id="KR-1",
    )
    objective.commit(by=by, confidence=7)
    spans = [Span(YEAR.starts_on, None, YEAR)]
    parent = Parent(id=_id("parent"), level="strategic", periods=spans)
    objective.align(by=by, parent=parent, kind="contributes", weight=Decimal("0.5"), cycle=YEAR)


def _approve(objective: Objective) -> None:
    waivers = [Waiver(criterion="A", reason="the owner starts in February")]
    standing = Standing(cycle=YEAR, has_contributing_child=False)
    objective.submit(by=_by(date(2026, 1, 7)), waivers=waivers, standing=standing)
    objective.return_(by=_by(date(2026, 1, 8), "which customers?"))
    objective.submit(by=_by(date(2026, 1, 9)), waivers=[], standing=standing)
    objective.approve(by=_by(date(2026, 1, 10)))
    objective.activate(by=_by(date(2026, 1, 11)), waivers=[], standing=standing)
    objective.postpone(by=_by(date(2026, 1, 12), "budget"))
    objective.resume(by=_by(date(2026, 1, 20)))
    objective.reaffirm(by=_by(date(2026, 2, 1)))


def _change(objective: Objective) -> None:
    by = _by(date(2026, 3, 1), "the service was widened")
    key_result, check_in = _id("key result"), _id("check-in")
    objective.transfer(by=by, owner=Owner(person_id=_id("person")))
    objective.change_target(by=by, key_result_id=key_result, target=Decimal(20))
    objective.change_alignment_weight(by=by, parent_id=_id("parent"), weight=Decimal(1))
    objective.check_in(
        by=_by(date(2026, 4, 1)),
        check_in_id=check_in,
        on=date(2026, 4, 1),
        readings={key_result: Decimal("26.25")},
        confidence=6,
        note="slower over Easter",
    )
    objective.correct_check_in(
        by=_by(date(2026, 4, 1), "a day was missing"),
        check_in_id=check_in,
        readings={key_result: Decimal("25.75")},
    )


def _end(objective: Objective) -> None:
    objective.close(
        by=_by(date(2026, 5, 1)),
        outcome="partly_achieved",
        score=Decimal("0.5"),
        suggested_score=Decimal("0.452381"),
        note="the last month counted twice",
    )
    objective.reopen(by=_by(date(2026, 5, 2), "closed too early"))
    by = _by(date(2026, 5, 3), "no longer pursued")
    objective.remove_alignment(by=by, parent_id=_id("parent"))
    objective.remove_key_result(by=by, key_result_id=_id("key result"))
    objective.cancel(by=by)


if __name__ == "__main__":
    for path in write_missing():
        print(f"wrote {path.relative_to(FOLDER.parent.parent)}")  # noqa: T201 - a command's answer
