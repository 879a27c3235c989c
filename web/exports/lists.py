"""Lists that can be exported: what may be asked of them, their columns, and where their rows come from."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
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

NOT_THERE = "there is nothing with this id at the moment asked about"
ROWS_A_PAGE = 1_000
OF_ONE_PAGE = ("limit", "after", "order", "wait")
"""Parameters that an export does not take: it is whole, as of one moment, in one order."""
Question = Callable[..., Any]
Whole = Callable[..., tuple[str, Mapping[str, Any]]]
"""Takes what a question takes and gives a statement with its parameters that selects every row."""


@dataclass(frozen=True)
class Exported:
    """`rows` takes the snapshot, what was asked by `shape` and, as keywords, the ids in the path; `position`
    is the one up to which they are complete.
    """

    shape: Schema
    columns: tuple[Column, ...]
    rows: Callable[..., Rows]
    roles: frozenset[str] | None = None
    position: Callable[[ReadSnapshot], int] = attrgetter("position")


def of_pages(shape: Schema, item: Schema, question: Question) -> Exported:
    """A list whose question answers with one `Page`, or None: there is no such thing."""

    def rows(snapshot: ReadSnapshot, asking: Mapping[str, Any], **ids: Any) -> Rows:
        def page(after: str | None) -> Page | None:
            found: Page | None = question(snapshot, {**asking, "limit": ROWS_A_PAGE, "after": after}, **ids)
            return found

        first = page(None)
        if first is None:
            raise NotFound(NOT_THERE)
        return Items(_all(first, _as_now(page)))

    return Exported(_of_all(shape), columns_of(item), rows)


def of_parts(
    shape: Schema,
    answer: Schema,
    parts: tuple[str, ...],
    question: Question,
    roles: frozenset[str] | None = None,
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
    return Exported(_of_all(shape), tuple(columns.values()), rows, roles)


def of_statement(
    shape: Schema,
    item: Schema,
    whole: Whole,
    roles: frozenset[str] | None = None,
    mend: Callable[[Any], Item] | None = None,
) -> Exported:
    """A list that may be long: PostgreSQL makes its lines, see `Statement`."""
    columns = columns_of(item)

    def rows(snapshot: ReadSnapshot, asking: Mapping[str, Any], **ids: Any) -> Rows:
        query, parameters = whole(snapshot, asking, **ids)
        return Statement(snapshot.connection, query, parameters, columns, mend)

    return Exported(_of_all(shape), columns, rows, roles)


def _of_all(shape: Schema) -> Schema:
    """The shape without the parameters that ask for a part."""
    return type(shape)(exclude=[name for name in OF_ONE_PAGE if name in shape.fields])


def _all(page: Page | None, next_page: Callable[[str], Page | None]) -> Iterator[Item]:
    while page is not None:
        yield from page.items
        page = next_page(page.next) if page.next is not None else None


def _as_now(page: Callable[[str | None], Page | None]) -> Callable[[str], Page | None]:
    """The same after the request is over, while the answer is being sent."""
    app, who = app_ctx.app, caller()

    def asked_later(after: str) -> Page | None:
        with acting(app, who):
            return page(after)

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
