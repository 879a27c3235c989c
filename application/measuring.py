"""Progress of objectives as the write side knows it: their key results and all that contributes to them."""

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from uuid import UUID

from application.alignment_checks import contributors, prefetch_down
from application.session import Session
from domain.objective import Objective
from domain.progress import rolled_up


def progress_on(session: Session, ids: Iterable[UUID], day: date) -> dict[UUID, Fraction | None]:
    """The exact progress of each on that day, 0..1; None if there is nothing to weigh."""
    asked = list(ids)
    prefetch_down(session, asked)
    exact = rolled_up(
        asked,
        lambda id: session.get(Objective, id).progress_items(day),
        lambda id: (
            (child.id, link.weight) for child, link in contributors(session, session.get(Objective, id), day)
        ),
    )
    return {id: exact[id] for id in asked}
