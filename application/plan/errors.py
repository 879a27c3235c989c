"""Errors say what is wrong with a plan folder, cell by cell."""

from collections.abc import Mapping
from dataclasses import dataclass

WHOLE_FILE = "-"


@dataclass(frozen=True, order=True)
class CellError:
    """One bad cell.

    `line` is the physical line (counted by line feeds, from 1) on which the cell's row begins, so that all
    errors of a row that runs over several lines name the same line; 0 when the folder or a file as a whole
    is meant. `column` is the column's name, or `-` when no single column is meant.
    """

    file: str
    line: int
    column: str
    detail: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.detail}"


def printable(text: str) -> str:
    """The text on one line: line breaks, control characters, invisible ones and bytes that are no text are
    escaped, as in `\\n` and `\\x07`.
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else _escape(c) for c in text)


def _escape(character: str) -> str:
    undecoded = 0xDC80 <= ord(character) <= 0xDCFF  # how `surrogateescape` keeps a byte
    return f"\\x{ord(character) - 0xDC00:02x}" if undecoded else ascii(character)[1:-1]


def quoted(cell: str) -> str:
    """A cell as a complaint quotes it: at most 60 characters of it."""
    cell = cell.strip()
    return f"'{cell if len(cell) <= 60 else cell[:57] + '...'}'"


class PlanInvalid(Exception):
    """The folder cannot be imported; `errors` holds every bad cell, by file, line and column."""

    def __init__(self, errors: list[CellError]) -> None:
        super().__init__("\n".join(str(error) for error in errors))
        self.errors = errors


class Complaints:
    """Collects errors, at most one for each cell: a second remark on a cell joins the first. All of them are
    printable.
    """

    def __init__(self, shown: Mapping[str, str] | None = None) -> None:
        """`shown`: file -> what it is called, where that is something else."""
        self._shown = shown or {}
        self._details: dict[tuple[str, int, str], list[str]] = {}

    def add(self, file: str, line: int, column: str, detail: str) -> None:
        file = self._shown.get(file, file)
        details = self._details.setdefault((printable(file), line, printable(column)), [])
        if (detail := printable(detail)) not in details:
            details.append(detail)

    def __bool__(self) -> bool:
        return bool(self._details)

    def errors(self) -> list[CellError]:
        """All of them, by file, line and order of discovery."""
        keys = sorted(self._details, key=lambda key: key[:2])
        return [CellError(*key, "; ".join(self._details[key])) for key in keys]
