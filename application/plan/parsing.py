"""From the cells of each file to its rows."""

from collections.abc import Callable
from typing import TypeVar

from application.plan.cells import Cells
from application.plan.rows import (
    AlignmentRow,
    CheckInRow,
    CycleRow,
    KeyResultRow,
    ObjectiveRow,
    PersonRow,
    Row,
    UnitRow,
)
from domain.objective.values import VISIBILITIES

R = TypeVar("R", bound=Row)
Parser = Callable[[Cells], R]

UNIT_KINDS = ("organisation", "division", "department", "team")
LEVELS = ("strategic", "department", "team", "individual")
ALIGNMENT_KINDS = ("contributes", "supports")
KEY_RESULT_KINDS = ("increase", "decrease", "milestone", "maintain_at_least", "maintain_at_most", "observe")
OUTCOMES = ("achieved", "partly_achieved", "not_achieved")
STATUSES = ("draft", "submitted", "approved", "active", "postponed", "cancelled", "carried_over", *OUTCOMES)


def unit(cells: Cells) -> UnitRow:
    return UnitRow(
        line=cells.line,
        id=cells.text("unit_id"),
        name=cells.text("name"),
        kind=cells.word("kind", UNIT_KINDS),
        parent=cells.optional_text("parent_unit_id"),
        effective_on=cells.optional_day("effective_on"),
    )


def person(cells: Cells) -> PersonRow:
    return PersonRow(
        line=cells.line,
        id=cells.text("person_id"),
        name=cells.text("name"),
        email=cells.optional_text("email"),
        job_title=cells.optional_text("job_title"),
        unit=cells.text("unit_id"),
        manager=cells.optional_text("manager_id"),
        effective_on=cells.optional_day("effective_on"),
    )


def cycle(cells: Cells) -> CycleRow:
    row = CycleRow(
        line=cells.line,
        id=cells.text("cycle_id"),
        name=cells.text("name"),
        starts_on=cells.day("starts_on"),
        ends_on=cells.day("ends_on"),
    )
    if not cells.bad and row.ends_on < row.starts_on:
        cells.complain("ends_on", f"{row.ends_on} is before starts_on {row.starts_on}")
    return row


def objective(cells: Cells) -> ObjectiveRow:
    row = ObjectiveRow(
        line=cells.line,
        id=cells.text("objective_id"),
        title=cells.text("title"),
        description=cells.optional_text("description"),
        level=cells.word("level", LEVELS),
        cycle=cells.text("cycle_id"),
        owner_unit=cells.optional_text("owner_unit_id"),
        owner_person=cells.optional_text("owner_person_id"),
        starts_on=cells.optional_day("starts_on"),
        ends_on=cells.optional_day("ends_on"),
        status=cells.word("status", STATUSES),
        effective_on=cells.optional_day("effective_on"),
        visibility=_visibility(cells),
        carried_from=cells.optional_text("carried_from_id") if cells.has("carried_from_id") else None,
    )
    if row.owner_unit and row.owner_person:
        cells.complain("owner_person_id", "is one owner too many: owner_unit_id is given too")
    if not cells.bad and row.starts_on and row.ends_on and row.ends_on < row.starts_on:
        cells.complain("ends_on", f"{row.ends_on} is before starts_on {row.starts_on}")
    return row


def _visibility(cells: Cells) -> str | None:
    """None without such a column: that says nothing, while an empty cell in it says open."""
    return (cells.optional_word("visibility", VISIBILITIES) or "open") if cells.has("visibility") else None


def alignment(cells: Cells) -> AlignmentRow:
    row = AlignmentRow(
        line=cells.line,
        objective=cells.text("objective_id"),
        aligned_to=cells.text("aligned_to_id"),
        kind=cells.word("kind", ALIGNMENT_KINDS),
        weight=cells.weight("weight"),
        effective_on=cells.optional_day("effective_on"),
        reason=cells.optional_text("reason"),
    )
    if row.objective and row.objective == row.aligned_to:
        cells.complain("aligned_to_id", "an objective cannot be aligned to itself")
    return row


def key_result(cells: Cells) -> KeyResultRow:
    return KeyResultRow(
        line=cells.line,
        id=cells.text("key_result_id"),
        objective=cells.text("objective_id"),
        title=cells.text("title"),
        kind=cells.word("kind", KEY_RESULT_KINDS),
        unit_of_measure=cells.optional_text("unit_of_measure"),
        baseline=cells.optional_number("baseline"),
        target=cells.optional_number("target"),
        weight=cells.weight("weight"),
    )


def check_in(cells: Cells) -> CheckInRow:
    return CheckInRow(
        line=cells.line,
        key_result=cells.text("key_result_id"),
        on=cells.day("on"),
        value=cells.number("value"),
        confidence=cells.optional_whole_number("confidence", 0, 10),
        note=cells.optional_text("note"),
    )
