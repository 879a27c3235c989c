"""Cells of CSV: their text, when it is quoted, and how text that a spreadsheet would run is defused.

RFC 4180 with one addition: an absent value is an empty cell, an empty text is two quotes.
"""

import re
from collections.abc import Iterable
from typing import Any

import orjson

RISKY = "=+-@\t\r\n＝＋－＠"  # noqa: RUF001 - the full-width ones are meant
"""A cell that begins with one of these may be run as a formula, unless it is a plain number."""
APOSTROPHE = "'"
PLAIN_NUMBER = r"^-[0-9]+(\.[0-9]+)?$"
END = b"\r\n"
_PLAIN_NUMBER = re.compile(PLAIN_NUMBER.removesuffix("$"), re.ASCII)
_TO_BE_QUOTED = re.compile('[,"\r\n]|^[# ]| $|^$')


def line(values: Iterable[Any]) -> bytes:
    """One row, without its end."""
    return ",".join(map(_cell, values)).encode()


def defused(text: str) -> str:
    """The text with an apostrophe before it if a spreadsheet would run it. What has such apostrophes before
    a risky character gets one more, so that `armed` always gives the text again.
    """
    return APOSTROPHE + text if _is_risky(text) and not _PLAIN_NUMBER.fullmatch(text) else text


def armed(cell: str) -> str:
    """The text that `defused` made the cell from."""
    return cell[1:] if cell.startswith(APOSTROPHE) and _is_risky(cell) else cell


def text_of(value: Any) -> str:
    """A value that is not None as text: what is no text as JSON."""
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _is_risky(text: str) -> bool:
    first = text.lstrip(APOSTROPHE)[:1]
    return first != "" and first in RISKY


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = defused(text_of(value))
    return '"' + text.replace('"', '""') + '"' if _TO_BE_QUOTED.search(text) else text
