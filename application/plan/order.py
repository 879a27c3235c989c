"""The order in which changed aggregates are recorded: what others name comes first."""

from collections.abc import Iterable
from uuid import UUID

from domain.aggregate import Aggregate
from domain.cycle import Cycle
from domain.measure import Measure
from domain.objective import Objective
from domain.person import Person
from domain.review import Review
from domain.unit import Unit

KINDS: tuple[type[Aggregate], ...] = (Unit, Person, Cycle, Objective, Review, Measure)


def parents_first(changed: Iterable[Aggregate]) -> list[Aggregate]:
    """By kind; among units, people and objectives, parents, managers and objectives aligned to come first.

    Links that hold at different times may run in a circle; the circle is then cut somewhere.
    """
    aggregates = {aggregate.id: aggregate for aggregate in changed}
    ordered: dict[UUID, Aggregate] = {}
    for aggregate in sorted(aggregates.values(), key=lambda a: KINDS.index(type(a))):
        stack = [(aggregate, False)]
        seen: set[UUID] = set()
        while stack:
            current, above_is_in = stack.pop()
            if above_is_in:
                ordered[current.id] = current
            elif current.id not in ordered and current.id not in seen:
                seen.add(current.id)
                stack.append((current, True))
                stack += [(aggregates[id], False) for id in _above(current) if id in aggregates]
    return list(ordered.values())


def _above(aggregate: Aggregate) -> list[UUID]:
    if isinstance(aggregate, Unit):
        return [link.parent_id for link in aggregate.parents()]
    if isinstance(aggregate, Person):
        return [link.parent_id for link in aggregate.managers()]
    return list(aggregate.links.slots) if isinstance(aggregate, Objective) else []
