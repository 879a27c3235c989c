"""The fields of a form: made from the shape that the API gives a command, and read back into its body.

So a form asks what the API asks, in the same words, and an error of the API finds the field it is about.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from marshmallow import Schema, fields, validate

from web.console.wording import words
from web.schemas.fields import TEXT_PATTERN, DayField, Exact, Flag, Id, InstantField
from web.schemas.queries import Truth
from web.schemas.words import word_of

ROWS = {"alignments": 1, "changes": 1, "key_results": 1}
USUAL_ROWS = 3
"""So many empty rows a form offers of what there may be several of."""
BY_THE_PAGE = ("dry_run",)
"""A page says these by itself."""
LATER = ("key_results",)
"""These are added to a thing once it is there, by a form of their own."""
GIVEN = "key_result_id"
"""A row that has only this was not filled in: the form has it there already."""
MOST_ROWS = 100
_ROW = re.compile(r"[0-9]{1,4}", re.ASCII)
SINCE, DAY = "effective_on", "on"
LAST = ("external_id", SINCE, "reason")
LABELS = {
    "action": "Kind of change",
    SINCE: "Since when it holds",
    DAY: "Day",
    "external_id": "Id in its source",
    "url": "URL",
}
"""Labels of fields that are not called as they are written."""
_BESIDE = re.compile(r"[:;,] see docs/[^ ]*[^ .]|[:;,] (null|exactly one|in a command)[^.]*|`")
"""The part of the words of a field that is for programs."""
COLLECTIONS = {
    "unit_id": "units",
    "parent_id": "units",
    "owner_unit_id": "units",
    "owner_person_id": "people",
    "person_id": "people",
    "manager_id": "people",
    "reviewer_id": "people",
    "hand_over_to": "people",
    "cycle_id": "cycles",
    "objective_id": "objectives",
    "objective_ids": "objectives",
    "units": "units",
    "follows_id": "policies",
}
"""The list in which the id of a field is found by its name."""
BETWEEN = "\n"
"""It stands between several choices in the value of one field."""
WITH_PARTS = ("recipients",)
"""The shape that has such a field makes several things, whose parts are all given at once."""
Values = Mapping[str, str]


@dataclass(frozen=True)
class Field:
    """A field of a form. `name` is its pointer in the body, with slashes; `kind` says how it is typed."""

    name: str
    label: str
    hint: str
    kind: str
    required: bool
    choices: tuple[str, ...] = ()
    found_in: str | None = None
    value: str = ""
    error: str = ""
    more: str = ""
    """The list that has further rows behind this field."""

    @property
    def id(self) -> str:
        """The id of its element."""
        return "f-" + self.name.replace("/", "-")

    @property
    def chosen(self) -> list[str]:
        """Those of several choices that are taken."""
        return self.value.split(BETWEEN)


def fields_of(shape: Schema, values: Values, errors: Mapping[str, str]) -> list[Field]:
    """The fields of a form, with what was typed and what is wrong with it; since when and why come last, and
    a command that is about a day of its own is not asked for another.
    """
    later = [name for name in LAST if name in shape.fields and not (name == SINCE and DAY in shape.fields)]
    left_out = () if any(name in shape.fields for name in WITH_PARTS) else LATER
    names = [name for name in shape.fields if name not in (*LAST, *BY_THE_PAGE, *left_out)] + later
    owner = type(shape).__name__.removesuffix("Schema")
    found = [each for name in names for each in _fields(owner, name, shape.fields[name], name, values)]
    return [replace(each, value=values.get(each.name, ""), error=errors.get(each.name, "")) for each in found]


def _fields(owner: str, name: str, field: Any, path: str, values: Values) -> Iterator[Field]:
    if isinstance(field, fields.Nested):
        inner = type(field.schema).__name__.removesuffix("Schema")
        for each, of in field.schema.fields.items():
            yield from _fields(inner, each, of, f"{path}/{each}", values)
    elif isinstance(field, fields.List) and not _choices(field.inner):
        found: list[Field] = []
        for row in range(rows_of(path, values)):
            for one in _fields(owner, name, field.inner, f"{path}/{row}", values):
                needed = field.required and not row and (one.required or one.name == f"{path}/{row}")
                found.append(replace(one, required=needed, hint="" if row else one.hint))
        yield from found[:-1]
        yield from (replace(last, more=path) for last in found[-1:])
    else:
        yield _one(owner, name, field, path)


def with_more(values: Values, path: str) -> dict[str, str]:
    """The values with further rows of a list, as far as there may be more."""
    return {**values, f"{path}/{rows_of(path, values) + USUAL_ROWS - 1}": ""}


def rows_of(path: str, values: Values) -> int:
    """The rows that are typed, and some empty ones."""
    typed = {name[len(path) + 1 :].split("/")[0] for name in values if name.startswith(f"{path}/")}
    filled = max((int(each) for each in typed if _ROW.fullmatch(each)), default=-1) + 1
    return min(filled, MOST_ROWS) or ROWS.get(path, USUAL_ROWS)


def _one(owner: str, name: str, field: Any, path: str) -> Field:
    said = word_of(owner, name)
    several = isinstance(field, fields.List)
    choices = _choices(field.inner if isinstance(field, fields.List) else field)
    label = _label(name, path)
    hint = _BESIDE.sub("", said.says) if said else ""
    kind = "several" if several else _kind(field, choices)
    return Field(path, label, hint, kind, bool(field.required), choices, _found_in(name, field))


def _label(name: str, path: str) -> str:
    """The words for a field: in a list with the number of its row, in a part with the name of the part."""
    of, *inside = path.split("/")
    said = LABELS.get(name) or words(name).removesuffix(" id").capitalize()
    if not inside:
        return said.removesuffix(" ids")
    whole = words(of).removesuffix(" ids").capitalize()
    if not inside[0].isdigit():
        return f"{whole}: {said.lower()}"
    row = f"{whole.removesuffix('s')} {int(inside[0]) + 1}"
    return row if len(inside) == 1 else f"{row}: {said.lower()}"


def _choices(field: Any) -> tuple[str, ...]:
    return next((tuple(rule.choices) for rule in field.validators if isinstance(rule, validate.OneOf)), ())


def _found_in(name: str, field: Any) -> str | None:
    return COLLECTIONS.get(name) if isinstance(field, Id) else None


def _kind(field: Any, choices: tuple[str, ...]) -> str:
    if choices:
        return "choice"
    for type_, kind in (
        (DayField, "day"),
        (Flag, "truth"),
        (Id, "thing"),
        (Exact, "exact"),
        (InstantField, "instant"),
        (fields.Raw, "file"),
        (Truth, "truth"),
        (fields.Integer, "whole"),
    ):
        if isinstance(field, type_):
            return kind
    return "text" if field.metadata.get("pattern") == TEXT_PATTERN else "line"


def digest_of(given: Mapping[str, Any], data: bytes = b"") -> str:
    """Tells what was seen, with the file that belongs to it, from everything else."""
    return sha256(data + json.dumps(given, sort_keys=True).encode()).hexdigest()


def body_of(
    shape: Schema, values: Values, before: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, str]]:
    """(the body of the command, the name of the field for each pointer in it). An empty field is left out,
    one that says what is so already (`before`) likewise, and one that was emptied is null.
    """
    places: dict[str, str] = {}
    body: dict[str, Any] = {}
    for name, field in shape.fields.items():
        said = _read(field, name, f"/{name}", values, places)
        if said is None and before.get(name) is not None and values.get(name) == "":
            body[name] = None
        elif said is not None and not (name in before and str(said) == str(before[name])):
            body[name] = said
    return body, places


def _read(field: Any, path: str, pointer: str, values: Values, places: dict[str, str]) -> Any:
    """The value of a field as JSON has it, None if nothing was typed."""
    places[pointer] = path
    if isinstance(field, fields.Nested):
        read = {
            name: said
            for name, each in field.schema.fields.items()
            if (said := _read(each, f"{path}/{name}", f"{pointer}/{name}", values, places)) is not None
        }
        return None if set(read) <= {GIVEN} else read
    if isinstance(field, fields.List) and _choices(field.inner):
        return [each for each in values.get(path, "").split(BETWEEN) if each] or None
    if isinstance(field, fields.List):
        rows: list[Any] = []
        for row in range(rows_of(path, values)):
            said = _read(field.inner, f"{path}/{row}", f"{pointer}/{len(rows)}", values, places)
            if said is not None:
                rows.append(said)
        return rows or None
    return _typed(field, values.get(path, "").strip())


def _typed(field: Any, typed: str) -> Any:
    if not typed:
        return None
    if isinstance(field, Flag):
        return {"true": True, "false": False}.get(typed, typed)
    if isinstance(field, fields.Integer):
        return int(typed) if typed.removeprefix("-").isdecimal() and len(typed) < 20 else typed
    return typed
