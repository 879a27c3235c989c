"""Lists that can be exported: what may be asked of them, their columns, and where their rows come from."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from operator import attrgetter
from typing import Any

from flask.globals import app_ctx
from marshmallow import Schema

from domain.refusals import NotFound
from projections.page import Page
from web.access.guard import acting, caller
from web.exports.columns import Column, columns_of
from web.exports.rows import Item, Items, Rows, Statement
from web.freshness import ReadSnapshot
from web.schemas.queries import nothing

NOT_THERE = "there is nothing with this id at the moment asked about"
ROWS_A_PAGE = 1_000
UNLESS_ASKED = ("limit", "order")
"""A list has values for these parameters if they are left out; an export is then whole, in its own order."""
_FIRST = "select * from ({query}) every limit %(limit)s"
Question = Callable[..., Any]
Whole = Callable[..., tuple[str, Mapping[str, Any]]]
"""Takes what a question takes and gives a statement with its parameters that selects every row."""


Lasting = Callable[[ReadSnapshot, Mapping[str, Any]], tuple[ReadSnapshot, Mapping[str, str]]]
"""Takes the snapshot and what was asked; gives the snapshot at which nothing will ever be other, and the
parameters that ask for it again.
"""


@dataclass(frozen=True)
class Exported:
    """`rows` takes the snapshot, what was asked by `shape` and, as keywords, the ids in the path; `position`
    is the one up to which they are complete. With `lasting` the file is the same, byte for byte, whenever the
    same reader asks for it again by what it says of itself.
    """

    shape: Schema
    columns: tuple[Column, ...]
    rows: Callable[..., Rows]
    position: Callable[[ReadSnapshot], int] = attrgetter("position")
    lasting: Lasting | None = None


def of_pages(shape: Schema, item: Schema, question: Question) -> Exported:
    """A list whose question answers with one `Page`, or None: there is no such thing."""

    def rows(snapshot: ReadSnapshot, asking: Mapping[str, Any], **ids: Any) -> Rows:
        def page(after: str | None, limit: int) -> Page | None:
            found: Page | None = question(snapshot, {**asking, "limit": limit, "after": after}, **ids)
            return found

        first = page(asking["after"], min(ROWS_A_PAGE, asking["limit"] or ROWS_A_PAGE))
        if first is None:
            raise NotFound(NOT_THERE)
        return Items(islice(_all(first, _as_now(page)), asking["limit"]))

    return Exported(_of_all(shape), columns_of(item), rows)


def of_parts(
    shape: Schema,
    answer: Schema,
    parts: tuple[str, ...],
    question: Question,
) -> Exported:
    """Exports these fields of a single answer, objects and lists of objects, one after the other. The part
    `units.points` are the points of each unit, each with what is said of its unit.
    """

    def rows(snapshot: ReadSnapshot, asking: Mapping[str, Any], **ids: Any) -> Rows:
        found = question(snapshot, asking, **ids)
        if found is None:
            raise NotFound(NOT_THERE)
        return Items(item for part in parts for item in _items(found, part))

    columns = {column.path: column for part in parts for column in _columns(answer, part)}
    return Exported(_of_all(shape), tuple(columns.values()), rows)


def of_statement(
    shape: Schema,
    item: Schema,
    whole: Whole,
) -> Exported:
    """A list that may be long: PostgreSQL makes its lines, see `Statement`."""
    columns = columns_of(item)

    def rows(snapshot: ReadSnapshot, asking: Mapping[str, Any], **ids: Any) -> Rows:
        return statement(snapshot, asking, whole(snapshot, asking, **ids), columns)

    return Exported(_of_all(shape), columns, rows)


def statement(
    snapshot: ReadSnapshot,
    asking: Mapping[str, Any],
    whole: tuple[str, Mapping[str, Any]],
    columns: tuple[Column, ...],
    mend: Callable[[Any], Item] | None = None,
) -> Rows:
    """The rows of a statement, or the first of them, if a number was asked for."""
    query, parameters = whole
    if asking["limit"] is not None:
        query, parameters = _FIRST.format(query=query), {**parameters, "limit": asking["limit"]}
    return Statement(snapshot.connection, query, parameters, columns, mend)


def _of_all(shape: Schema) -> Schema:
    """The shape of the list, but that it asks for all unless it asks for a part."""
    whole = type(shape)()
    for name in UNLESS_ASKED:
        if name in whole.fields:
            whole.fields[name].load_default = nothing
    return whole


def _all(page: Page | None, next_page: Callable[[str], Page | None]) -> Iterator[Item]:
    while page is not None:
        yield from page.items
        page = next_page(page.next) if page.next is not None else None


def _as_now(page: Callable[[str | None, int], Page | None]) -> Callable[[str], Page | None]:
    """The same after the request is over, while the answer is being sent."""
    app, who = app_ctx.app, caller()

    def asked_later(after: str) -> Page | None:
        with acting(app, who):
            return page(after, ROWS_A_PAGE)

    return asked_later


def _items(found: Mapping[str, Any], part: str) -> Iterator[Item]:
    outer, _, inner = part.partition(".")
    for item in found[outer] if isinstance(found[outer], list) else [found[outer]]:
        if inner:
            around = {name: value for name, value in item.items() if name != inner}
            yield from ({**around, **each} for each in item[inner])
        else:
            yield item


def _columns(answer: Schema, part: str) -> tuple[Column, ...]:
    outer, _, inner = part.partition(".")
    field: Any = answer.fields[outer]
    schema: Schema = getattr(field, "inner", field).schema
    if not inner:
        return columns_of(schema)
    around = (column for column in columns_of(schema) if column.name != inner)
    return (*around, *_columns(schema, inner))
