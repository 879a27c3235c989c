"""What has ended may end on another day, come back, or never have ended: units and people alike."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest

from domain.person import Person
from domain.presence import Presence
from domain.provenance import Provenance
from domain.refusals import ForbiddenTransition, OutOfTime, ReasonRequired
from domain.unit import Unit
from tests.domain.case import TODAY, by, given, recorded, refused
from tests.domain.test_directory import FIRST, person, unit

DAY = timedelta(days=1)
FEBRUARY, MARCH, APRIL, MAY, AUTUMN = (date(2026, month, 1) for month in (2, 3, 4, 5, 10))
WHY = "so it was"


@dataclass(frozen=True)
class Kind:
    """The commands by which it ends, comes back, and has not ended after all, and what these record."""

    make: Callable[[], Any]
    end: Callable[..., None]
    resume: Callable[..., None]
    withdraw: Callable[..., None]
    ended: str
    resumed: str
    withdrawn: str


PERSON = Kind(
    person,
    *(Person.depart, Person.return_, Person.withdraw_departure),
    *("person.departed", "person.returned", "person.departure_withdrawn"),
)
UNIT = Kind(
    unit,
    *(Unit.dissolve, Unit.restore, Unit.withdraw_dissolution),
    *("unit.dissolved", "unit.restored", "unit.dissolution_withdrawn"),
)
both = pytest.mark.parametrize("kind", [PERSON, UNIT], ids=["person", "unit"])


def on(day: date) -> Provenance:
    return by(day, WHY)


def gone(subject: Presence) -> list[tuple[date, date | None]]:
    return [(window.start, window.end) for window in subject.days_gone()]


@both
def test_an_end_that_is_put_off_is_taken_back_on_its_old_day(kind: Kind) -> None:
    subject = given(kind.make(), lambda s: kind.end(s, by=on(MARCH)))
    kind.end(subject, by=by(AUTUMN, "the autumn was meant"))
    assert recorded(subject) == [kind.withdrawn, kind.ended]
    assert [event.effective_on for event in subject.pending_events] == ["2026-03-01", "2026-10-01"]
    assert gone(subject) == [(AUTUMN, None)]


@both
def test_an_end_that_is_brought_forward_is_a_late_fact(kind: Kind) -> None:
    subject = given(kind.make(), lambda s: kind.end(s, by=on(MAY)))
    kind.end(subject, by=by(MARCH))
    assert recorded(subject) == [kind.ended]
    assert gone(subject) == [(MARCH, None)]


@both
def test_putting_an_end_off_needs_a_reason(kind: Kind) -> None:
    subject = given(kind.make(), lambda s: kind.end(s, by=on(MARCH)))
    with refused(subject, ReasonRequired) as refusal:
        kind.end(subject, by=by(AUTUMN))
    assert "since 2026-03-01" in refusal.value.detail


@both
@pytest.mark.parametrize("again", [by(MARCH), on(MARCH), replace(by(TODAY), dated=False)])
def test_an_end_given_again_as_it_is_records_nothing(kind: Kind, again: Provenance) -> None:
    subject = given(kind.make(), lambda s: kind.end(s, by=on(MARCH)))
    kind.end(subject, by=again)
    assert recorded(subject) == []


@both
@pytest.mark.parametrize("dated", [True, False])
def test_an_end_given_again_for_another_reason_is_recorded_on_its_day(kind: Kind, dated: bool) -> None:
    subject = given(kind.make(), lambda s: kind.end(s, by=on(MARCH)))
    kind.end(subject, by=replace(by(MARCH if dated else TODAY, "for another reason"), dated=dated))
    assert recorded(subject) == [kind.ended]
    assert gone(subject) == [(MARCH, None)]


@both
def test_what_comes_back_was_gone_in_between(kind: Kind) -> None:
    subject = given(kind.make(), lambda s: kind.end(s, by=on(MARCH)))
    kind.resume(subject, by=on(MAY))
    assert recorded(subject) == [kind.resumed]
    assert [subject.exists_on(day) for day in (MARCH - DAY, MARCH, MAY - DAY, MAY)] == [1, 0, 0, 1]
    assert gone(subject) == [(MARCH, MAY)]


@both
def test_coming_back_before_an_end_that_was_brought_forward_lasts(kind: Kind) -> None:
    """The old day of the end says nothing any more."""
    subject = given(kind.make(), lambda s: kind.end(s, by=on(MAY)), lambda s: kind.end(s, by=on(MARCH)))
    kind.resume(subject, by=on(APRIL))
    assert gone(subject) == [(MARCH, APRIL)]
    assert recorded(subject) == [kind.resumed, kind.withdrawn]


@both
def test_an_end_taken_back_by_mistake_of_its_day_has_never_been(kind: Kind) -> None:
    subject = given(kind.make(), lambda s: kind.end(s, by=on(MARCH)))
    kind.withdraw(subject, by=by(TODAY, "somebody else was meant"))
    assert recorded(subject) == [kind.withdrawn]
    assert subject.pending_events[0].effective_on == "2026-03-01"
    assert gone(subject) == []


@both
def test_an_earlier_end_after_one_was_taken_back_lasts(kind: Kind) -> None:
    subject = given(kind.make(), lambda s: kind.end(s, by=on(MAY)), lambda s: kind.withdraw(s, by=on(TODAY)))
    kind.end(subject, by=by(MARCH))
    assert gone(subject) == [(MARCH, None)]


@both
def test_an_end_ahead_is_taken_back_before_it_comes(kind: Kind) -> None:
    subject = given(kind.make(), lambda s: kind.end(s, by=on(AUTUMN)))
    kind.withdraw(subject, by=on(TODAY))
    assert gone(subject) == []


@both
def test_the_second_of_two_ends_is_taken_back_alone(kind: Kind) -> None:
    subject = given(
        kind.make(),
        lambda s: kind.end(s, by=on(FEBRUARY)),
        lambda s: kind.resume(s, by=on(MARCH)),
        lambda s: kind.end(s, by=on(MAY)),
    )
    kind.withdraw(subject, by=on(TODAY))
    assert gone(subject) == [(FEBRUARY, MARCH)]


@both
def test_a_way_back_moves_to_an_earlier_or_a_later_day(kind: Kind) -> None:
    subject = given(kind.make(), lambda s: kind.end(s, by=on(MARCH)), lambda s: kind.resume(s, by=on(APRIL)))
    kind.resume(subject, by=on(MAY))
    assert gone(subject) == [(MARCH, MAY)]
    kind.resume(subject, by=on(MARCH + DAY))
    assert gone(subject) == [(MARCH, MARCH + DAY)]
    kind.end(subject, by=on(MARCH + 2 * DAY))
    assert gone(subject) == [(MARCH, MARCH + DAY), (MARCH + 2 * DAY, None)]


@both
def test_repeating_a_way_back_records_nothing(kind: Kind) -> None:
    back = given(kind.make(), lambda s: kind.end(s, by=on(MARCH)), lambda s: kind.resume(s, by=on(APRIL)))
    kind.resume(back, by=on(APRIL))
    never_gone = given(
        kind.make(), lambda s: kind.end(s, by=on(MARCH)), lambda s: kind.withdraw(s, by=on(MARCH))
    )
    kind.withdraw(never_gone, by=on(TODAY))
    assert recorded(back) == recorded(never_gone) == []


@both
def test_what_never_ended_has_no_way_back_and_is_told_what_is_to_come(kind: Kind) -> None:
    never = kind.make()
    with refused(never, ForbiddenTransition):
        kind.withdraw(never, by=on(TODAY))
    subject = given(kind.make(), lambda s: kind.end(s, by=on(AUTUMN)))
    with refused(subject, ForbiddenTransition) as refusal:
        kind.resume(subject, by=on(TODAY))
    assert refusal.value.members == {"status": "active", "allowed": [], "recorded": ["2026-10-01"]}


@both
@pytest.mark.parametrize("command", ["resume", "withdraw"])
def test_a_way_back_needs_a_reason_and_is_not_before_the_first_day(kind: Kind, command: str) -> None:
    subject = given(kind.make(), lambda s: kind.end(s, by=on(MARCH)))
    with refused(subject, ReasonRequired):
        getattr(kind, command)(subject, by=by(MAY))
    with refused(subject, OutOfTime):
        getattr(kind, command)(subject, by=on(FIRST - DAY))
