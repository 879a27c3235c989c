"""The moment that a page looks at: a day, what was known of it, and the addresses that keep both."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import urlencode

from marshmallow import ValidationError, fields

from domain.refusals import InvalidValue
from projections.moment import instant
from web.schemas.fields import day
from web.schemas.fields import instant as an_instant

T = TypeVar("T")

BOTH = "both"
POSITION = re.compile(r"[0-9]{1,18}", re.ASCII)
FURTHEST = timedelta(days=366)
"""A page looks so far ahead."""


@dataclass(frozen=True)
class View:
    """A page is seen so. `known_at` None: as known now. `both`: as known then, beside what is known now.
    `seen`: no earlier than the event of that position is visible.
    """

    today: date
    as_of: date
    known_at: datetime | None = None
    both: bool = False
    seen: int | None = None

    @classmethod
    def asked(cls, given: Mapping[str, str], today: date) -> "View":
        """The view that the parameters of an address ask for. Raises `InvalidValue`."""
        as_of = _read(day(), "?as_of", given["as_of"]) if given.get("as_of") else today
        if as_of > today + FURTHEST:
            raise InvalidValue.at("?as_of", "may lie a year ahead, not more")
        known = given.get("known_at")
        both = given.get("known") == BOTH
        at = _read(an_instant(), "?known_at", known) if known and not both else None
        seen = given.get("seen", "")
        return cls(today, as_of, at, both, int(seen) if POSITION.fullmatch(seen) else None)

    @property
    def is_now(self) -> bool:
        """Returns whether what is shown is what is so, as known now."""
        return self.as_of == self.today and self.known_at is None and not self.both

    @property
    def end_of_day(self) -> datetime:
        """The last instant of the day that is asked about."""
        return datetime(self.as_of.year, self.as_of.month, self.as_of.day, tzinfo=UTC) + timedelta(
            days=1, microseconds=-1
        )

    @property
    def is_then(self) -> bool:
        """Returns whether it is shown as it was known on the day itself."""
        return self.known_at == self.end_of_day

    @cached_property
    def moment(self) -> dict[str, str | None]:
        """The parameters of a question about this moment."""
        return self._times | ({} if self.seen is None else {"min_position": str(self.seen)})

    @cached_property
    def _times(self) -> dict[str, str | None]:
        day = None if self.as_of == self.today else self.as_of.isoformat()
        return {"as_of": day, "known_at": None if self.known_at is None else instant(self.known_at)}

    @property
    def as_known_then(self) -> "View":
        """The same day, as it was known at its end."""
        return View(self.today, self.as_of, self.end_of_day)

    @property
    def as_known_now(self) -> "View":
        """The same day, as it is known now."""
        return View(self.today, self.as_of)

    @property
    def beside(self) -> "View":
        """The same day, as it was known then beside what is known now."""
        return View(self.today, self.as_of, None, True)

    def on(self, day: date) -> "View":
        """Another day; what was known on the day is then what was known on that other day."""
        if self.is_then:
            return View(self.today, day).as_known_then
        return View(self.today, day, self.known_at, self.both)

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters of an address that shows this view."""
        kept = {name: value for name, value in self._times.items() if value}
        return kept | ({"known": BOTH} if self.both else {})

    def url(self, path: str, **more: Any) -> str:
        """Leads to a page of the console at this view."""
        given = self.parameters | {
            name.rstrip("_"): value for name, value in more.items() if value is not None
        }
        return f"{path}?{urlencode(given, doseq=True)}" if given else path


def asked_day(given: Mapping[str, str], name: str) -> date | None:
    """The day that a parameter of an address asks for, if it does. Raises `InvalidValue`."""
    return _read(day(), f"?{name}", given[name]) if given.get(name) else None


def _read(field: fields.Field[T], where: str, given: str) -> T:
    """The value, read as the API reads it. Raises `InvalidValue`."""
    try:
        found: T = field.deserialize(given)
    except ValidationError as error:
        raise InvalidValue.at(where, str(error.messages[0])) from error
    return found
