"""What an event of our log would have changed in the rival's rows."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, TypeAlias
from uuid import UUID

from benchmarks.rival.models import Alignment, Base, KeyResult, Objective, Person, Unit

Key: TypeAlias = tuple[UUID, ...]
Values: TypeAlias = dict[str, Any]
Rows: TypeAlias = Mapping[type[Base], Mapping[Key, Values]]
"""What is in the tables: the values of each row by its primary key, which is not among them."""
Change: TypeAlias = tuple[type[Base], Key, Values | None]
"""Of a row: the values that are set, of a new one all of them; None if it is deleted."""
Said: TypeAlias = Mapping[str, Any]


def changes(topic: str, id: UUID, said: Said, rows: Rows) -> Iterator[Change]:
    """In order, given the rows before; KeyError for a topic that the made-up history does not have."""
    if topic.partition(".")[0] not in ELSEWHERE and topic not in UNSEEN:
        yield from CHANGES[topic](id, said, rows)


def _unit(id: UUID, said: Said, _: Rows) -> Iterator[Change]:
    yield Unit, (id,), {"name": said["name"], "parent_id": _id(said["parent_id"])}


def _moved(id: UUID, said: Said, _: Rows) -> Iterator[Change]:
    yield Unit, (id,), {"parent_id": _id(said["parent_id"])}


def _person(id: UUID, said: Said, _: Rows) -> Iterator[Change]:
    yield Person, (id,), {"name": said["name"], **_belonging(said)}


def _transferred(id: UUID, said: Said, _: Rows) -> Iterator[Change]:
    yield Person, (id,), _belonging(said)


def _renamed(id: UUID, said: Said, _: Rows) -> Iterator[Change]:
    yield Person, (id,), {"name": said["name"]}


def _objective(id: UUID, said: Said, _: Rows) -> Iterator[Change]:
    words = {name: said[name] for name in ("title", "description", "level")}
    owner = {name: _id(said[name]) for name in ("owner_unit_id", "owner_person_id")}
    yield Objective, (id,), {**words, **owner, "status": "draft"}


def _revised(id: UUID, said: Said, _: Rows) -> Iterator[Change]:
    yield Objective, (id,), dict(said["after"])


def _step(status: str) -> Callable[[UUID, Said, Rows], Iterator[Change]]:
    def step(id: UUID, _: Said, rows: Rows) -> Iterator[Change]:
        if status != "approved" or rows[Objective][id,]["status"] == "submitted":
            yield Objective, (id,), {"status": status}

    return step


def _measured(id: UUID, said: Said, _: Rows) -> Iterator[Change]:
    figures = {name: float(said[name]) for name in ("baseline", "target", "weight")}
    unread = {"value": None, "read_on": None, "check_in_id": None}
    values = {"objective_id": id, "title": said["title"], **figures, **unread}
    yield KeyResult, (UUID(said["key_result_id"]),), values


def _aimed(_: UUID, said: Said, __: Rows) -> Iterator[Change]:
    aim = {name: float(said[name]) for name in ("baseline", "target")}
    yield KeyResult, (UUID(said["key_result_id"]),), aim


def _checked_in(_: UUID, said: Said, rows: Rows) -> Iterator[Change]:
    on, check_in_id = date.fromisoformat(said["effective_on"]), UUID(said["check_in_id"])
    for reading in said["readings"]:
        key = (UUID(reading["key_result_id"]),)
        read_on = rows[KeyResult][key]["read_on"]
        if read_on is None or read_on <= on:
            value = {"value": float(reading["value"]), "read_on": on, "check_in_id": check_in_id}
            yield KeyResult, key, value


def _corrected(_: UUID, said: Said, rows: Rows) -> Iterator[Change]:
    check_in_id = UUID(said["check_in_id"])
    for reading in said["readings"]:
        key = (UUID(reading["key_result_id"]),)
        if rows[KeyResult][key]["check_in_id"] == check_in_id:
            yield KeyResult, key, {"value": float(reading["value"])}


def _aligned(id: UUID, said: Said, _: Rows) -> Iterator[Change]:
    values = {"kind": said["kind"], "weight": float(said["weight"])}
    yield Alignment, (id, UUID(said["parent_id"])), values


def _unaligned(id: UUID, said: Said, _: Rows) -> Iterator[Change]:
    yield Alignment, (id, UUID(said["parent_id"])), None


def _belonging(said: Said) -> Values:
    return {name: _id(said[name]) for name in ("unit_id", "manager_id")}


def _id(text: str | None) -> UUID | None:
    return None if text is None else UUID(text)


ELSEWHERE = {"cycle", "measure", "policy"}
UNSEEN = {"objective.reaffirmed", "objective.feedback_given"}
"""What the rival has no table or column for."""
CHANGES: dict[str, Callable[[UUID, Said, Rows], Iterator[Change]]] = {
    "unit.defined": _unit,
    "unit.moved": _moved,
    "person.defined": _person,
    "person.transferred": _transferred,
    "person.renamed": _renamed,
    "objective.defined": _objective,
    "objective.revised": _revised,
    "objective.submitted": _step("submitted"),
    "objective.approved": _step("approved"),
    "objective.activated": _step("active"),
    "objective.postponed": _step("postponed"),
    "objective.resumed": _step("active"),
    "objective.closed": _step("closed"),
    "objective.key_result_added": _measured,
    "objective.target_changed": _aimed,
    "objective.checked_in": _checked_in,
    "objective.check_in_corrected": _corrected,
    "objective.aligned": _aligned,
    "objective.alignment_removed": _unaligned,
}
