"""A plan folder as it is written: the declared columns in their order, the rows by id."""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from application.plan.rows import FILES, PlanRow


def write_template(folder: Path) -> None:
    """An empty plan folder: every file with its headings."""
    for kind in FILES:
        write_rows(folder, kind, ())


def write_rows(folder: Path, kind: type[PlanRow], rows: Iterable[Mapping[str, Any]]) -> int:
    """Writes one file of cells by column, None for an empty one, and answers how many rows it has.

    Rows come by id, so that two exports can be compared. Cells stay as they are, also those that a
    spreadsheet would run: the folder is there to be read back. Optional columns are written only if one of
    them says something. Lines end in CRLF, because the writer quotes a cell for a line break only if it is
    part of that.
    """
    cells = [[row.get(column.name) for column in kind.COLUMNS] for row in rows]
    cells.sort(key=lambda row: [str(cell) for cell in row])
    shown = [
        place
        for place, column in enumerate(kind.COLUMNS)
        if not column.optional or any(row[place] is not None for row in cells)
    ]
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / kind.FILE).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow([kind.COLUMNS[place].name for place in shown])
        writer.writerows([row[place] for place in shown] for row in cells)
    return len(cells)
