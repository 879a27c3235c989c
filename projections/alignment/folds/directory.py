"""Units, people and cycles: where they are, not what they are called."""

from projections.alignment.folds.fold import Fold, change
from projections.alignment.tables import Rows
from projections.events import Recorded


def _unit_defined(rows: Rows, event: Recorded) -> None:
    change(rows.units, event, parent_id=event.data["parent_id"], status="active")


def _unit_moved(rows: Rows, event: Recorded) -> None:
    change(rows.units, event, parent_id=event.data["parent_id"])


def _unit_dissolved(rows: Rows, event: Recorded) -> None:
    change(rows.units, event, status="dissolved")


def _person_defined(rows: Rows, event: Recorded) -> None:
    _person_transferred(rows, event)
    change(rows.people, event, status="active")


def _person_transferred(rows: Rows, event: Recorded) -> None:
    change(rows.people, event, unit_id=event.data["unit_id"], manager_id=event.data["manager_id"])


def _person_departed(rows: Rows, event: Recorded) -> None:
    change(rows.people, event, status="departed")


def _cycle_defined(rows: Rows, event: Recorded) -> None:
    change(
        rows.cycles, event, **{name: event.data[name] for name in ("starts_on", "ends_on", "cadence_days")}
    )


FOLDS: dict[str, Fold] = {
    "unit.defined": _unit_defined,
    "unit.moved": _unit_moved,
    "unit.dissolved": _unit_dissolved,
    "person.defined": _person_defined,
    "person.transferred": _person_transferred,
    "person.departed": _person_departed,
    "cycle.defined": _cycle_defined,
}
