"""The formats of exports by the suffix that asks for them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from web.exports import as_csv, as_jsonl, as_xlsx


@dataclass(frozen=True)
class Format:
    """`write` gives the bytes in turn. It calls `seal` when every row has been given and before it gives what
    makes the file complete. `names`: it shows what ids name, and is given who knows that.
    """

    media_type: str
    write: Callable[..., Iterator[bytes]]
    names: bool = False


FORMATS: Mapping[str, Format] = {
    "csv": Format(as_csv.MEDIA_TYPE, as_csv.write),
    "xlsx": Format(as_xlsx.MEDIA_TYPE, as_xlsx.write, names=True),
    "jsonl": Format(as_jsonl.MEDIA_TYPE, as_jsonl.write),
}
SUFFIX = f".<any({', '.join(FORMATS)}):format>"
"""The suffix of a format follows the path of a list, as a rule of werkzeug."""
