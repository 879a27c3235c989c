"""A change as a person reads it: what was done, each value before and after, and why."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from web.console.wording import LEVELS, number, short_day, words

DONE = {
    "aligned": "Linked to",
    "alignment_removed": "No longer linked to",
    "alignment_weight_changed": "Weight of a link changed",
    "checked_in": "Check-in",
    "check_in_corrected": "Check-in corrected",
    "check_in_withdrawn": "Check-in withdrawn",
    "target_changed": "Target changed",
    "key_result_added": "Key result added",
    "key_result_removed": "Key result removed",
    "key_result_revised": "Key result revised",
    "key_result_reinstated": "Key result reinstated",
    "committed": "Owner committed",
    "returned": "Returned",
    "activated": "Started",
    "external_id_corrected": "External id corrected",
    "applied": "Carried out",
}
"""The last part of an action, where it is not read as it is written."""
STEPS = ("approved", "defined", "closed", "cancelled", "shared", "finalised")
"""Actions that a timeline marks."""
_DAY, _NUMBER, _WORD = (
    re.compile(r"\d{4}-\d\d-\d\d"),
    re.compile(r"-?\d+(\.\d+)?"),
    re.compile(r"[a-z]+(_[a-z]+)+"),
)
_LINKS, _READINGS, _KEY_RESULTS = "alignments", "readings", "key_results"
_KINDS = {
    "unit_id": "units",
    "parent_id": "units",
    "cycle_id": "cycles",
    "person_id": "people",
    "manager_id": "people",
    "reviewer_id": "people",
    "origin_id": "objectives",
    "successor_id": "objectives",
}
"""The lists of the API in which an id is found, by how the name of its field ends."""
_IN_THE_WORD = {"status", "present"}
"""Fields that the name of the action says already."""


@dataclass(frozen=True)
class Value:
    """A field changed: its label, and its values as they are read, None if there was none."""

    label: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Told:
    """A change, told: `what` was done, and to which values."""

    row: Mapping[str, Any]
    what: str
    values: tuple[Value, ...]
    is_step: bool

    @property
    def holds(self) -> str:
        """The day since which it holds."""
        return str(self.row["effective_on"])

    @property
    def recorded(self) -> str:
        """The day on which it was recorded."""
        return str(self.row["recorded_at"])[:10]


def told(row: Mapping[str, Any], names: Mapping[str, str] | None = None) -> Told:
    """Tells a row of a history or of the trail; `names` are those of ids in it."""
    name = str(row["action"]).rpartition(".")[2]
    changes = row.get("changes") or ()
    values = tuple(_values(name, changes, names or {}))
    return Told(row, done(row["action"]), values, name in STEPS)


def done(action: str) -> str:
    """Tells an action in words."""
    name = action.rpartition(".")[2]
    return DONE.get(name) or words(name).capitalize()


def ids_in(rows: Iterable[Mapping[str, Any]]) -> set[tuple[str, str]]:
    """(kind of thing, id) of what rows speak of by its id alone."""
    found = set()
    for row in rows:
        for change in row.get("changes") or ():
            kind = _kind_of(change["field"])
            if kind:
                found |= {(kind, value) for value in (change["before"], change["after"]) if _is_id(value)}
    return found


def _kind_of(field: str) -> str | None:
    last = field.rpartition(".")[2]
    return next((kind for ending, kind in _KINDS.items() if last.endswith(ending)), None)


def _values(name: str, changes: Iterable[Mapping[str, Any]], names: Mapping[str, str]) -> Iterable[Value]:
    for change in changes:
        first, *_ = change["field"].split(".")
        last = change["field"].rpartition(".")[2]
        if last in _IN_THE_WORD and not (name == "reinstated" and last == "status"):
            if last == "present" and change.get("label") and first == _LINKS:
                yield Value("", None, change["label"])
            continue
        label = change.get("label")
        if last == label or (last == "title" and change["after"] == label):
            if name == "key_result_added":
                yield Value("", None, str(change["after"]))
            continue
        said = words(last).removesuffix(" id").removeprefix("owner ")
        if _is_id(last) or first == _READINGS or f".{_READINGS}." in change["field"]:
            said = label or "reading"
        elif label and first in (_KEY_RESULTS, _LINKS) and name not in ("key_result_added", "aligned"):
            said = f"{label}, {said}" if last != "target" else str(label)
        yield Value(said, _read(change["before"], names), _read(change["after"], names))


def _read(value: Any, names: Mapping[str, str]) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool | int | float):
        return number(value)
    if isinstance(value, list | dict):
        return ", ".join(words(each) for each in value)
    return names.get(value, "another") if _is_id(value) else _text(str(value))


def _text(value: str) -> str:
    """A day, a number or a word of the vocabulary as it is read; all else as it was written."""
    if _DAY.fullmatch(value):
        return short_day(value)
    if _NUMBER.fullmatch(value):
        return number(value)
    return LEVELS.get(value) or (words(value) if _WORD.fullmatch(value) else value)


def _is_id(value: object) -> bool:
    if not isinstance(value, str) or len(value) != 36:
        return False
    try:
        UUID(value)
    except ValueError:
        return False
    return True
