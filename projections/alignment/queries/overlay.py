"""Changes that are not recorded are laid over the rows of a moment, as they would be on its day; all that is
folded from the rows then comes out as it would be.

Nothing is written and nothing is locked: the rows are replaced in memory.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from psycopg import Connection
from psycopg.rows import tuple_row

from domain.change_plan import (
    ALIGN,
    CANCEL,
    MOVE_UNIT,
    REMOVE_ALIGNMENT,
    TRANSFER,
    TRANSFER_PERSON,
    Change,
)
from domain.objective.lifecycle import Status
from domain.payload import written
from projections.alignment.queries.rows import LinkView, Node, StandingObjective, UnitView
from projections.moment import Moment, holds

N = TypeVar("N", bound=Node)
_PLACES = f"""
    select p.id::text, p.unit_id::text from read_directory.people p
     where p.id = any(%(ids)s::uuid[]) and {holds("p")}"""


class Overlay:
    """The changes in their order, made on the day of the moment."""

    def __init__(self, connection: Connection[Any], moment: Moment, changes: Sequence[Change] = ()) -> None:
        self._moment = moment
        self._parents: dict[str, str | None] = {}
        self._cancelled: set[str] = set()
        self._owners: dict[str, tuple[str | None, str | None]] = {}
        self._links: list[Change] = []
        self._moved: dict[str, str | None] = {}
        for change in changes:
            self._take(change)
        new = [person for _, person in self._owners.values() if person is not None]
        self._units_of = {**_places(connection, moment, new), **self._moved}

    def _take(self, change: Change) -> None:
        subject = str(change.subject_id)
        if change.action == MOVE_UNIT:
            self._parents[subject] = written(change.parent_id)
        elif change.action == TRANSFER_PERSON:
            self._moved[subject] = written(change.unit_id)
        elif change.action == CANCEL:
            self._cancelled.add(subject)
        elif change.action == TRANSFER:
            self._owners[subject] = written(change.owner_unit_id), written(change.owner_person_id)
        elif change.action in (ALIGN, REMOVE_ALIGNMENT):
            self._links.append(change)

    def units(self, rows: Iterable[UnitView]) -> list[UnitView]:
        """The units as they would stand."""
        return [
            replace(row, parent_id=self._parents[row.id]) if row.id in self._parents else row for row in rows
        ]

    def standing(self, rows: Iterable[StandingObjective]) -> list[StandingObjective]:
        """The objectives that would be approved or active, each with its owner and the unit of that."""
        return [self._owned(row) for row in rows if row.id not in self._cancelled]

    def nodes(self, rows: Iterable[N]) -> list[N]:
        """The objectives around others, as they would be."""
        return [
            replace(row, status=str(Status.CANCELLED), phase=None) if row.id in self._cancelled else row
            for row in rows
        ]

    def links(self, rows: list[LinkView]) -> list[LinkView]:
        """The links as they would be."""
        if not self._links:
            return rows
        found = {(row.child_id, row.parent_id): row for row in rows}
        for change in self._links:
            key = str(change.objective_id), str(change.parent_id)
            if change.action == REMOVE_ALIGNMENT:
                found.pop(key, None)
            else:
                since = found[key].since if key in found else self._moment.as_of
                found[key] = LinkView(*key, str(change.kind), str(written(change.weight)), since)
        return list(found.values())

    def _owned(self, row: StandingObjective) -> StandingObjective:
        unit_id, person_id = self._owners.get(row.id, (row.owner_unit_id, row.owner_person_id))
        if row.id not in self._owners and person_id not in self._moved:
            return row
        of = unit_id if unit_id is not None else self._units_of.get(person_id or "")
        return replace(row, owner_unit_id=unit_id, owner_person_id=person_id, unit_id=of)


def _places(connection: Connection[Any], moment: Moment, people: Sequence[str]) -> Mapping[str, str | None]:
    """The units of these people."""
    if not people:
        return {}
    with connection.cursor(row_factory=tuple_row) as cursor:
        return dict(cursor.execute(_PLACES, {**moment.parameters, "ids": list(people)}))
