"""A heading says what the export is of."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

FORM = 2
"""The version of what is written here and of how the digest is made."""


@dataclass(frozen=True, kw_only=True)
class Heading:
    """`what` is the path with its parameters; `as_of` and `known_at` are None where what is exported has no
    two times, `asked_at` where it is the same whenever it is asked for. `by` is the actor, `name` that of the
    person, if it is one. `columns` are named with their kinds.
    """

    what: str
    asked_at: str | None
    as_of: str | None
    known_at: str | None
    position: int
    by: str
    role: str
    name: str | None
    columns: str

    def said(self) -> dict[str, Any]:
        """By name, in order, without what is absent."""
        there = {name: value for name, value in asdict(self).items() if value is not None}
        return {"throughline": FORM, **there}


def comments(said: Mapping[str, Any]) -> bytes:
    """The first lines of a CSV file: no spreadsheet takes anything in them for a cell of its own."""
    plain = {name: re.sub(r'[\s,;"]+', " ", str(value)) for name, value in said.items()}
    return "".join(f"# {name}: {value}\r\n" for name, value in plain.items()).encode()
