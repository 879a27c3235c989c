"""The part of the graph of objectives that an answer needs, loaded by one query per table, and what follows.

Class and paths need all that is above the objectives asked about, progress all that contributes below them.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, TypeVar

from psycopg import Connection

from domain import progress as measuring
from domain.health import class_of, reaching
from domain.objective.lifecycle import COUNTING
from domain.objective.values import CONTRIBUTES, STRATEGIC
from domain.payload import number_of
from domain.rules import Rules
from projections.alignment.queries import statements
from projections.alignment.queries.overlay import Overlay
from projections.alignment.queries.rows import KeyResultView, LinkView, Node
from projections.directory.policies import in_force
from projections.moment import Moment
from projections.rows import rows_of
from projections.words import in_order

T = TypeVar("T")
PATHS_SHOWN = 1_000
STEPS_SHOWN = 50_000
"""Objectives on all paths of one answer together: a lattice of 62 has two thousand million paths."""
REMEMBERED = 16_384


def fetch(
    connection: Connection[Any], row: type[T], statement: str, moment: Moment, **parameters: object
) -> list[T]:
    """Rows of a statement as objects of `row`, whose fields are called as the columns are."""
    with connection.cursor(row_factory=rows_of(row)) as cursor:
        return cursor.execute(statement, {**moment.parameters, **parameters}).fetchall()


def array(ids: Iterable[str]) -> str:
    """Ids as the text of a PostgreSQL array: a list would be looked at and quoted id by id."""
    return f"{{{','.join(ids)}}}"


@dataclass
class Cascade:
    """Some objectives with all above them, and all that contributes to them below.

    `contributing`: for each objective the children that count in its progress if they have progress.
    """

    nodes: dict[str, Node]
    rules: Rules
    up: dict[str, list[LinkView]] = field(default_factory=lambda: defaultdict(list))
    down: dict[str, list[LinkView]] = field(default_factory=lambda: defaultdict(list))
    contributing: dict[str, list[tuple[LinkView, Node]]] = field(default_factory=lambda: defaultdict(list))
    key_results: dict[str, list[KeyResultView]] = field(default_factory=lambda: defaultdict(list))
    progress: dict[str, Fraction | None] = field(default_factory=dict)
    reaching: set[str] = field(default_factory=set)
    hidden: frozenset[str] = frozenset()
    """Nothing is told of these but that they are there: they count in every figure."""

    def title(self, node: Node) -> str | None:
        """The title; None where it is not told."""
        return None if node.id in self.hidden else node.title

    def class_of(self, id: str) -> str | None:
        """Gives the class of an objective asked about, or of one above it; None unless it is live."""
        node = self.nodes[id]
        if not node.live:
            return None
        return class_of(
            strategic=node.level == STRATEGIC, reaches=id in self.reaching, linked=bool(self.up.get(id))
        )

    def paths(
        self, id: str, shown: int = PATHS_SHOWN, steps: int = STEPS_SHOWN
    ) -> tuple[list[list[Node]], bool]:
        """(paths, whether there are more): each from the objective up to the first strategic one, all live,
        by the titles on the way, of at most so many objectives together. It never enters an objective from
        which no path goes on.
        """
        found: list[list[Node]] = []
        stack: list[tuple[str, ...]] = [(id,)] if id in self.reaching else []
        while stack:
            path = stack.pop()
            if self.nodes[path[-1]].level == STRATEGIC:
                steps -= len(path)
                if len(found) == shown or steps < 0:
                    return found, True
                found.append([self.nodes[step] for step in path])
                continue
            parents = [
                link.parent_id for link in self.up.get(path[-1], ()) if link.parent_id in self.reaching
            ]
            parents.sort(key=self._in_order, reverse=True)
            stack.extend((*path, parent) for parent in parents)
        return found, False

    def _in_order(self, id: str) -> tuple[tuple[str, str], str]:
        return in_order(self.title(self.nodes[id])), id


def load(
    connection: Connection[Any],
    moment: Moment,
    asked: Iterable[Node],
    *,
    links: Sequence[LinkView] | None = None,
    hidden: frozenset[str] = frozenset(),
    overlay: Overlay | None = None,
) -> Cascade:
    """The cascade around these objectives; `links` are those that there are at the moment, for whoever asks
    about so many that they have been loaded. With an overlay, which they are given with, what is around them
    is as it would be.
    """
    nodes = {node.id: node for node in asked}
    ids = list(nodes)
    if links is not None:
        up, down = _above(ids, links), _below(ids, links)
    else:
        up = fetch(connection, LinkView, statements.UP, moment, ids=array(ids))
        down = fetch(connection, LinkView, statements.DOWN, moment, ids=array(ids))
    below = {*ids, *(link.child_id for link in down)}
    around = below.union(link.parent_id for link in up) - nodes.keys()
    found = fetch(connection, Node, statements.NODES, moment, ids=array(around))
    nodes |= {node.id: node for node in (found if overlay is None else overlay.nodes(found))}
    cascade = Cascade(nodes, in_force(connection, moment), hidden=hidden)
    for link in up:
        cascade.up[link.child_id].append(link)
    for link in down:
        cascade.down[link.parent_id].append(link)
        if link.kind == CONTRIBUTES and (child := nodes[link.child_id]).status in COUNTING:
            cascade.contributing[link.parent_id].append((link, child))
    for key_result in fetch(connection, KeyResultView, statements.KEY_RESULTS, moment, ids=array(below)):
        cascade.key_results[key_result.objective_id].append(measured(key_result))
    cascade.progress = measuring.rolled_up(
        ids,
        lambda id: [(Decimal(each.weight), each.progress) for each in cascade.key_results.get(id, ())],
        lambda id: [(child.id, Decimal(link.weight)) for link, child in cascade.contributing.get(id, ())],
    )
    live = {id for id, node in nodes.items() if node.live}
    goals = {id for id in live if nodes[id].level == STRATEGIC}
    cascade.reaching = reaching(goals, live, ((link.child_id, link.parent_id) for link in up))
    return cascade


def _above(ids: Iterable[str], links: Iterable[LinkView]) -> list[LinkView]:
    """As `statements.UP`."""
    of: dict[str, list[LinkView]] = defaultdict(list)
    for link in links:
        of[link.child_id].append(link)
    found, waiting = list[LinkView](), list(ids)
    while waiting:
        new = of.pop(waiting.pop(), ())
        found += new
        waiting += [link.parent_id for link in new]
    return found


def _below(ids: Iterable[str], links: Iterable[LinkView]) -> list[LinkView]:
    """As `statements.DOWN`."""
    of: dict[str, list[LinkView]] = defaultdict(list)
    for link in links:
        of[link.parent_id].append(link)
    asked = set(ids)
    found = [link for id in asked for link in of.get(id, ())]
    waiting = [link.child_id for link in found if link.kind == CONTRIBUTES]
    seen = asked
    while waiting:
        id = waiting.pop()
        if id not in seen:
            seen.add(id)
            new = [link for link in of.get(id, ()) if link.kind == CONTRIBUTES]
            found += new
            waiting += [link.child_id for link in new]
    return found


def measured(each: KeyResultView) -> KeyResultView:
    """The same, with its attainment and its progress."""
    each.attainment, each.progress = _measured(each.kind, each.baseline, each.target, each.value)
    return each


@lru_cache(maxsize=REMEMBERED)
def _measured(
    kind: str, baseline: str | None, target: str | None, value: str | None
) -> tuple[Fraction | None, Fraction | None]:
    """(attainment, progress); remembered, for most key results stand as they stood when last asked about."""
    attainment = measuring.attainment(kind, number_of(baseline), number_of(target), number_of(value))
    return attainment, measuring.progress(kind, attainment)
