"""Every filter of the audit trail, alone and with others, answers what a look at every row does, in any order
and in pages of any length.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import Connection

from projections.audit.queries import windows
from projections.audit.queries.conditions import TrailFilters, frequent
from projections.audit.queries.trail import ORDERS, Trail
from projections.audit.words import OF_REASON
from tests.conftest import copied, on_database
from tests.projections.audit.trails import FIELDS, START, Made, Row, fill, id_of, walked
from tests.projections.log import connected

DAY = START + timedelta(days=5)
ALWAYS = "{(,)}"
Holds = Callable[[Row], bool]


def _event(row: Row) -> bool:
    return bool(row["source"] == "event")


def _early(day: date) -> bool:
    return date(2026, 1, 4) <= day < date(2026, 1, 8)


FILTERS: dict[str, tuple[dict[str, Any], Holds]] = {
    "nothing": ({}, lambda row: True),
    "events": ({"kind": ["event"]}, _event),
    "reads": ({"kind": ["read"]}, lambda row: row.get("kind") == "read"),
    "administration": ({"kind": ["administration"]}, lambda row: False),
    "actors": ({"actors": ["person:ana", "token:1"]}, lambda row: row["actor"] in ("person:ana", "token:1")),
    "an early actor": ({"actors": ["token:0"]}, lambda row: row["actor"] == "token:0"),
    "nobody": ({"actors": ["person:zoe"]}, lambda row: False),
    "a subject": ({"subject": id_of("subject", 2)}, lambda row: row["subject_id"] == id_of("subject", 2)),
    "a type": ({"subject_type": "unit"}, lambda row: row["subject_type"] == "unit"),
    "actions": (
        {"actions": ["unit.era_0", "audit.era_0"]},
        lambda row: row["action"] in ("unit.era_0", "audit.era_0"),
    ),
    "a late action": ({"actions": ["unit.era_3"]}, lambda row: row["action"] == "unit.era_3"),
    "no action": ({"actions": []}, lambda row: False),
    "a cycle": ({"cycle": id_of("cycle", 1)}, lambda row: row.get("cycle_id") == id_of("cycle", 1)),
    "units": (
        {"units": {id_of("unit", 1): ALWAYS, id_of("unit", 2): "{[2026-01-04,2026-01-08)}"}},
        lambda row: row.get("unit_id") == id_of("unit", 1)
        or (row.get("unit_id") == id_of("unit", 2) and _early(row["effective_on"])),
    ),
    "since": ({"since": DAY}, lambda row: row["at"] >= DAY),
    "before": ({"before": DAY}, lambda row: row["at"] < DAY),
    "between": (
        {"since": DAY, "before": DAY + timedelta(days=1)},
        lambda row: DAY <= row["at"] < DAY + timedelta(days=1),
    ),
    "never": ({"since": START + timedelta(days=900)}, lambda row: False),
    "effective days": (
        {"effective_from": date(2026, 1, 3), "effective_to": date(2026, 1, 5)},
        lambda row: _event(row) and date(2026, 1, 3) <= row["effective_on"] <= date(2026, 1, 5),
    ),
    "effective until": (
        {"effective_to": date(2025, 12, 1)},
        lambda row: _event(row) and row["effective_on"] <= date(2025, 12, 1),
    ),
    "effective for ever": ({"effective_from": date.min, "effective_to": date.max}, _event),
    "a word": ({"words": ["'north':*"]}, lambda row: "north" in row["words"]),
    "two words": ({"words": ["'nor':*", "'שלום'"]}, lambda row: {"north", "שלום"} <= {*row["words"]}),
    "a phrase": ({"words": ["'north' <-> 'south'"]}, lambda row: row.get("title") == "north south"),
    "a word of the journal": ({"words": ["'people':*"]}, lambda row: row["action"] == "people.read"),
    "a reason": ({"reasons": [f"'{OF_REASON}late':*"]}, lambda row: row.get("reason") == "late growth"),
    "a field": ({"fields": ["target"]}, lambda row: FIELDS[1] in row.get("fields", ())),
    "a field by its id": ({"fields": [FIELDS[1]]}, lambda row: FIELDS[1] in row.get("fields", ())),
    "a field of another": ({"fields": [FIELDS[1].replace("5.", "6.")]}, lambda row: False),
    "actor and type and word": (
        {"actors": ["person:bo"], "subject_type": "unit", "words": ["'west'"]},
        lambda row: (row["actor"], row["subject_type"]) == ("person:bo", "unit") and "west" in row["words"],
    ),
    "cycle and action that never meet": (
        {"cycle": id_of("cycle", 3), "actions": ["unit.era_0"]},
        lambda row: False,
    ),
    "kind and time and action": (
        {"kind": ["read"], "since": DAY, "actions": ["people.read"]},
        lambda row: row.get("kind") == "read" and row["at"] >= DAY and row["action"] == "people.read",
    ),
    "reads of a cycle": ({"kind": ["read"], "cycle": id_of("cycle", 1)}, lambda row: False),
}  # fmt: skip


@pytest.fixture(autouse=True)
def small_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "FIRST_WINDOW", 3)
    monkeypatch.setattr(windows, "FIRST_WINDOW_OF_WORDS", 3)
    monkeypatch.setattr(windows, "GROWTH", 3)


@pytest.fixture(scope="module")
def trails(server: str) -> Iterator[Connection[Any]]:
    """A database of its own."""
    name = f"trails_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as admin:
        copied(admin, name)
        with connected(on_database(server, name)) as connection:
            yield connection
        admin.execute(f"drop database {name}".encode())


@pytest.fixture(scope="module")
def rows(trails: Connection[Any]) -> Made:
    made = fill(trails, seed=4, entries=220, journal=120)
    trails.execute("analyze read_audit.entries")  # now it is known which words are frequent
    return made


@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize("order", ORDERS)
def test_a_filter_finds_every_row_that_meets_it_and_no_other(
    trails: Connection[Any], rows: Made, name: str, order: str
) -> None:
    given, holds = FILTERS[name]
    expected = rows.those(holds)
    if order == "newest":
        expected.reverse()
    for limit in (1, 7, 500):
        assert walked(trails, TrailFilters(**given), order, limit) == expected


@pytest.mark.parametrize("name", FILTERS)
def test_the_statement_for_everything_selects_the_same(
    trails: Connection[Any], rows: Made, name: str
) -> None:
    given, holds = FILTERS[name]
    query, parameters = Trail(trails).everything(TrailFilters(**given), {"person:ana": "Ana"})
    found = trails.execute(query.encode(), parameters).fetchall()
    columns = ("kind", "position", "number", "recorded_at", "actor", "actor_name")
    names = [column.name for column in trails.execute(query.encode(), parameters).description or ()]
    told = [{column: row[names.index(column)] for column in columns} for row in found]

    places = [
        ("event", row["position"]) if row["kind"] == "event" else ("journal", row["number"]) for row in told
    ]
    assert sorted(places) == sorted(rows.those(holds))
    assert [row["recorded_at"] for row in told] == sorted(row["recorded_at"] for row in told)
    assert all(row["actor_name"] == ("Ana" if row["actor"] == "person:ana" else None) for row in told)


def test_words_in_many_entries_are_known_by_their_beginning(trails: Connection[Any], rows: Made) -> None:
    asked = ["'north':*", "'nor':*", "'north'", "'north' <-> 'south'", "'nowhere':*", "'~growth'"]
    assert frequent(trails, asked) == {"'north':*", "'nor':*", "'north'", "'~growth'"}
    assert frequent(trails, []) == frozenset()


def test_an_empty_trail_has_no_rows(connection: Connection[Any]) -> None:
    for order in ORDERS:
        assert walked(connection, TrailFilters(), order, 5) == []
        assert walked(connection, TrailFilters(effective_to=date.max), order, 5) == []
