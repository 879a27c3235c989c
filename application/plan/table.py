"""A table of a plan as rows of cells by column, each with the line it begins on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from application.plan.errors import WHOLE_FILE, Complaints

SAID_ELSEWHERE = ""


@dataclass(frozen=True)
class Record:
    """One row as it was handed in. `faults`: place of a cell that cannot be read -> what is wrong with it;
    `SAID_ELSEWHERE` if another complaint has named the cause.
    """

    line: int
    cells: list[str]
    faults: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RawRow:
    """`faults` as of a record, by column. `misshapen`: it has too few or too many cells (complained about);
    those it lacks are empty here.
    """

    line: int
    cells: dict[str, str]
    faults: Mapping[str, str]
    misshapen: bool


class UnreadableTable(Exception):
    """The rows of the file are not known, or not from here on; what is wrong has been complained about."""


def rows_of(
    file: str,
    records: Iterator[Record],
    columns: tuple[str, ...],
    optional: tuple[str, ...],
    complaints: Complaints,
) -> Iterator[RawRow]:
    """The rows, each with every column, and with those of the optional ones that the file has. Raises
    `UnreadableTable` where the form of the file breaks, and if it lacks the first column.

    A column that is missing or twice is a fault of every row. Rows without any text are skipped, as
    spreadsheets leave them at the end.
    """
    header = next(records, None)
    if header is None:
        complaints.add(file, 1, WHOLE_FILE, "is empty: a header row is needed")
        raise UnreadableTable
    names = without_empty_end([name.strip() for name in header.cells], 0)
    lacking = _lacking(file, header, names, columns, optional, complaints)
    absent = dict.fromkeys(lacking, "")
    for record in records:
        if not any(cell.strip() for cell in record.cells):
            continue
        cells = without_empty_end(record.cells, len(names))
        misshapen = _is_misshapen(file, record.line, cells, names, complaints)
        cells += [""] * (len(names) - len(cells))
        faults = {names[place]: detail for place, detail in record.faults.items() if place < len(names)}
        faults |= dict.fromkeys(lacking, SAID_ELSEWHERE)
        yield RawRow(record.line, {**dict(zip(names, cells, strict=False)), **absent}, faults, misshapen)


def _lacking(
    file: str,
    header: Record,
    names: list[str],
    columns: tuple[str, ...],
    optional: tuple[str, ...],
    complaints: Complaints,
) -> list[str]:
    """The columns that the rows do not have, or not for sure; complained about."""
    if not set(names) & {*columns, *optional}:
        form = "with comma, semicolon or tab between them, and in UTF-8 unless another encoding is declared"
        complaints.add(file, header.line, WHOLE_FILE, f"has none of its columns: {','.join(columns)}, {form}")
        raise UnreadableTable
    wrong = {name: _wrong_with(name, names, columns, optional) for name in (*names, *columns)}
    wrong |= {names[place]: detail for place, detail in header.faults.items()}
    for name, detail in wrong.items():
        if detail:
            complaints.add(file, header.line, name or WHOLE_FILE, detail)
    lacking = [name for name in (*columns, *optional) if wrong.get(name)]
    if columns[0] in lacking:
        raise UnreadableTable
    return lacking


def _wrong_with(
    name: str, names: list[str], columns: tuple[str, ...], optional: tuple[str, ...]
) -> str | None:
    if name not in (*columns, *optional):
        more = f", and if wanted {','.join(optional)}" if optional else ""
        return f"unknown column; the columns are {','.join(columns)}{more}"
    if name not in names:
        return "missing column"
    if names.count(name) > 1:
        return "the column is there twice"
    return None


def _is_misshapen(file: str, line: int, cells: list[str], names: list[str], complaints: Complaints) -> bool:
    there, wanted = len(cells), len(names)
    if there > wanted:
        detail = f"the row has more cells than the {wanted} columns"
        complaints.add(file, line, f"cell {wanted + 1}", detail)
    if there < wanted:
        complaints.add(file, line, names[there], f"missing: the row has {there} cells, not {wanted}")
    return there != wanted


def without_empty_end(cells: list[str], wanted: int) -> list[str]:
    """The cells without what is empty beyond those wanted, as spreadsheets leave it."""
    while len(cells) > wanted and not cells[-1].strip():
        cells.pop()
    return cells
