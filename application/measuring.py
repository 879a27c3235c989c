"""Progress of an objective as the write side knows it: its key results and all that contributes to it."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from application.alignment_checks import contributors
from application.session import Session
from domain import progress
from domain.objective import Objective


def progress_on(session: Session, objective: Objective, day: date) -> Decimal | None:
    """Progress on that day, 0..1, rounded to 6 places; None if there is nothing to weigh."""
    exact = _exact(session, objective, day, {})
    return None if exact is None else progress.rounded(exact)


def _exact(
    session: Session, objective: Objective, day: date, known: dict[UUID, Fraction | None]
) -> Fraction | None:
    if objective.id not in known:
        items = list(objective.progress_items(day))
        for child, link in contributors(session, objective, day):
            items.append((Fraction(link.weight), _exact(session, child, day, known)))
        known[objective.id] = progress.weighed(items)
    return known[objective.id]
