"""Things that take several rows: a review has one for each of its objectives, and so has a measure."""

from collections import defaultdict
from collections.abc import Iterator
from typing import TypeVar

from application.plan.performance_rows import PartRow
from application.plan.reading import Table
from application.plan.work import Work

P = TypeVar("P", bound=PartRow)


def whole(work: Work, table: Table[P]) -> Iterator[list[P]]:
    """The rows of each thing of which every row is good, in the order of the file. Complains about rows that
    contradict the first one of theirs. Of a thing that lacks a row nothing can be said, so it is left out.
    """
    if not table.complete or "" in ids_of_bad(table):
        return  # the row that is missing may belong to any of them
    groups: dict[str, list[P]] = defaultdict(list)
    for row in table:
        groups[row.id].append(row)
    for id in groups.keys() - ids_of_bad(table):
        if _agree(work, groups[id]):
            yield groups[id]


def ids_of_bad(table: Table[P]) -> set[str]:
    """The things of which a row is bad; an empty text among them stands for one whose id is not known."""
    return {key[0] for key in table.bad | table.repeated}


def _agree(work: Work, rows: list[P]) -> bool:
    first, agree = rows[0], True
    for row in rows[1:]:
        for column, field in row.SHARED.items():
            if getattr(row, field) != getattr(first, field):
                agree = False
                work.complain(row, column, f"differs from line {first.line}, which is of {first.id} too")
    return agree
