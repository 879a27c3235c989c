"""An examination tells whether a file is a whole and unaltered copy of an export, in memory that does not
grow with it.
"""

import warnings
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any
from xml.etree.ElementTree import ParseError

from web.exports.copies.copy import Altered, Copy, Incomplete, NotAnExport, NotSound
from web.exports.copies.text import BYTE_ORDER_MARK, read_csv, read_jsonl
from web.exports.tally import Tally

ARCHIVE = b"PK\x03\x04"
BEGINNINGS: Mapping[str, bytes] = {"csv": b"# throughline: ", "jsonl": b'{"export":', "xlsx": ARCHIVE}
DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, ParseError, EOFError, OSError, RuntimeError),
    *(LookupError, ValueError, TypeError, AttributeError, ArithmeticError),
)
"""A damaged workbook makes its reader raise these."""


def examine(path: Path) -> Copy:
    """Raises OSError if the file cannot be read."""
    said: dict[str, Any] = {}
    found = Tally()
    with path.open("rb") as file:
        beginning = file.read(32).removeprefix(BYTE_ORDER_MARK)
        file.seek(0)
        format = next((name for name, known in BEGINNINGS.items() if beginning.startswith(known)), None)
        try:
            _read(format, file, said, found)
        except NotSound as fault:
            return Copy(format, said, found.rows, None, str(fault))
    return Copy(format, said, found.rows, found.digest, None)


def _read(format: str | None, file: IO[bytes], said: dict[str, Any], found: Tally) -> None:
    if format == "csv":
        read_csv(file, said, found)
    elif format == "jsonl":
        read_jsonl(file, said, found)
    elif format == "xlsx":
        _read_archive(file, said, found)
    else:
        raise NotAnExport("is not an export of Throughline")


def _read_archive(file: IO[bytes], said: dict[str, Any], found: Tally) -> None:
    if not zipfile.is_zipfile(file):
        raise Incomplete("is incomplete: the end of the workbook is missing")
    from web.exports.copies.workbook import read_xlsx  # openpyxl is slow to load

    try:
        with warnings.catch_warnings(action="ignore"):  # of what does not matter for the values
            read_xlsx(file, said, found)
    except DAMAGE as error:
        raise Altered(f"is damaged: {error}") from error
