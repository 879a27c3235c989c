"""Remarks on an objective at any day, as known at any instant."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest
from psycopg import Connection

from projections.feedback import READ_MODEL
from projections.feedback.queries import Feedback
from projections.moment import Moment
from tests.projections.log import Fact, Log
from tests.projections.running import Followed

MARCH, MAY, JULY = date(2026, 3, 1), date(2026, 5, 1), date(2026, 7, 1)
OBJECTIVE, OTHER, FIRST, SECOND = (UUID(int=number) for number in range(1, 5))


def given(id: UUID, text: str = "Well done", on: date = MARCH) -> Fact:
    data = {"feedback_id": str(id), "kind": "praise", "text": text, "visibility": "private"}
    return Fact("objective.feedback_given", OBJECTIVE, data, on)


class Wall(Followed):
    """The remarks as they are answered after everything recorded so far."""

    def __init__(self, log: Log, connection: Connection[Any]) -> None:
        super().__init__(log, connection, READ_MODEL)

    def on(self, day: date, known_at: datetime, objective: UUID = OBJECTIVE) -> list[dict[str, Any]]:
        return Feedback(self.connection).for_objective(Moment(day, known_at), objective)


@pytest.fixture
def wall(log: Log, connection: Connection[Any]) -> Wall:
    return Wall(log, connection)


def test_a_remark_shows_who_gave_it_and_who_may_see_it(wall: Wall) -> None:
    now = wall.record(given(FIRST))

    assert wall.on(MARCH, now) == [
        {
            "id": str(FIRST), "objective_id": str(OBJECTIVE), "kind": "praise", "text": "Well done",
            "visibility": "private", "giver": "token:test", "given_on": "2026-03-01", "position": 1,
            "withdrawn_on": None, "withdrawn_by": None, "withdrawal_reason": None,
        }
    ]  # fmt: skip
    assert wall.on(date(2026, 2, 28), now) == []
    assert wall.on(JULY, now, OTHER) == []


def test_remarks_stand_in_the_order_of_their_days(wall: Wall) -> None:
    now = wall.record(given(SECOND, "later", on=MAY), given(FIRST, "earlier", on=MARCH))

    assert [each["text"] for each in wall.on(MAY, now)] == ["earlier", "later"]
    assert [each["text"] for each in wall.on(MARCH, now)] == ["earlier"]


def test_a_remark_stands_until_the_day_of_its_withdrawal(wall: Wall) -> None:
    before = wall.record(given(FIRST))
    now = wall.record(Fact("objective.feedback_withdrawn", OBJECTIVE, {"feedback_id": str(FIRST)}, MAY))

    asked = ((MARCH, now), (MAY, now), (JULY, now), (JULY, before))
    withdrawn = [wall.on(day, known_at)[0]["withdrawn_on"] for day, known_at in asked]
    assert withdrawn == [None, "2026-05-01", "2026-05-01", None]
    assert wall.on(MAY, now)[0]["withdrawn_by"] == "token:test"
