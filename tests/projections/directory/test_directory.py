"""Units, people and cycles at any day, as known at any instant."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg import Connection

from projections.directory import READ_MODEL
from projections.directory.queries import Directory, DirectoryFilters
from projections.moment import Moment, instant
from projections.page import BadCursor, cursor_after
from tests.projections.log import Fact, Log, cycle, moved, person, renamed, transferred, unit
from tests.projections.running import Followed

MARCH, MAY, JULY = date(2026, 3, 1), date(2026, 5, 1), date(2026, 7, 1)
FAR_FUTURE = datetime(2100, 1, 1, tzinfo=UTC)
NORTH, SOUTH, TEAM, ANA = (UUID(int=number) for number in range(1, 5))


class Book(Followed):
    """The directory as it answers after everything recorded so far."""

    def __init__(self, log: Log, connection: Connection[Any]) -> None:
        super().__init__(log, connection, READ_MODEL)
        self.ask = Directory(connection)


@pytest.fixture
def book(log: Log, connection: Connection[Any]) -> Book:
    return Book(log, connection)


def on(day: date, known_at: datetime = FAR_FUTURE) -> Moment:
    return Moment(day, known_at)


def test_a_unit_is_there_from_its_first_day(book: Book) -> None:
    book.record(unit(NORTH, "North", on=MARCH))

    assert book.ask.unit(on(MARCH - timedelta(days=1)), NORTH) is None
    assert book.ask.unit(on(MARCH), NORTH) == {
        "id": str(NORTH), "external_id": None, "name": "North", "kind": "team", "parent_id": None,
        "lead_person_id": None, "account_id": None, "status": "active", "version": 1, "position": 1,
    }  # fmt: skip


def test_a_person_and_a_cycle_show_all_their_fields(book: Book) -> None:
    book.record(person(ANA, NORTH), cycle(SOUTH))

    assert book.ask.person(on(MARCH), ANA) == {
        "id": str(ANA), "external_id": "p-1", "name": "Ana", "email": "ana@example.org", "job_title": None,
        "user_name": None, "account_id": None, "unit_id": str(NORTH), "manager_id": None,
        "status": "active", "version": 1, "position": 1,
    }  # fmt: skip
    assert book.ask.cycle(on(MARCH), SOUTH) == {
        "id": str(SOUTH), "external_id": None, "name": "2026", "starts_on": "2026-01-01",
        "ends_on": "2026-12-31", "cadence_days": 30, "appeal_days": 10,
        "rating_scale": {"lowest": 1, "highest": 5, "labels": []}, "status": "preparation",
        "version": 1, "position": 2,
    }  # fmt: skip


def test_a_late_transfer_changes_the_past_as_known_now_and_not_as_known_before(book: Book) -> None:
    book.record(person(ANA, NORTH))
    before = book.record(transferred(ANA, TEAM, on=JULY))
    book.record(transferred(ANA, SOUTH, on=MAY))

    def unit_of(day: date, known_at: datetime = FAR_FUTURE) -> str:
        ana = book.ask.person(on(day, known_at), ANA)
        assert ana is not None
        return str(ana["unit_id"])

    assert [unit_of(day) for day in (MARCH, MAY, JULY)] == [str(NORTH), str(SOUTH), str(TEAM)]
    assert [unit_of(day, before) for day in (MARCH, MAY, JULY)] == [str(NORTH), str(NORTH), str(TEAM)]


def test_a_change_recorded_ahead_waits_for_its_day_but_counts_in_the_version(book: Book) -> None:
    first = book.record(unit(NORTH, "North"))
    book.record(renamed(NORTH, "North and East", on=JULY))

    today = book.ask.unit(on(MAY), NORTH)
    assert today is not None
    assert (today["name"], today["version"], today["position"]) == ("North", 2, 2)
    as_known_first = book.ask.unit(on(JULY, first), NORTH)
    assert as_known_first is not None
    assert (as_known_first["name"], as_known_first["version"]) == ("North", 1)


def test_who_has_left_and_what_was_dissolved_stay_listed(book: Book) -> None:
    book.record(unit(NORTH), person(ANA, NORTH))
    book.record(Fact("unit.dissolved", NORTH, {}, MAY), Fact("person.departed", ANA, {}, MAY))

    assert [item["status"] for item in book.ask.units(on(MAY)).items] == ["dissolved"]
    assert [item["status"] for item in book.ask.people(on(MAY)).items] == ["departed"]
    assert [item["status"] for item in book.ask.people(on(MARCH)).items] == ["active"]


def test_a_cycle_goes_through_its_states_and_may_be_reopened(book: Book) -> None:
    book.record(cycle(NORTH))
    steps = [("activated", MARCH), ("closed", MAY), ("reopened", JULY)]
    book.record(*[Fact(f"cycle.{step}", NORTH, {}, day) for step, day in steps])

    states = [
        (book.ask.cycle(on(day), NORTH) or {})["status"] for day in (date(2026, 2, 1), MARCH, MAY, JULY)
    ]
    assert states == ["preparation", "active", "closed", "active"]


def test_the_people_of_a_unit_are_those_of_the_units_below_too_at_that_day(book: Book) -> None:
    bo, cy = uuid4(), uuid4()
    book.record(unit(NORTH), unit(SOUTH), unit(TEAM, parent_id=NORTH))
    book.record(person(ANA, TEAM), person(bo, NORTH, "Bo"), person(cy, SOUTH, "Cy"))
    book.record(moved(TEAM, SOUTH, on=MAY))

    def names(unit: UUID, day: date) -> list[str]:
        return [
            item["name"] for item in book.ask.people(on(day), filters=DirectoryFilters(unit=[unit])).items
        ]

    assert names(NORTH, MARCH) == ["Ana", "Bo"]
    assert names(NORTH, MAY) == ["Bo"]
    assert names(SOUTH, MAY) == ["Ana", "Cy"]


def test_lists_come_in_pages_that_neither_skip_nor_repeat(book: Book) -> None:
    names = ["b", "a", "c", "a", "Z", "ä", "b"]
    book.record(*[unit(uuid4(), name) for name in names])

    listed, after = [], None
    while True:
        page = book.ask.units(on(MAY), limit=2, after=after)
        listed += [(item["name"], item["id"]) for item in page.items]
        if (after := page.next) is None:
            break

    assert [name for name, _ in listed] == ["a", "a", "ä", "b", "b", "c", "Z"]
    assert [id for name, id in listed if name in "ab"] == [
        id for of in "ab" for id in sorted(id for name, id in listed if name == of)
    ]
    assert len(set(listed)) == len(names)


def test_names_are_found_for_units_people_and_cycles_alike(book: Book) -> None:
    book.record(unit(NORTH, "North"), person(ANA, NORTH), cycle(SOUTH), renamed(NORTH, "Nord", on=MAY))

    found = book.ask.names(on(MARCH), [NORTH, str(ANA), SOUTH, uuid4()])

    assert found == {str(NORTH): "North", str(ANA): "Ana", str(SOUTH): "2026"}
    assert book.ask.names(on(MARCH), []) == {}


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "ä", "!!!", "bnVsbA", cursor_after("people", "Ana", str(ANA)), cursor_after("units", "North"),
     cursor_after("units", "North", "not an id"), cursor_after("units", "No\x00rth", str(NORTH))],
)  # fmt: skip
def test_a_cursor_from_elsewhere_is_refused(book: Book, cursor: str) -> None:
    with pytest.raises(BadCursor):
        book.ask.units(on(MAY), after=cursor)


def test_a_moment_needs_a_time_zone_and_instants_are_written_in_utc() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Moment(MAY, datetime(2026, 5, 1))  # noqa: DTZ001 - that is the point
    assert instant(datetime(2026, 5, 1, 12, tzinfo=UTC)) == "2026-05-01T12:00:00.000000Z"
