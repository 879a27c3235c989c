"""A copy is read back as its heading, its rows and its end."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from web.exports.heading import FORM
from web.exports.tally import Tally

Said = Mapping[str, Any]
NEEDED = {"throughline", "what", "asked_at", "position", "by", "role", "columns"}
"""Every heading has these keys."""


class NotSound(Exception):
    """The file is no sound copy; the text completes the sentence "the file ..."."""


class NotAnExport(NotSound):
    """It is something else."""


class Incomplete(NotSound):
    """It lacks its end."""


class Altered(NotSound):
    """It does not hold what was exported."""


@dataclass(frozen=True)
class Copy:
    """`said` is what the file says of itself, `rows` and `sha256` are those of the rows that are in it.
    `fault` is None if these are the rows that were exported, all of them and in their order; else it
    completes the sentence "the file ...", and there is no `sha256`.
    """

    format: str | None
    said: Said
    rows: int
    sha256: str | None
    fault: str | None


def check_heading(said: Said) -> None:
    """Raises `NotAnExport` unless the heading is one that this version knows."""
    if not said.keys() >= NEEDED or not str(said["position"]).isdecimal():
        raise NotAnExport("is not an export of Throughline")
    if str(said["throughline"]) != str(FORM):
        raise NotAnExport(f"is an export of a form that this version does not know: it knows form {FORM}")


def compare(found: Tally, rows: int, sha256: str) -> None:
    """Raises `Altered` unless what was found is what the end of the file says."""
    if found.rows < rows:
        raise Altered(f"lacks rows: {rows} were exported, {found.rows} are in it")
    if found.rows > rows:
        raise Altered(f"has more rows than were exported: {found.rows} instead of {rows}")
    if found.digest != sha256:
        raise Altered(
            "has as many rows as were exported, but they are not the same: a cell was altered, the order was "
            "changed, or another program saved the file its own way"
        )
