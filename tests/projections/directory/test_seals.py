"""Closings of cycles with their seals, and who is above whom."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest
from psycopg import Connection

from tests.projections.directory.test_directory import ANA, FAR_FUTURE, JULY, MARCH, MAY, NORTH, Book, on
from tests.projections.log import Fact, Log, cycle, person

SEAL = {"digest": "ab" * 32, "algorithm": "sha256", "objectives": 7, "reviews": 2, "position": 40}
BO, CLEO, DEE = (UUID(int=number) for number in range(11, 14))


@pytest.fixture
def book(log: Log, connection: Connection[Any]) -> Book:
    return Book(log, connection)


def closed(digest: str, day: date) -> Fact:
    return Fact("cycle.closed", NORTH, {"seal": {**SEAL, "digest": digest}}, day)


def under(id: UUID, manager: UUID, day: date = MARCH) -> Fact:
    return Fact("person.transferred", id, {"unit_id": str(NORTH), "manager_id": str(manager)}, day)


def test_a_seal_shows_what_was_sealed_when_and_by_whom(book: Book) -> None:
    book.record(cycle(NORTH))
    at = book.record(Fact("cycle.closed", NORTH, {"seal": SEAL}, MAY))

    [seal] = book.ask.seals(on(MAY), NORTH)

    counts = {name: seal[name] for name in ("digest", "algorithm", "objectives", "reviews")}
    assert {**counts, "position": seal["sealed_position"]} == SEAL
    assert (seal["position"], seal["sealed_on"], seal["sealed_by"]) == (2, "2026-05-01", "token:test")
    assert datetime.fromisoformat(seal["sealed_at"]) == at
    assert (seal["reopened_at"], seal["reopened_by"], seal["reopen_reason"]) == (None, None, None)
    assert book.ask.seals(on(MARCH), NORTH) == []


def test_a_reopening_belongs_to_the_seal_it_broke(book: Book) -> None:
    book.record(cycle(NORTH), closed("first", MARCH))
    before = book.record(Fact("cycle.reopened", NORTH, {}, MAY))
    book.record(closed("second", JULY))

    def seals(day: date, known_at: datetime = FAR_FUTURE) -> list[tuple[str, str | None]]:
        return [(each["digest"], each["reopened_on"]) for each in book.ask.seals(on(day, known_at), NORTH)]

    assert seals(JULY) == [("first", "2026-05-01"), ("second", None)]
    assert seals(JULY, before) == seals(MAY) == [("first", "2026-05-01")]
    assert seals(MARCH) == [("first", None)]


def test_a_cycle_closed_before_there_were_seals_has_none(book: Book) -> None:
    book.record(cycle(NORTH), Fact("cycle.closed", NORTH, {"seal": None}, MAY))

    [seal] = book.ask.seals(on(MAY), NORTH)

    assert (seal["digest"], seal["objectives"], seal["position"]) == (None, None, 2)


def test_those_above_a_person_come_nearest_first_at_that_day(book: Book) -> None:
    book.record(*[person(id, NORTH) for id in (ANA, BO, CLEO, DEE)])
    book.record(under(ANA, BO), under(BO, CLEO), under(BO, DEE, JULY))

    assert book.ask.managers(on(MAY), ANA) == [str(BO), str(CLEO)]
    assert book.ask.managers(on(JULY), ANA) == [str(BO), str(DEE)]
    assert book.ask.managers(on(MAY), CLEO) == []
