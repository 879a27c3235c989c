"""An examination tells whether a file is a whole and unaltered copy of an export, in memory that does not
grow with it.
"""

import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from web.exports.copies.copy import Altered, Copy, NotAnExport, NotSound
from web.exports.copies.text import BYTE_ORDER_MARK, read_csv, read_jsonl
from web.exports.copies.workbook import read_xlsx
from web.exports.tally import Tally

BEGINNINGS: Mapping[str, bytes] = {"csv": b"# throughline: ", "jsonl": b'{"export":', "xlsx": b"PK\3\4"}
READERS = {"csv": read_csv, "jsonl": read_jsonl, "xlsx": read_xlsx}


def examine(path: Path) -> Copy:
    """Raises OSError if the file cannot be read."""
    with path.open("rb") as file:
        return judged(file)


def judged(file: IO[bytes]) -> Copy:
    """Takes a file that can be read from any place."""
    said: dict[str, Any] = {}
    found = Tally()
    beginning = file.read(32)
    file.seek(0)
    plain = beginning.removeprefix(BYTE_ORDER_MARK)
    format = next((name for name, known in BEGINNINGS.items() if plain.startswith(known)), None)
    try:
        if format is None:
            raise NotAnExport("is not an export of Throughline")
        if plain != beginning:
            raise Altered("begins with a byte order mark: another program has saved it")
        READERS[format](file, said, found)
    except NotSound as fault:
        return Copy(format, said, found.rows, None, str(fault))
    except zlib.error as error:
        return Copy(format, said, found.rows, None, f"is damaged: {error}")
    return Copy(format, said, found.rows, found.digest, None)
