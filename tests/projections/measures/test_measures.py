"""Measures at any day, as known at any instant."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg import Connection

from projections.measures import READ_MODEL
from projections.measures.queries import Measures
from projections.moment import Moment
from projections.page import BadCursor, cursor_after
from tests.projections.log import JANUARY, Fact, Log
from tests.projections.running import Followed

MEASURE, FIRST, SECOND, GOAL = (UUID(int=number) for number in range(1, 5))
FEBRUARY, MARCH, APRIL = (date(2026, month, 28) for month in (2, 3, 4))


def defined(id: UUID = MEASURE, name: str = "Engagement", **fields: Any) -> Fact:
    data = {
        "name": name, "unit_of_measure": "per cent", "direction": "increase", "baseline": "60",
        "target": "80", "objective_ids": [str(GOAL)], "external_id": None,
    }  # fmt: skip
    return Fact("measure.defined", id, data | fields, JANUARY)


def read(id: UUID, value: str, on: date) -> Fact:
    data = {"reading_id": str(id), "value": value, "source": "survey"}
    return Fact("measure.reading_recorded", MEASURE, data, on)


def corrected(id: UUID, value: str, on: date) -> Fact:
    data = {"reading_id": str(id), "value": value, "source": "recount"}
    before = {"value_before": "?", "source_before": "survey"}
    return Fact("measure.reading_corrected", MEASURE, data | before, on)


class Gauge(Followed):
    """The measures as they are answered after everything recorded so far."""

    def __init__(self, log: Log, connection: Connection[Any]) -> None:
        super().__init__(log, connection, READ_MODEL)
        self.ask = Measures(connection)

    def latest(self, day: date, known_at: datetime) -> tuple[str | None, float | None]:
        measure = self.ask.measure(Moment(day, known_at), MEASURE)
        assert measure is not None
        return (measure["latest"] or {}).get("value"), measure["attainment"]


@pytest.fixture
def gauge(log: Log, connection: Connection[Any]) -> Gauge:
    return Gauge(log, connection)


def test_a_measure_shows_its_aim_and_its_readings(gauge: Gauge) -> None:
    now = gauge.record(defined(), read(FIRST, "67", MARCH))

    reading = {
        "reading_id": str(FIRST), "on": "2026-03-28", "value": "67", "source": "survey", "position": 2,
        "version": 2,
    }  # fmt: skip
    assert gauge.ask.measure(Moment(APRIL, now), MEASURE) == {
        "id": str(MEASURE), "external_id": None, "name": "Engagement", "unit_of_measure": "per cent",
        "direction": "increase", "baseline": "60", "target": "80", "objective_ids": [str(GOAL)],
        "latest": reading, "attainment": 0.35, "version": 2, "position": 2,
        "readings": [{**reading, "attainment": 0.35}],
    }  # fmt: skip
    assert gauge.ask.measure(Moment(date(2025, 12, 31), now), MEASURE) is None


def test_a_late_reading_takes_its_place_in_the_past(gauge: Gauge) -> None:
    before = gauge.record(defined(), read(SECOND, "70", APRIL))
    now = gauge.record(read(FIRST, "66", FEBRUARY))

    assert gauge.latest(APRIL, now) == ("70", 0.5)
    assert gauge.latest(MARCH, now) == ("66", 0.3)
    assert gauge.latest(MARCH, before) == (None, None)


def test_a_correction_changes_the_past_as_known_now_and_not_as_known_before(gauge: Gauge) -> None:
    before = gauge.record(defined(), read(FIRST, "90", FEBRUARY), read(SECOND, "70", FEBRUARY))
    now = gauge.record(corrected(FIRST, "64", FEBRUARY))
    after = gauge.record(corrected(SECOND, "59", FEBRUARY))

    said = [gauge.latest(MARCH, known_at) for known_at in (before, now, after)]
    assert said == [("70", 0.5), ("70", 0.5), ("59", -0.05)]  # the second reading of the day counts
    measure = gauge.ask.measure(Moment(MARCH, after), MEASURE)
    assert measure is not None
    assert [(each["value"], each["position"]) for each in measure["readings"]] == [("64", 4), ("59", 5)]


def test_a_series_has_the_latest_value_of_each_day_up_to_the_one_asked_for(gauge: Gauge) -> None:
    now = gauge.record(defined(), read(FIRST, "66", FEBRUARY), read(SECOND, "82", date(2026, 4, 1)))
    ends = [date(2026, 1, 31), FEBRUARY, date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 31)]

    assert gauge.ask.series(Moment(date(2026, 4, 30), now), MEASURE, ends) == [
        {"on": "2026-01-31", "value": None, "read_on": None, "attainment": None},
        {"on": "2026-02-28", "value": "66", "read_on": "2026-02-28", "attainment": 0.3},
        {"on": "2026-03-31", "value": "66", "read_on": "2026-02-28", "attainment": 0.3},
        {"on": "2026-04-30", "value": "82", "read_on": "2026-04-01", "attainment": 1.1},
    ]
    assert gauge.ask.series(Moment(APRIL, now), uuid4(), ends) is None


@pytest.mark.parametrize(
    ("baseline", "target", "value", "attainment"),
    [("5", "3", "3", 1.0), ("5", "3", "2.9", 0.0), ("3", "5", "5", 1.0), ("3", "5", "5.1", 0.0)],
)
def test_to_maintain_is_to_stay_on_the_right_side_of_the_target(
    gauge: Gauge, baseline: str, target: str, value: str, attainment: float
) -> None:
    aim = defined(direction="maintain", baseline=baseline, target=target)
    assert gauge.latest(APRIL, gauge.record(aim, read(FIRST, value, MARCH))) == (value, attainment)


def test_lists_come_in_pages_by_name(gauge: Gauge) -> None:
    now = gauge.record(*[defined(uuid4(), name) for name in ("b", "a", "c", "a", "Z")])
    listed, after = list[str](), None
    while True:
        page = gauge.ask.measures(Moment(APRIL, now), limit=2, after=after)
        listed += [item["name"] for item in page.items]
        if (after := page.next) is None:
            break
    assert listed == ["a", "a", "b", "c", "Z"]
    with pytest.raises(BadCursor):
        gauge.ask.measures(Moment(APRIL, now), after=cursor_after("units", "a", str(MEASURE)))
