"""A caller sees of an answer what the access table's reads leave them, judged by the directory as it is today
and as known now: `as_of` and `known_at` choose what is shown, never to whom.
"""

from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import sha256
from typing import Any, TypeAlias
from uuid import UUID

from psycopg import Connection

from projections.alignment.queries import Alignment
from projections.alignment.queries.private import hide, owned_by
from projections.directory.reporting import people_within, reports_of, units_within
from projections.moment import Moment
from projections.reviews.queries import Reviews
from projections.reviews.queries.obligations import Whose
from web.access.roles import ADMIN, AUDITOR, EMPLOYEE, HR
from web.access.tokens import Caller
from web.bounded import Bounded

MOST_IDS = 200_000
"""The sets of ids that a process keeps hold so many at most, which take some 30 MiB."""
CALLER_IDS = 100
"""A caller takes as much room as so many ids, beside those of their own sets."""
HIDDEN = "hidden"

Found: TypeAlias = dict[str, frozenset[str]]
"""The ids that were found out for one caller, by what they are to them."""


@dataclass(frozen=True)
class Sight:
    """One caller sees so much in a snapshot; `now` is its day and instant, whatever is asked about.

    What was `found` out for this caller is given to the next one on the same grounds, and added to.
    """

    connection: Connection[Any]
    now: Moment
    caller: Caller
    grounds: str
    """These are what answers as known now rest on."""
    found: Found

    def tell(self) -> None:
        """Tells the database who is reading. It shows the words of no objective that is hidden, and of what
        else is guarded there no more than what they wrote themselves, unless all is theirs to read, until it
        is asked for.
        """
        hidden = frozenset[str]() if self.reads_all else self.found.get(HIDDEN)
        self._set(
            sees="all" if self.reads_all else "",
            hidden="" if hidden is None else _array(hidden),
            person=str(self.caller.person_id or ""),
            reviewer=str(self._person or ""),
            today=self.now.as_of.isoformat(),
            now=self.now.known_at.isoformat(),
            units=_array(map(str, self.caller.units)) if self._reads_some else "",
            actor=self.caller.actor,
        )
        self.hidden  # noqa: B018 - where it is found out now, that lets the words of the others be shown

    def show_reviews(self) -> None:
        """Lets the database show the reviews that are the caller's to see."""
        if self.reviews_of is not None:
            self._set(people=_array(self.reviews_of), reviews=_array(self.reviews_written))

    def show_remarks(self) -> None:
        """Lets the database show the private remarks on objectives whose owners' they are to read."""
        if not self.reads_all:
            people, units = self._reports, frozenset[str]()
            if self._person is not None:
                people |= {str(self._person)}
            if self._reads_some:
                people, units = people | self._within, self._units_within
            self._set(remarks_on=_array(owned_by(self.connection, self.now, people, units)))

    def _set(self, **settings: str) -> None:
        """For the rest of the transaction."""
        each = ", ".join(f"set_config('throughline.{name}', %s, true)" for name in settings)
        self.connection.execute(f"select {each}".encode(), list(settings.values()))

    @cached_property
    def hidden(self) -> frozenset[str]:
        """The private objectives that do not exist for the caller."""
        return frozenset() if self.reads_all else self._find(HIDDEN, lambda: hide(self.connection))

    def _find(self, name: str, find: Callable[[], Iterable[object]]) -> frozenset[str]:
        """The ids that go by this name, found out once on the same grounds."""
        if name not in self.found:
            self.found[name] = frozenset(map(str, find()))
        return self.found[name]

    def digest(self) -> str:
        """Says the same exactly as long as the caller sees the same of what does not change itself."""
        of = self.reviews_of
        mails = self.emails_of
        seen = (
            sorted(self.hidden),
            None if of is None else sorted(of),
            sorted(self.reviews_written),
            None if mails is None else sorted(mails),
        )
        return sha256(repr(seen).encode()).hexdigest()

    @cached_property
    def reviews_of(self) -> frozenset[str] | None:
        """The people whose reviews are the caller's to see; None: those of all."""
        if self.reads_all:
            return None
        own = frozenset[str]() if self._person is None else frozenset({str(self._person)})
        return own | self._reports | (self._within if self._reads_some else frozenset())

    @cached_property
    def reviews_written(self) -> frozenset[str]:
        """The reviews of which the caller is the reviewer today."""
        if (person := self._person) is None:
            return frozenset()
        return self._find("written", lambda: Reviews(self.connection).written_by(self.now, person))

    @cached_property
    def held_back(self) -> frozenset[str]:
        """The reviews of the caller, in whatever roles, that were not shared yet: of these their own words
        and the status are theirs to read.
        """
        if self.caller.person_id is None:
            return frozenset()
        self.show_reviews()
        return frozenset(Reviews(self.connection).unshared_of(self.now, self.caller.person_id))

    def reads_review(self, review: dict[str, Any]) -> bool:
        """Returns whether the review exists for the caller."""
        of = self.reviews_of
        return of is None or review["person_id"] in of or review["id"] in self.reviews_written

    def is_held_back(self, review: dict[str, Any]) -> bool:
        """Returns whether the caller is the person reviewed, in whatever roles, and it was not shared yet."""
        return review["shared_on"] is None and review["person_id"] == str(self.caller.person_id)

    def reads_record(self, person_id: UUID) -> bool:
        """Returns whether the record of a person is the caller's to ask for: their own, or by a role."""
        if self.reads_all or person_id == self.caller.person_id:
            return True
        return self._reads_some and str(person_id) in self._within

    def reads_obligations(self, person_id: UUID) -> bool:
        """Returns whether what a person is to do is the caller's to see: their own, that of people below
        them, or by the role of personnel.
        """
        personnel = HR in self.caller.powers and (not self.caller.units or str(person_id) in self._within)
        return personnel or person_id == self._person or str(person_id) in self._reports

    def whose(self, person_id: UUID) -> Whose:
        """Says whose obligations are asked for, and how much of them is the caller's to see: what personnel
        does is due from the caller alone.
        """
        personnel_of = self.personnel_of if self.caller.person_id == person_id else frozenset[str]()
        return Whose(person_id, personnel_of, self.hidden, self.reviews_of, self.reviews_written)

    def reads_private_of(self, owner: dict[str, Any] | None, unit_id: str | None) -> bool:
        """Returns whether private remarks on what this owner's is are the caller's to see."""
        if self.reads_all or (self._reads_some and self._is_within(owner, unit_id)):
            return True
        person = (owner or {}).get("person_id")
        return person is not None and (person == str(self._person) or person in self._reports)

    def owners_of(self, objectives: Collection[str]) -> dict[str, tuple[dict[str, Any] | None, str | None]]:
        """Gives whose each of these objectives is today, or on its first day if that is ahead: the owner, and
        the unit that is or has the owner.
        """
        today = self.now.as_of.isoformat()
        found = Alignment(self.connection).ownership(self.now, objectives)
        spans = {
            id: next((each for each in told if each["to"] is None or each["to"] > today), None)
            for id, told in found.items()
        }
        return {id: (span["owner"], span["unit_id"]) for id, span in spans.items() if span is not None}

    @cached_property
    def emails_of(self) -> frozenset[str] | None:
        """The people whose addresses are the caller's to read; None: all of them."""
        if ADMIN in self.caller.powers or (HR in self.caller.powers and not self.caller.units):
            return None
        within = self._within if HR in self.caller.powers else frozenset[str]()
        return self._reports | within | {str(self._person)}

    @cached_property
    def units(self) -> frozenset[UUID] | None:
        """The units to which the roles are limited; None: they are not."""
        return self.caller.units or None

    @property
    def personnel_of(self) -> frozenset[str] | None:
        """The people for whom the caller acts as personnel; None: for all."""
        if HR not in self.caller.powers:
            return frozenset()
        return self._within if self.caller.units else None

    @property
    def _person(self) -> UUID | None:
        """The caller, if what people are to each other gives them anything."""
        return self.caller.person_id if EMPLOYEE in self.caller.powers else None

    @property
    def _reads_some(self) -> bool:
        return bool(self.caller.powers & {HR, AUDITOR})

    @property
    def reads_all(self) -> bool:
        """Returns whether everything is the caller's to read, private things too."""
        return self.caller.reads_all

    @cached_property
    def _reports(self) -> frozenset[str]:
        if (person := self._person) is None:
            return frozenset()
        return self._find("reports", lambda: reports_of(self.connection, self.now, person))

    @cached_property
    def _within(self) -> frozenset[str]:
        """The people of the caller's units and of those below."""
        return self._find("within", lambda: people_within(self.connection, self.now, self.caller.units))

    @cached_property
    def _units_within(self) -> frozenset[str]:
        return self._find("units", lambda: units_within(self.connection, self.now, self.caller.units))

    def _is_within(self, owner: dict[str, Any] | None, unit_id: str | None) -> bool:
        person = (owner or {}).get("person_id")
        return person in self._within if person is not None else unit_id in self._units_within


