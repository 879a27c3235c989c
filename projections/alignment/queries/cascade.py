"""The part of the graph of objectives that an answer needs, loaded by one query per table, and what follows.

Class and paths need all that is above the objectives asked about, progress all that contributes below them.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, TypeVar

from psycopg import Connection
from psycopg.rows import args_row

from domain import progress as measuring
from projections.alignment.queries import statements
from projections.alignment.queries.rows import COUNTING, KeyResult, Link, Node
from projections.moment import Moment

T = TypeVar("T")
PATHS_SHOWN = 1_000
REMEMBERED = 16_384


def fetch(
    connection: Connection[Any], row: type[T], statement: str, moment: Moment, **parameters: object
) -> list[T]:
    """Rows of a statement as objects of `row`, whose fields stand in the order of the columns."""
    with connection.cursor(row_factory=args_row(row)) as cursor:
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
    up: dict[str, list[Link]] = field(default_factory=lambda: defaultdict(list))
    down: dict[str, list[Link]] = field(default_factory=lambda: defaultdict(list))
    contributing: dict[str, list[tuple[Link, Node]]] = field(default_factory=lambda: defaultdict(list))
    key_results: dict[str, list[KeyResult]] = field(default_factory=lambda: defaultdict(list))
    progress: dict[str, Fraction | None] = field(default_factory=dict)
    reaching: set[str] = field(default_factory=set)

    def class_of(self, id: str) -> str | None:
        """Of an objective asked about, or of one above it; None unless it is live."""
        node = self.nodes[id]
        if not node.live:
            return None
        if node.level == "strategic":
            return "strategic"
        if id in self.reaching:
            return "aligned"
        return "detached" if self.up.get(id) else "orphan"

    def paths(self, id: str, shown: int = PATHS_SHOWN) -> tuple[list[list[Node]], bool]:
        """(paths, whether there are more): each from the objective up to the first strategic one, all live,
        by the titles on the way. It never enters an objective from which no path goes on.
        """
        found: list[list[Node]] = []
        stack: list[tuple[str, ...]] = [(id,)] if id in self.reaching else []
        while stack:
            path = stack.pop()
            if self.nodes[path[-1]].level == "strategic":
                if len(found) == shown:
                    return found, True
                found.append([self.nodes[step] for step in path])
                continue
            parents = [
                link.parent_id for link in self.up.get(path[-1], ()) if link.parent_id in self.reaching
            ]
            parents.sort(key=lambda parent: (self.nodes[parent].title, parent), reverse=True)
            stack.extend((*path, parent) for parent in parents)
        return found, False


def load(
    connection: Connection[Any], moment: Moment, asked: Iterable[Node], *, whole: bool = False
) -> Cascade:
    """The cascade around these objectives; `whole` says that there are no others at the moment."""
    nodes = {node.id: node for node in asked}
    ids = list(nodes)
    if whole:
        up = down = fetch(connection, Link, statements.LINKS, moment)
    else:
        up = fetch(connection, Link, statements.UP, moment, ids=array(ids))
        down = fetch(connection, Link, statements.DOWN, moment, ids=array(ids))
    below = {*ids, *(link.child_id for link in down)}
    around = below.union(link.parent_id for link in up) - nodes.keys()
    nodes |= {node.id: node for node in fetch(connection, Node, statements.NODES, moment, ids=array(around))}
    cascade = Cascade(nodes)
    for link in up:
        cascade.up[link.child_id].append(link)
    for link in down:
        cascade.down[link.parent_id].append(link)
        if link.kind == "contributes" and (child := nodes[link.child_id]).status in COUNTING:
            cascade.contributing[link.parent_id].append((link, child))
    for key_result in fetch(connection, KeyResult, statements.KEY_RESULTS, moment, ids=array(below)):
        _measure(key_result)
        cascade.key_results[key_result.objective_id].append(key_result)
    _weigh(cascade, ids)
    live = {id for id, node in nodes.items() if node.live}
    goals = {id for id in live if nodes[id].level == "strategic"}
    cascade.reaching = reaching(goals, live, ((link.child_id, link.parent_id) for link in up))
    return cascade


def reaching(goals: set[str], live: Collection[str], links: Iterable[tuple[str, str]]) -> set[str]:
    """The live objectives from which links (child, parent) over live ones lead up to one of the goals."""
    children: dict[str, list[str]] = defaultdict(list)
    for child, parent in links:
        if child in live and parent in live:
            children[parent].append(child)
    found, new = set(goals), list(goals)
    while new:
        for child in children.get(new.pop(), ()):
            if child not in found:
                found.add(child)
                new.append(child)
    return found


def _measure(each: KeyResult) -> None:
    each.attainment, each.progress = _measured(each.kind, each.baseline, each.target, each.value)


@lru_cache(maxsize=REMEMBERED)
def _measured(
    kind: str, baseline: str | None, target: str | None, value: str | None
) -> tuple[Fraction | None, Fraction | None]:
    """(attainment, progress); remembered, for most key results stand as they stood when last asked about."""
    attainment = measuring.attainment(kind, _decimal(baseline), _decimal(target), _decimal(value))
    return attainment, measuring.progress(kind, attainment)


def _weigh(cascade: Cascade, ids: Iterable[str]) -> None:
    progress = cascade.progress
    for id in _bottom_up(cascade, ids):
        items = [(Decimal(each.weight), each.progress) for each in cascade.key_results.get(id, ())]
        children = cascade.contributing.get(id, ())
        items += [(Decimal(link.weight), progress.get(child.id)) for link, child in children]
        progress[id] = measuring.weighed(items)


def _bottom_up(cascade: Cascade, ids: Iterable[str]) -> Iterator[str]:
    """Each objective after all that contribute to it, at any depth."""
    seen: set[str] = set()
    for id in ids:
        stack = [(id, False)]
        while stack:
            current, below_is_done = stack.pop()
            if below_is_done:
                yield current
            elif current not in seen:
                seen.add(current)
                stack.append((current, True))
                stack.extend((child.id, False) for _, child in cascade.contributing.get(current, ()))


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
