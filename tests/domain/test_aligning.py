"""Links up: kinds, levels, periods, windows, late and ahead facts."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from domain.objective import Objective, Parent
from domain.period import Period
from domain.refusals import (
    AlignmentToItself,
    InvalidValue,
    NotFound,
    OutOfTime,
    PeriodsDoNotOverlap,
    StrategicOnly,
)
from domain.timeline import Span
from domain.window import Window
from tests.domain.case import by, given, id_of, recorded, refused
from tests.domain.stories import FIRST, YEAR, align, draft, parent

FEBRUARY, MARCH, MAY = date(2026, 2, 1), date(2026, 3, 1), date(2026, 5, 1)
GOAL = parent().id


def remove(objective: Objective, on: date | None = None) -> None:
    objective.remove_alignment(by=by(on), parent_id=GOAL)


def windows(objective: Objective) -> list[tuple[date, date | None, str, Decimal]]:
    return [(link.start, link.end, link.kind, link.weight) for link in objective.links_up()]


def test_a_link_holds_from_its_day_until_it_is_removed() -> None:
    objective = given(draft(), align, lambda o: remove(o, MAY))
    assert windows(objective) == [(FIRST, MAY, "contributes", Decimal(1))]
    assert objective.links_on(MAY) == []


def test_a_link_removed_late_is_gone_until_the_next_fact_about_it() -> None:
    objective = given(draft(), align, lambda o: remove(o, MARCH), lambda o: align(o, on=MAY))
    remove(objective, FEBRUARY)
    assert [(start, end) for start, end, _, _ in windows(objective)] == [(FIRST, FEBRUARY), (MAY, None)]


def test_another_weight_cuts_the_window_and_keeps_since() -> None:
    objective = given(draft(), align)
    objective.change_alignment_weight(by=by(MARCH), parent_id=GOAL, weight=Decimal("2.50"))
    assert windows(objective) == [
        (FIRST, MARCH, "contributes", Decimal(1)),
        (MARCH, None, "contributes", Decimal("2.5")),
    ]
    assert {link.since for link in objective.links_up()} == {FIRST}
    event = objective.pending_events[0]
    assert isinstance(event, Objective.AlignmentWeightChanged)
    assert (event.weight_before, event.weight) == ("1", "2.5")


def test_aligning_again_with_another_kind_changes_the_link_and_names_what_it_was() -> None:
    objective = given(draft(), align)
    align(objective, on=MARCH, kind="supports")
    event = objective.pending_events[0]
    assert isinstance(event, Objective.Aligned)
    assert (event.kind_before, event.weight_before) == ("contributes", "1")
    assert [link.kind for link in objective.links_on(MARCH)] == ["supports"]


def test_what_holds_already_records_nothing() -> None:
    objective = given(draft(), align, lambda o: align(o, parent("other")), lambda o: remove(o, MAY))
    align(objective, on=MARCH, weight=Decimal("1.0"))
    objective.change_alignment_weight(by=by(MARCH), parent_id=GOAL, weight=Decimal(1))
    remove(objective)
    assert recorded(objective) == []


def test_a_late_link_lasts_until_the_next_fact_about_it() -> None:
    objective = given(draft(), lambda o: align(o, on=MAY))
    assert objective.alignment_window(GOAL, FEBRUARY) == Window(FEBRUARY, MAY)
    assert objective.alignment_window(id_of("another"), FEBRUARY) == Window(FEBRUARY, None)


def test_the_window_of_a_link_does_not_end_with_another_weight() -> None:
    objective = given(
        draft(), align, lambda o: o.change_alignment_weight(by=by(MAY), parent_id=GOAL, weight=Decimal(2))
    )
    assert objective.alignment_window(GOAL, FIRST) == Window(FIRST, None)


def test_an_objective_does_not_align_to_itself() -> None:
    objective = draft()
    with refused(objective, AlignmentToItself):
        align(objective, Parent(objective.id, "strategic", objective.periods(YEAR)))


def test_a_strategic_objective_aligns_only_to_strategic_ones() -> None:
    objective = draft(level="strategic")
    with refused(objective, StrategicOnly):
        align(objective, parent(level="department"))
    align(objective, parent(level="strategic"))


@pytest.mark.parametrize("level", ["strategic", "department", "team", "individual"])
def test_any_other_aligns_to_any_level(level: str) -> None:
    objective = draft(level="department")
    align(objective, parent(level=level))
    assert recorded(objective) == ["objective.aligned"]


@pytest.mark.parametrize(
    ("field", "value"), [("kind", "inherits"), ("weight", Decimal(0)), ("weight", Decimal(-1))]
)
def test_a_link_with_a_bad_field_is_refused_naming_it(field: str, value: Any) -> None:
    objective = draft()
    with refused(objective, InvalidValue) as refusal:
        align(objective, **{field: value})
    assert refusal.value.errors[0].pointer == f"/{field}"


def test_periods_that_share_no_day_are_refused() -> None:
    objective = draft(ends_on=date(2026, 3, 31))
    with refused(objective, PeriodsDoNotOverlap):
        align(objective, parent(period=Period(date(2026, 4, 1), date(2026, 12, 31))))
    align(objective, parent(period=Period(date(2026, 3, 31), date(2026, 12, 31))))


def test_a_missing_period_counts_as_the_cycles() -> None:
    objective = draft(starts_on=None)
    with refused(objective, PeriodsDoNotOverlap):
        align(objective, parent(period=Period(date(2027, 1, 1), date(2027, 12, 31))))
    align(objective, parent(period=Period(date(2026, 12, 31), date(2027, 12, 31))))


def test_periods_must_overlap_on_every_day_of_the_link() -> None:
    later = Period(date(2027, 1, 1), date(2027, 12, 31))
    moved = Parent(GOAL, "strategic", [Span(FIRST, MAY, YEAR), Span(MAY, None, later)])
    objective = draft()
    with refused(objective, PeriodsDoNotOverlap) as refusal:
        align(objective, moved)
    assert refusal.value.members == {"from": "2026-05-01", "to": None}


def test_a_period_after_the_end_of_the_link_does_not_matter() -> None:
    later = Period(date(2027, 1, 1), date(2027, 12, 31))
    moved = Parent(GOAL, "strategic", [Span(FIRST, MAY, YEAR), Span(MAY, None, later)])
    objective = given(draft(), lambda o: align(o, on=FEBRUARY), lambda o: remove(o, MARCH))
    align(objective, moved, on=FIRST)
    assert objective.alignment_window(GOAL, FIRST).end == FEBRUARY


def test_nothing_aligns_to_what_is_not_there_yet() -> None:
    objective = draft()
    with refused(objective, OutOfTime):
        align(objective, Parent(GOAL, "strategic", [Span(MARCH, None, YEAR)]), on=FEBRUARY)


def test_a_link_that_never_was_cannot_be_changed_or_removed() -> None:
    objective = given(draft(), lambda o: align(o, on=MAY))
    with refused(objective, NotFound):
        objective.change_alignment_weight(by=by(MARCH), parent_id=GOAL, weight=Decimal(2))
    with refused(objective, NotFound):
        remove(objective, MARCH)
    with refused(objective, NotFound):
        objective.remove_alignment(by=by(), parent_id=id_of("nobody"))
