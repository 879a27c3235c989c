"""Days, numbers and names of things, as pages say them."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
NO_BREAK, MINUS = "\u00a0", "\u2212"
UNMOVED = "\u00b10"
PACES = {
    "off_track": "off track",
    "behind": "behind",
    "on_track": "on track",
    "ahead": "ahead",
    None: "no progress yet",
}
"""The names of paces, the neediest first."""
LEVELS = {"strategic": "Goal", "department": "Department", "team": "Team", "individual": "Person"}
CLASSES = {
    "strategic": "a goal of the strategy",
    "aligned": "leads to the strategy",
    "detached": "no way to the strategy",
    "orphan": "linked to nothing",
}
_NUMBERS = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)


def near_day(given: str | date, today: date) -> str:
    """As in 28 Nov, or 28 Nov 2025 if it is of another year than today."""
    found = _day(given)
    return short_day(found, year=found.year != today.year)


def short_day(given: str | date | None, *, year: bool | None = None) -> str:
    """As in 28 Nov 2026; `year` False leaves the year out."""
    if given is None:
        return "always"
    found = _day(given)
    said = f"{found.day} {MONTHS[found.month - 1][:3]}"
    return said if year is False else f"{said} {found.year}"


def long_day(given: str | date, *, year: bool = True) -> str:
    """As in 28 November 2026."""
    found = _day(given)
    said = f"{found.day} {MONTHS[found.month - 1]}"
    return f"{said} {found.year}" if year else said


def month(given: str | date) -> str:
    """As in November 2026."""
    found = _day(given)
    return f"{MONTHS[found.month - 1]} {found.year}"


def at(given: str | datetime, zone: ZoneInfo | None = None) -> str:
    """As in 28 Nov 2026, 13:28 UTC, in this zone."""
    found = _instant(given).astimezone(zone or UTC)
    return f"{short_day(found.date())}, {found:%H:%M} {zone.key if zone else 'UTC'}"


def number(given: object) -> str:
    """As in 19,634, or 0.46 as it was given."""
    if isinstance(given, bool):
        return "yes" if given else "no"
    if isinstance(given, int):
        return f"{given:,}".replace("-", MINUS)
    try:
        exact = Decimal(str(given))
    except ArithmeticError:
        return str(given)
    whole, _, rest = f"{exact:f}".partition(".")
    rest = rest.rstrip("0")
    said = f"{int(whole):,}" if whole not in ("-0", "") else whole
    return (said + (f".{rest}" if rest else "")).replace("-", MINUS)


def percent(given: float | str | None, digits: int = 0) -> str:
    """A share as in 64.5 %; almost all is never rounded up to all, nor hardly any down to none."""
    if given is None:
        return "none"
    exact, step = Decimal(str(given)) * 100, Decimal(1).scaleb(-digits)
    said = exact.quantize(step, ROUND_HALF_UP)
    if said == 100 and exact < 100:
        said -= step
    if said == 0 and exact > 0:
        said = step
    return f"{said}{NO_BREAK}%".replace("-", MINUS)


def points(before: float, after: float) -> str:
    """The difference of two shares, as in +1.7 points."""
    found = Decimal(str(after)) - Decimal(str(before))
    return f"{found * 100:+.1f}{NO_BREAK}points".replace("-", MINUS)


def signed(given: int) -> str:
    """As in +38, or ±0."""
    return f"{given:+,}".replace("-", MINUS) if given else UNMOVED


def counted(how_many: int, one: str, many: str | None = None) -> str:
    """As in 19 changes, 1 change."""
    return f"{number(how_many)} {one if how_many == 1 else many or one + 's'}"


def spelled(how_many: int, one: str, many: str | None = None) -> str:
    """As in two goals, 19 goals."""
    return f"{in_words(how_many)} {one if how_many == 1 else many or one + 's'}"


def in_words(how_many: int) -> str:
    """As in two, or 19."""
    return _NUMBERS[how_many] if 0 <= how_many < len(_NUMBERS) else number(how_many)


def listed(names: Iterable[str]) -> str:
    """As in Ana, Kamala and Rosa."""
    found = list(names)
    return f"{', '.join(found[:-1])} and {found[-1]}" if len(found) > 1 else "".join(found)


def initials(name: str) -> str:
    """As in MR for Miriam Rahman."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words[:1])).upper()


def pace(given: str | None) -> str:
    """The word for a pace."""
    return PACES.get(given, str(given).replace("_", " "))


def words(given: object) -> str:
    """A name of the vocabulary as a person reads it: partly_achieved is partly achieved."""
    return str(given).replace("_", " ")


def sentence(given: str) -> str:
    """The same, with a capital to begin with and a full stop to end with."""
    said = given.strip()
    said = said[:1].upper() + said[1:]
    return said if said.endswith((".", "!", "?")) else said + "."


def _day(given: str | date) -> date:
    return given if isinstance(given, date) else date.fromisoformat(given[:10])


def _instant(given: str | datetime) -> datetime:
    return given if isinstance(given, datetime) else datetime.fromisoformat(given)


FILTERS: dict[str, Any] = {
    "short_day": short_day,
    "near_day": near_day,
    "long_day": long_day,
    "month": month,
    "at": at,
    "number": number,
    "percent": percent,
    "points": points,
    "signed": signed,
    "counted": counted,
    "spelled": spelled,
    "listed": listed,
    "initials": initials,
    "pace_word": pace,
    "words": words,
    "sentence": sentence,
}
"""They stand in templates as filters under these names."""
