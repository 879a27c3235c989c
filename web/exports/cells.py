"""Cells of CSV: their text, when it is quoted, and how text that a spreadsheet would run is defused.

RFC 4180 with two additions: an absent value is an empty cell and an empty text two quotes; and what some
reader takes for a comment or a separator is quoted, too.

A reader that is told another separator than the comma knows nothing of our quotes, and begins a cell at each
of its separators. So a text is defused there as at its beginning. In JSON the separator itself is escaped
instead, and the JSON says what it said.
"""

import re
from collections.abc import Iterable
from typing import Any

import orjson

RISKY = "=+-@\t\r\n＝＋－＠"  # noqa: RUF001 - the full-width ones are meant
"""A cell that begins with one of these may be run as a formula, unless it is a plain number."""
APOSTROPHE = "'"
PLAIN_NUMBER = r"^-[0-9]+(\.[0-9]+)?$"
_ONE_RISKY = r"[=+@\t\r\n＝＋－＠-]"  # noqa: RUF001 - as above
WITHIN = rf"""([,;|\t\r\n]"*)(?='*{_ONE_RISKY})"""
"""Another reader begins a cell behind this, and takes what follows for a formula."""
WITHIN_JSON = rf"""(?=(\\?"|')*{_ONE_RISKY})"""
"""This follows a separator in JSON where `WITHIN` would find it in a text."""
ESCAPED = {";": r"\u003b", "|": r"\u007c"}
"""These separators in JSON, where they can only be in a text; tabs and line ends are escaped there anyway."""
END = b"\r\n"
_PLAIN_NUMBER = re.compile(PLAIN_NUMBER.removesuffix("$"), re.ASCII)
_WITHIN = re.compile(WITHIN)
_ARMED_WITHIN = re.compile(WITHIN.replace("(?=", f"{APOSTROPHE}(?=", 1))
_IN_JSON = re.compile(f"[{''.join(ESCAPED)}]{WITHIN_JSON}")
_RUN_WITHIN = re.compile(rf"""[,;|\t\r\n]"*{_ONE_RISKY}""")
_CELL_OF_LINE = re.compile(r'(?:"((?:[^"]|"")*)"|((?! )[^,;|#"\t\r\n]*(?<! )))(,|\Z)')
_TO_BE_QUOTED = re.compile('[,;|#"\t\r\n]|^ | $|^$')


def line(values: Iterable[Any]) -> bytes:
    """One row, without its end."""
    return ",".join(map(_cell, values)).encode()


def defused(text: str) -> str:
    """The text with an apostrophe before everything that a spreadsheet would run. What has such apostrophes
    before a risky character gets one more, so that `armed` always gives the text again.
    """
    if _PLAIN_NUMBER.fullmatch(text):
        return text
    within = _WITHIN.sub(rf"\1{APOSTROPHE}", text)
    return APOSTROPHE + within if _is_risky(text) else within


def armed(cell: str) -> str:
    """The text that `defused` made the cell from."""
    within = cell[1:] if cell.startswith(APOSTROPHE) and _is_risky(cell) else cell
    return _ARMED_WITHIN.sub(r"\1", within)


def runs(cell: str) -> bool:
    """Returns whether a spreadsheet would run the text, or a part of it: what `defused` gives does not."""
    risky = cell[:1] in RISKY or _RUN_WITHIN.search(cell) is not None
    return cell != "" and risky and not _PLAIN_NUMBER.fullmatch(cell)


def runs_in_json(cell: str) -> bool:
    """As `runs`, of a cell of JSON or, where that is a text alone, of text."""
    return _IN_JSON.search(cell) is not None and _RUN_WITHIN.search(cell) is not None


def split(line: str) -> list[str | None] | None:
    """The cells of a row, None for an absent value; None for the whole if no row is written so."""
    there: list[str | None] = []
    at, separator = 0, ","
    while separator:
        cell = _CELL_OF_LINE.match(line, at)
        if cell is None:
            return None
        quoted, plain, separator = cell.groups()
        there.append(plain or None if quoted is None else quoted.replace('""', '"'))
        at = cell.end()
    return there


def text_of(value: Any) -> str:
    """A value that is not None as text: what is no text as JSON."""
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _is_risky(text: str) -> bool:
    first = text.lstrip(APOSTROPHE)[:1]
    return first != "" and first in RISKY


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = defused(value) if isinstance(value, str) else _IN_JSON.sub(_escaped, text_of(value))
    return '"' + text.replace('"', '""') + '"' if _TO_BE_QUOTED.search(text) else text


def _escaped(separator: re.Match[str]) -> str:
    return ESCAPED[separator[0]]
