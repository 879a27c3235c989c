"""A CSV file as rows of cells, each with the line it begins on."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from application.plan.errors import WHOLE_FILE, Complaints

BYTE_ORDER_MARK = "\ufeff"
NOT_UTF_8 = "is not UTF-8"


@dataclass(frozen=True)
class RawRow:
    """`misshapen`: it has too few or too many cells (complained about); those it lacks are empty here."""

    line: int
    cells: dict[str, str]
    misshapen: bool


class UnreadableTable(Exception):
    """The rows of the file are not known, or not from here on; what is wrong has been complained about."""


def read_rows(
    path: Path, columns: tuple[str, ...], optional: tuple[str, ...], complaints: Complaints
) -> Iterator[RawRow]:
    """The rows, each with every column, and with those of the optional ones that the file has. Raises
    `Unreadable` where the form of the file breaks.

    Bytes that are not UTF-8 come as lone surrogates, so that every cell that holds some can be named. Rows
    without any text are skipped, as spreadsheets leave them at the end.
    """
    records = _records(path, complaints)
    header = next(records, None)
    if header is None:
        complaints.add(path.name, 1, WHOLE_FILE, "is empty: a header row is needed")
        raise UnreadableTable
    names = [name.strip() for name in header[1]]
    _check_header(path.name, names, columns, optional, complaints)
    for line, cells in records:
        if not any(cell.strip() for cell in cells):
            continue
        misshapen = _is_misshapen(path.name, line, cells, names, complaints)
        padded = cells + [""] * (len(names) - len(cells)) if misshapen else cells
        yield RawRow(line, dict(zip(names, padded, strict=False)), misshapen)


def _records(path: Path, complaints: Complaints) -> Iterator[tuple[int, list[str]]]:
    try:
        text = path.read_bytes().decode("utf-8", "surrogateescape").removeprefix(BYTE_ORDER_MARK)
    except OSError as error:
        complaints.add(path.name, 0, WHOLE_FILE, f"cannot be read: {error.strerror}")
        raise UnreadableTable from error
    lines = [line + "\n" for line in text.split("\n")]
    lines[-1] = lines[-1].removesuffix("\n")
    reader = csv.reader(lines, strict=True)
    while True:
        begins_on = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            complaints.add(path.name, begins_on, WHOLE_FILE, f"is not CSV: {_in_words(str(error))}")
            raise UnreadableTable from error
        if cells:
            yield begins_on, cells


def _in_words(csv_error: str) -> str:
    if "unexpected end of data" in csv_error:
        return "a quoted cell begins here and never ends"
    if "new-line character" in csv_error:
        return "a carriage return stands alone, outside of quotes"
    return csv_error


def _check_header(
    file: str, names: list[str], columns: tuple[str, ...], optional: tuple[str, ...], complaints: Complaints
) -> None:
    wrong = {name: _wrong_with(name, names, columns, optional) for name in (*names, *columns)}
    for name, detail in wrong.items():
        if detail:
            complaints.add(file, 1, name or WHOLE_FILE, detail)
    if any(wrong.values()):
        raise UnreadableTable


def _wrong_with(
    name: str, names: list[str], columns: tuple[str, ...], optional: tuple[str, ...]
) -> str | None:
    if not is_text(name):
        return NOT_UTF_8
    if name not in (*columns, *optional):
        more = f", and if wanted {','.join(optional)}" if optional else ""
        return f"unknown column; the columns are {','.join(columns)}{more}"
    if name not in names:
        return "missing column"
    if names.count(name) > 1:
        return "the column is there twice"
    return None


def _is_misshapen(file: str, line: int, cells: list[str], names: list[str], complaints: Complaints) -> bool:
    if len(cells) > len(names):
        complaints.add(
            file, line, f"cell {len(names) + 1}", f"the row has more cells than the {len(names)} columns"
        )
    if len(cells) < len(names):
        complaints.add(
            file, line, names[len(cells)], f"missing: the row has {len(cells)} cells, not {len(names)}"
        )
    return len(cells) != len(names)


def is_text(cell: str) -> bool:
    """Returns whether the cell was UTF-8: undecodable bytes are lone surrogates here."""
    try:
        cell.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
