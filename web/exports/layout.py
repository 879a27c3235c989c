"""A workbook is laid out for people: what ids name stands in the rows and the ids at the end, each change of
a field has a row, and what is a list in an item has a sheet of its own.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from web.exports.columns import BOOLEAN, INTEGER, JSON, TEXT, Column, columns_of
from web.schemas.fields import ID

Names: TypeAlias = Mapping[str, str]
Item: TypeAlias = Mapping[str, Any]
CHANGES = ("changes",)
ROWS = "Rows"
TITLES = ("title", "name")
LONGEST_NAME = 25
_CHANGE = (
    *(("change", INTEGER), ("field", TEXT), ("label", TEXT), ("before", JSON), ("before_name", TEXT)),
    *(("after", JSON), ("after_name", TEXT), ("until", TEXT), ("personal", BOOLEAN), ("lowered", BOOLEAN)),
    *(("raised", BOOLEAN), ("key_result_kind", TEXT)),
)


@dataclass(frozen=True)
class Field:
    """A column of a sheet, and what is in it of a row: `of` takes an item and the names of ids."""

    column: Column
    of: Callable[[Item, Names], Any]


@dataclass(frozen=True)
class Sheet:
    """`rows` are those that an item has on this sheet."""

    name: str
    fields: tuple[Field, ...]
    rows: Callable[[Item, Names], Iterable[Item]]

    @property
    def columns(self) -> tuple[Column, ...]:
        return tuple(field.column for field in self.fields)

    def values(self, item: Item, names: Names) -> Iterator[list[Any]]:
        """The values of the rows of an item, in the order of the columns."""
        for row in self.rows(item, names):
            yield [field.of(row, names) for field in self.fields]


def laid_out(columns: Sequence[Column]) -> list[Sheet]:
    """The sheets for items with these columns: their rows, and what is listed in them."""
    lists = [column for column in columns if column.nested is not None and column.path != CHANGES]
    fields = _fields([column for column in columns if column not in lists])
    if not any(column.path == CHANGES and column.nested is not None for column in columns):
        return [Sheet(ROWS, tuple(fields), lambda item, _: [item]), *map(_listed, lists)]
    plain = [field for field in fields if field.column.path != CHANGES]
    place = next((at for at, field in enumerate(plain) if field.column.names_something), len(plain))
    change = [_field(Column(("", name), kind), (name,)) for name, kind in _CHANGE]
    return [Sheet(ROWS, (*plain[:place], *change, *plain[place:]), _changes), *map(_listed, lists)]


def ids_in(value: Any) -> Iterator[str]:
    """Every id in an item."""
    if isinstance(value, str):
        if ID.fullmatch(value):
            yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from ids_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from ids_in(each)


def _fields(columns: Sequence[Column]) -> list[Field]:
    """The columns, in the place of each id what it names, unless that is a column already; the ids themselves
    at the end.
    """
    there = {column.path for column in columns}
    first, last = [], []
    for column in columns:
        if not column.names_something:
            first.append(_field(column, column.path))
            continue
        last.append(_field(column, column.path))
        *around, name = column.path
        stem = name.removesuffix("_id")
        known = [(*around, f"{stem}_{title}") for title in TITLES]
        known += [(*around, title) for title in TITLES]
        named = (*around, stem)
        if name != "id" and named not in there and not there.intersection(known if around else known[:2]):
            first.append(_name(Column(named, TEXT), column))
    return [*first, *last]


def _field(column: Column, path: tuple[str, ...]) -> Field:
    value, shown = Column(path, column.kind), tuple(filter(None, column.path))
    return Field(Column(shown, column.kind, column.names_something), lambda item, _: value.of(item))


def _name(column: Column, id: Column) -> Field:
    return Field(column, lambda item, names: names.get(id.of(item) or ""))


def _changes(item: Item, names: Names) -> Iterator[Item]:
    """The item once for each of its changes; once if it has none."""
    for number, change in enumerate(item["changes"], 1):
        called = {
            f"{side}_name": names.get(change[side]) if isinstance(change[side], str) else None
            for side in ("before", "after")
        }
        yield {**item, **change, **called, "change": number}
    if not item["changes"]:
        yield item


def _listed(column: Column) -> Sheet:
    """A sheet of what is in a list, with whose it is before it; a list of lists is numbered in both."""
    if column.nested is None:
        raise TypeError(f"{column.name} is no list")
    inner = columns_of(column.nested)
    deeper = next((each for each in inner if each.nested is not None), None)
    steps, columns = [column], inner
    if deeper is not None and deeper.nested is not None:
        steps.append(deeper)
        columns = (*(each for each in inner if each is not deeper), *columns_of(deeper.nested))
    numbers = [_field(Column((step.path[-1],), INTEGER), ("#", step.path[-1])) for step in steps]
    own = Field(Column(("of",), TEXT), lambda item, _: next(filter(None, map(item["##"].get, TITLES)), None))
    id = Field(Column(("of_id",), TEXT, names_something=True), lambda item, _: item["##"].get("id"))

    def rows(item: Item, _: Names) -> Iterator[Item]:
        for place, each in enumerate(column.of(item) or (), 1):
            within = enumerate(each[deeper.path[-1]], 1) if deeper else [(0, {})]
            for below, entry in within:
                counts = {step.path[-1]: count for step, count in zip(steps, (place, below), strict=False)}
                yield {**each, **entry, "#": counts, "##": item}

    fields = (own, *numbers, *_fields(columns), id)
    return Sheet(column.name.replace("_", " ").capitalize()[:LONGEST_NAME], fields, rows)
