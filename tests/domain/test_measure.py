"""Measures of impact: baseline and target first, then readings, then their corrections."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from domain.measure import Aim, Measure, attainment
from domain.refusals import AlreadyExists, InvalidValue, NotFound, OutOfTime, ReasonRequired
from tests.domain.case import TODAY, by, given, id_of, recorded, refused

FIRST, MARCH = date(2026, 1, 1), date(2026, 3, 1)
READING = id_of("reading")
AIM = Aim("increase", Decimal(60), Decimal(80))


def measure(**fields: Any) -> Measure:
    known: dict[str, Any] = {
        "by": by(FIRST),
        "id": id_of("measure"),
        "name": "Engagement",
        "unit_of_measure": "points",
        "direction": "increase",
        "baseline": Decimal(60),
        "target": Decimal(80),
        "objective_ids": [id_of("goal")],
    }
    return given(Measure.define(**known | fields))


def read(subject: Measure, on: date = MARCH, value: str = "65", **fields: Any) -> None:
    known: dict[str, Any] = {
        "by": by(),
        "reading_id": READING,
        "on": on,
        "value": Decimal(value),
        "source": "poll",
    }
    subject.record_reading(**known | fields)


def test_a_measure_keeps_what_it_was_defined_with() -> None:
    subject = measure(external_id="M-1")
    assert (subject.name.at(FIRST), subject.aim.at(FIRST)) == ("Engagement", AIM)
    assert (subject.objective_ids.at(FIRST), subject.external_id) == ([id_of("goal")], "M-1")
    assert subject.value_on(TODAY) is None
    assert subject.attainment_on(TODAY) is None


def test_a_reading_is_effective_on_its_day() -> None:
    subject = measure()
    read(subject)
    event = vars(subject.pending_events[0])
    assert (event["effective_on"], event["value"], event["source"]) == ("2026-03-01", "65", "poll")
    assert subject.value_on(MARCH - timedelta(days=1)) is None
    assert subject.attainment_on(MARCH) == Fraction(1, 4)


def test_of_several_readings_the_last_day_counts_and_on_one_day_the_last_recorded() -> None:
    subject = measure()
    for name, on, value in (("a", TODAY, "70"), ("b", MARCH, "61"), ("c", MARCH, "62"), ("d", TODAY, "71")):
        read(subject, on, value, reading_id=id_of(name))
    assert (subject.value_on(MARCH), subject.value_on(TODAY)) == (Decimal(62), Decimal(71))


def test_a_correction_takes_the_place_of_its_reading() -> None:
    subject = given(measure(), read, lambda m: read(m, value="66", reading_id=id_of("later")))
    subject.correct_reading(by=by(reason="misread"), reading_id=READING, value=Decimal(64))
    event = vars(subject.pending_events[0])
    assert (event["effective_on"], event["value"], event["value_before"]) == ("2026-03-01", "64", "65")
    assert (event["source"], event["source_before"]) == ("poll", "poll")
    assert subject.value_on(MARCH) == 66


def test_a_correction_needs_a_reason_and_the_same_value_again_records_nothing() -> None:
    subject = given(measure(), read)
    with refused(subject, ReasonRequired):
        subject.correct_reading(by=by(), reading_id=READING, value=Decimal(64))
    subject.correct_reading(by=by(), reading_id=READING, value=Decimal("65.0"))
    assert recorded(subject) == []
    with refused(subject, NotFound):
        subject.correct_reading(by=by(reason="misread"), reading_id=id_of("none"), value=Decimal(1))


def test_the_same_reading_again_records_nothing_and_another_under_its_id_is_refused() -> None:
    subject = given(measure(), read)
    read(subject)
    assert recorded(subject) == []
    with refused(subject, AlreadyExists):
        read(subject, value="66")


def test_a_reading_recorded_by_mistake_is_withdrawn_with_a_reason() -> None:
    subject = given(measure(), read, lambda s: read(s, date(2026, 4, 1), "70", reading_id=id_of("mistaken")))
    with refused(subject, ReasonRequired):
        subject.withdraw_reading(by=by(), reading_id=id_of("mistaken"))
    with refused(subject, NotFound):
        subject.withdraw_reading(by=by(reason="a slip"), reading_id=id_of("none"))
    subject.withdraw_reading(by=by(reason="a slip"), reading_id=id_of("mistaken"))
    event = vars(subject.pending_events[0])
    assert (event["effective_on"], event["value_before"], event["source_before"]) == (
        "2026-04-01",
        "70",
        "poll",
    )
    assert subject.value_on(TODAY) == 65
    given(subject)
    with refused(subject, NotFound):
        subject.correct_reading(by=by(reason="a slip"), reading_id=id_of("mistaken"), value=Decimal(1))
    with refused(subject, AlreadyExists):
        read(subject, date(2026, 4, 1), "70", reading_id=id_of("mistaken"))


@pytest.mark.parametrize("day", [FIRST - timedelta(days=1), TODAY + timedelta(days=1)])
def test_a_reading_is_neither_before_the_baseline_nor_ahead(day: date) -> None:
    subject = measure()
    with refused(subject, OutOfTime) as refusal:
        read(subject, day)
    assert refusal.value.errors[0].pointer == "/on"


def test_a_measure_is_never_defined_ahead() -> None:
    with pytest.raises(OutOfTime):
        measure(by=by(TODAY + timedelta(days=1)))


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"name": " "}, "/name"),
        ({"direction": "sideways"}, "/direction"),
        ({"baseline": Decimal("NaN")}, "/baseline"),
        ({"target": Decimal("1e47")}, "/target"),
        ({"target": Decimal(60)}, "/target"),
        ({"direction": "decrease"}, "/target"),
        ({"objective_ids": []}, "/objective_ids"),
        ({"objective_ids": [id_of("goal")] * 2}, "/objective_ids/1"),
    ],
)
def test_a_measure_with_a_bad_field_is_refused_naming_it(fields: dict[str, Any], pointer: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        measure(**fields)
    assert refusal.value.errors[0].pointer == pointer


@pytest.mark.parametrize(
    ("fields", "pointer"), [({"value": "1e-29"}, "/value"), ({"source": "x" * 100_000}, "/source")]
)
def test_a_reading_with_a_bad_field_is_refused_naming_it(fields: dict[str, Any], pointer: str) -> None:
    subject = measure()
    with refused(subject, InvalidValue) as refusal:
        read(subject, **fields)
    assert refusal.value.errors[0].pointer == pointer


@pytest.mark.parametrize(
    ("direction", "baseline", "target", "value", "attained"),
    [
        ("increase", "60", "80", "85", Fraction(5, 4)),
        ("increase", "60", "80", "55", Fraction(-1, 4)),
        ("increase", "-5", "5", "0", Fraction(1, 2)),
        ("decrease", "12", "9", "11", Fraction(1, 3)),
        ("decrease", "12", "9", "8.5", Fraction(7, 6)),
        ("maintain", "80", "75", "75", Fraction(1)),
        ("maintain", "80", "75", "74.9", Fraction(0)),
        ("maintain", "2", "3", "3", Fraction(1)),
        ("maintain", "2", "3", "3.1", Fraction(0)),
        ("maintain", "80", "80", "80.5", Fraction(1)),
    ],
)
def test_attainment(direction: str, baseline: str, target: str, value: str, attained: Fraction) -> None:
    assert attainment(direction, Decimal(baseline), Decimal(target), Decimal(value)) == attained


def test_a_revision_holds_from_its_day_on_and_the_readings_stay() -> None:
    subject = given(measure(), read, lambda m: m.revise(by=by(TODAY, "a new scale"), target=Decimal(70)))
    subject.revise(by=by(MARCH, "as agreed"), name="Commitment", baseline=Decimal(55))
    event = vars(subject.pending_events[0])
    assert event["after"] == {"name": "Commitment", "direction": "increase", "baseline": "55", "target": "80"}
    assert event["before"] == {
        "name": "Engagement",
        "direction": "increase",
        "baseline": "60",
        "target": "80",
    }
    assert [subject.attainment_on(day) for day in (MARCH, TODAY)] == [Fraction(2, 5), Fraction(1, 2)]
    assert subject.aim.at(MARCH - timedelta(days=1)) == AIM


def test_a_revision_may_link_it_to_other_objectives_and_take_its_unit_away() -> None:
    subject = measure()
    subject.revise(by=by(reason="a slip"), unit_of_measure=None, objective_ids=[id_of("other")])
    assert (subject.unit_of_measure.at(TODAY), subject.objective_ids.at(TODAY)) == (None, [id_of("other")])


def test_a_revision_needs_a_reason_and_what_is_so_already_records_nothing() -> None:
    subject = measure()
    with refused(subject, ReasonRequired):
        subject.revise(by=by(), name="Commitment")
    subject.revise(by=by(), name=" Engagement", target=Decimal("80.0"), objective_ids=[id_of("goal")])
    assert recorded(subject) == []


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"name": " "}, "/name"),
        ({"direction": "decrease"}, "/target"),
        ({"baseline": Decimal(80)}, "/target"),
        ({"direction": "sideways"}, "/direction"),
        ({"objective_ids": []}, "/objective_ids"),
    ],
)
def test_a_revision_to_what_could_not_be_defined_is_refused(fields: dict[str, Any], pointer: str) -> None:
    subject = measure()
    with refused(subject, InvalidValue) as refusal:
        subject.revise(by=by(reason="a slip"), **fields)
    assert refusal.value.errors[0].pointer == pointer


def test_a_revision_is_not_before_the_first_day() -> None:
    subject = measure()
    with refused(subject, OutOfTime):
        subject.revise(by=by(FIRST - timedelta(days=1), "a slip"), name="Commitment")