def _array(ids: Iterable[str]) -> str:
    """As PostgreSQL writes an array."""
    return f"{{{','.join(ids)}}}"


@dataclass(frozen=True)
class _Standing:
    """The findings about a caller hold on these grounds, and on this day."""

    grounds: str
    today: date
    found: Found


class Sights:
    """The findings about the callers of one process are kept here. Whatever moves the read models, and each
    new day, makes them forgotten.
    """

    def __init__(self, most_ids: int = MOST_IDS) -> None:
        self._kept: Bounded[Hashable, _Standing] = Bounded(most_ids, _weight, largest=most_ids // 4)

    def of(self, connection: Connection[Any], now: Moment, caller: Caller, grounds: str) -> Sight:
        """The sight of this caller in a snapshot that rests on these grounds."""
        kept = self._kept.find(_who(caller))
        held = kept is not None and (kept.grounds, kept.today) == (grounds, now.as_of)
        return Sight(connection, now, caller, grounds, dict(kept.found) if kept and held else {})

    def keep(self, sight: Sight) -> None:
        """Keeps what was found out for the next snapshot of the same caller."""
        if sight.found:
            self._kept.keep(_who(sight.caller), _Standing(sight.grounds, sight.now.as_of, sight.found))


def _who(caller: Caller) -> Hashable:
    """The same for callers who see the same."""
    return caller.person_id, caller.powers, caller.units


def _weight(_: Hashable, standing: _Standing) -> int:
    return CALLER_IDS + sum(map(len, standing.found.values()))
