"""A plan folder as it is written: the declared columns in their order, the rows by id. And a template, as a
folder or as a workbook.
"""

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from application.plan.rows import FILES, PlanRow

WIDTH = 14  # characters
DAY, NUMBER, TEXT = "yyyy-mm-dd", "General", "@"  # formats of cells
LAST_ROW = 1_048_576


def write_template(folder: Path) -> None:
    """An empty plan folder: every file with its headings."""
    for kind in FILES:
        write_rows(folder, kind, ())


def template_workbook() -> bytes:
    """An empty plan as a workbook. Cells of ids and texts are text, so that no spreadsheet takes 007 for 7 or
    1-2 for a day; cells of words offer these.
    """
    from openpyxl import Workbook  # slow to load
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    workbook = Workbook()
    workbook.remove(workbook.active)
    for kind in FILES:
        sheet = workbook.create_sheet(kind.FILE.removesuffix(".csv"))
        sheet.freeze_panes = "A2"
        for place, column in enumerate(kind.COLUMNS, start=1):
            letter = get_column_letter(place)
            sheet.cell(1, place, column.name).font = Font(bold=True)
            dimension = sheet.column_dimensions[letter]
            dimension.width = max(WIDTH, len(column.name) + 2)
            dimension.number_format = DAY if column.is_day else NUMBER if column.is_number else TEXT
            if column.words:
                offer = DataValidation("list", formula1=f'"{",".join(column.words)}"', allow_blank=True)
                offer.add(f"{letter}2:{letter}{LAST_ROW}")
                sheet.add_data_validation(offer)
    data = io.BytesIO()
    workbook.save(data)
    return data.getvalue()


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
