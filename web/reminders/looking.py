"""One look at what everybody owes: at one moment, each person as far as whoever is told may see it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Connection

from projections.directory.addressing import Addressee, addressees
from projections.feed import head
from projections.freshness import high_water_mark, wait_for
from projections.moment import Moment
from projections.reviews.queries.obligations import obligations
from web.access.roles import EMPLOYEE
from web.access.sight import Found, Sight
from web.access.tokens import Caller, personnel

CAUGHT_UP_SECONDS = 10.0
ONE_LOOK = "one look"
"""The grounds of all that is found out in one transaction."""


class BehindTheLog(Exception):
    """The read models do not say what the log does: what was done would be told as due."""


class Owed(NamedTuple):
    """One thing that is due, by what it is known again; `due_on` None: it has no day."""

    kind: str
    subject_id: str
    due_on: date | None


@dataclass
class Look:
    """All that is asked in one transaction."""

    connection: Connection[Any]
    moment: Moment
    _kept: dict[str, Any] = field(default_factory=dict)
    _found: dict[str, Found] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    """Id of a subject -> objective or review, of what was asked so far."""

    @cached_property
    def everybody(self) -> list[Addressee]:
        return addressees(self.connection, self.moment)

    def owed_by(self, person: str, seen_by: str | None = None) -> list[Owed]:
        """Lists what a person owes, as far as another who leads them may see it, if one is given."""
        reader = person if seen_by is None else seen_by
        roles, units = self._personnel.get(reader, (frozenset[str](), frozenset[UUID]()))
        caller = Caller(None, roles | {EMPLOYEE}, UUID(reader), None, units=units)
        found = self._found.setdefault(reader, {})
        sight = Sight(self.connection, self.moment, caller, ONE_LOOK, found)
        sight.tell()
        page = obligations(self.connection, self.moment, sight.whose(UUID(person)), kept=self._kept)
        self.types.update((row["id"], row["type"]) for row in page.items)
        return [Owed(row["kind"], row["id"], _day(row["due_on"])) for row in page.items]

    @cached_property
    def _personnel(self) -> Mapping[str, tuple[frozenset[str], frozenset[UUID]]]:
        return personnel(self.connection)


def catch_up(conn: Connection[Any]) -> None:
    """Waits until the read models have taken in all that is in the log now. Raises `BehindTheLog`."""
    if not wait_for(conn, head(conn), CAUGHT_UP_SECONDS):
        raise BehindTheLog


@contextmanager
def look(conn: Connection[Any], day: date) -> Iterator[Look]:
    """As of the day and as known now, in one transaction; `conn` is in autocommit."""
    with conn.transaction():
        conn.execute("set transaction isolation level repeatable read")
        _, now, _ = high_water_mark(conn)
        yield Look(conn, Moment(day, now))


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
