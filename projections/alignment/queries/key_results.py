"""The list of key results: how each stands, which objective it measures, and whose that is."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import dict_row

from domain.rules import Rules
from projections.alignment.queries import listing, statements
from projections.alignment.queries.cascade import fetch, measured
from projections.alignment.queries.rows import KeyResultView
from projections.alignment.queries.shapes import key_result_of, owner_of
from projections.directory.policies import in_force
from projections.moment import Moment, holds
from projections.page import BY_TEXT, Page, Sorting
from projections.words import matching


@dataclass(frozen=True, slots=True)
class KeyResultFilters(listing.ObjectiveFilters):
    """As those of objectives, which are meant of the objective that is measured; `q` and `external_id` are of
    the key result. `read`: whether there is a reading.
    """

    objective: Collection[UUID] | None = None
    kind: Collection[str] | None = None
    read: bool | None = None


EVERYTHING = KeyResultFilters()
SORTING = Sorting(
    "key-results",
    {
        "title": BY_TEXT,
        "objective": BY_TEXT,
        "kind": str,
        "weight": Decimal,
        "attainment": Decimal,
        "progress": Decimal,
        "read_on": str,
    },
    usual=("title",),
)
_CHOSEN = """
    select k.objective_id::text || ':' || k.id as id, k.title, k.external_id, k.kind, k.weight,
        o.title as objective
    from {schema}.told_key_results k
    join {schema}.told_objectives o on o.id = k.objective_id and {of_objective}
    where k.present and {of_key_result} and {condition}
        and (%(objective)s::uuid[] is null or k.objective_id = any(%(objective)s::uuid[]))
        and (%(kind)s::text[] is null or k.kind = any(%(kind)s))"""
AT_HAND = {"title", "objective", "kind", "weight"}


def page(
    connection: Connection[Any],
    moment: Moment,
    filters: KeyResultFilters,
    limit: int,
    after: str | None,
    sort: Sequence[str],
) -> Page:
    """By title, unless another order is asked for. Raises BadCursor."""
    rows, rules = _chosen(connection, moment, filters), in_force(connection, moment)
    if filters.read is not None or not {name.removeprefix("-") for name in sort} <= AT_HAND:
        rows = _with_figures(rows, _loaded(connection, moment, rows), filters.read, rules)
    shown, following = SORTING.page(rows, limit, after, sort)
    loaded = _loaded(connection, moment, shown)
    measures = {row["id"].partition(":")[0] for row in shown}
    objectives = {each.id: each for each in listing.objectives(connection, moment, among=measures)}
    items = []
    for key_result in (loaded[row["id"]] for row in shown):
        objective = objectives[key_result.objective_id]
        items.append({
            **key_result_of(key_result, rules),
            "objective": {name: getattr(objective, name) for name in ("id", "title", "level", "status")},
            "owner": owner_of(objective),
            "unit_id": objective.unit_id,
            "cycle_id": objective.cycle_id,
        })  # fmt: skip
    return Page(items, following)


def _chosen(connection: Connection[Any], moment: Moment, filters: KeyResultFilters) -> list[dict[str, Any]]:
    where, parameters = listing.conditions(connection, moment, filters)
    statement = _CHOSEN.format(
        schema=statements.SCHEMA,
        of_objective=holds("o"),
        of_key_result=holds("k"),
        condition=where,
    )
    given = {"objective": filters.objective, "kind": filters.kind}
    parameters |= {name: None if asked is None else list(asked) for name, asked in given.items()}
    with connection.cursor(row_factory=dict_row) as cursor:
        found = cursor.execute(statement, {**moment.parameters, **parameters}).fetchall()
    return matching(found, filters.q, ("title",), filters.external_id)


def _loaded(
    connection: Connection[Any], moment: Moment, rows: Sequence[dict[str, Any]]
) -> dict[str, KeyResultView]:
    ids = list({row["id"].partition(":")[0] for row in rows})
    found = fetch(connection, KeyResultView, statements.KEY_RESULTS, moment, ids=ids)
    return {f"{each.objective_id}:{each.id}": measured(each) for each in found}


def _with_figures(
    rows: Sequence[dict[str, Any]], loaded: dict[str, KeyResultView], read: bool | None, rules: Rules
) -> list[dict[str, Any]]:
    found = []
    for row in rows:
        shown = key_result_of(loaded[row["id"]], rules)
        if read is None or read == (shown["reading"] is not None):
            figures = {
                name: None if shown[name] is None else str(shown[name]) for name in ("attainment", "progress")
            }
            found.append({**row, **figures, "read_on": shown["reading"] and shown["reading"]["on"]})
    return found
