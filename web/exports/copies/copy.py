"""A copy is read back as its heading, its rows and its end."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from web.exports import columns
from web.exports.heading import FORM, Heading
from web.exports.tally import Tally

Said = Mapping[str, Any]
OPTIONAL = {"asked_at", "as_of", "known_at", "name"}
NAMES = ["throughline", *(field.name for field in fields(Heading))]
KINDS = "|".join(sorted(columns.KINDS))
FORMS: Mapping[str, re.Pattern[str]] = {
    name: re.compile(form, re.ASCII)
    for name, form in {
        "what": r"/api/v1/[!-~]+",
        "asked_at": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z",
        "as_of": r"\d{4}-\d\d-\d\d",
        "known_at": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z",
        "position": "0|[1-9][0-9]{0,18}",
        "columns": rf"\S+:({KINDS})( \S+:({KINDS}))*",
    }.items()
}
"""The others are any text of one line."""
ANY = re.compile(r"\S|\S.*\S")


class NotSound(Exception):
    """The file is no sound copy; the text completes the sentence "the file ..."."""


class NotAnExport(NotSound):
    """It is something else."""


class Incomplete(NotSound):
    """It lacks its end."""


class Altered(NotSound):
    """It does not hold what was exported, or not in the form in which that is written."""


@dataclass(frozen=True)
class Copy:
    """`said` is what the file says of itself, `rows` and `sha256` are those of what is in it. `fault` is None
    if this is what was exported, byte for byte in the form that is written; else it completes the sentence
    "the file ...", and there is no `sha256`.
    """

    format: str | None
    said: Said
    rows: int
    sha256: str | None
    fault: str | None


def check_heading(said: Said) -> None:
    """Raises `NotAnExport` unless the heading is one that this version knows, `Altered` unless it says what a
    heading says, each in its form.
    """
    if not said.keys() >= set(NAMES) - OPTIONAL:
        raise NotAnExport("is not an export of Throughline")
    if str(said["throughline"]) != str(FORM):
        raise NotAnExport(f"is an export of a form that this version does not know: it knows form {FORM}")
    if list(said) != [name for name in NAMES if name in said]:
        raise Altered("has a heading that no export has: it names other things, or in another order")
    for name, value in said.items():
        if not FORMS.get(name, ANY).fullmatch(str(value)) or not _is_in_the_calendar(name, str(value)):
            raise Altered(f"has a heading that no export has: {name} is {value!r}")


def compare(found: Tally, rows: int, sha256: str) -> None:
    """Raises `Altered` unless what was found is what the end of the file says."""
    if found.rows < rows:
        raise Altered(f"lacks rows: {rows} were exported, {found.rows} are in it")
    if found.rows > rows:
        raise Altered(f"has more rows than were exported: {found.rows} instead of {rows}")
    if found.digest != sha256:
        raise Altered(
            "has as many rows as were exported, but they are not the same: a cell or the heading was "
            "altered, the order was changed, or another program saved the file its own way"
        )


def _is_in_the_calendar(name: str, value: str) -> bool:
    try:
        if name in ("asked_at", "known_at"):
            datetime.fromisoformat(value)
        elif name == "as_of":
            date.fromisoformat(value)
    except ValueError:
        return False
    return True
