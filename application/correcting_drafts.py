"""The level and the cycle of a draft may be corrected as long as all that it is linked to, and all that names
it, goes on being right. Both hold from its first day on, so the rules are looked at on every day.
"""

from collections.abc import Collection

from application.alignment_checks import links_down, neighbours_of, period_of_cycle
from application.session import Session
from domain.measure import Measure
from domain.objective import Objective
from domain.objective.links import check_overlap
from domain.objective.values import STRATEGIC
from domain.refusals import FieldError, InvalidValue, PeriodsDoNotOverlap, StillInUse, StrategicOnly
from domain.review import Review
from domain.review.lifecycle import Status

LEVEL, CYCLE = "level", "cycle_id"


def check_corrected(session: Session, objective: Objective, corrected: Collection[str]) -> None:
    """Refuses the correction of these fields, which the objective has taken in, naming the field."""
    if LEVEL in corrected:
        _check_level(session, objective)
    if CYCLE in corrected:
        _check_cycle(session, objective)


def _check_level(session: Session, objective: Objective) -> None:
    """`StrategicOnly` if a strategic objective would be aligned to another one on some day, or if a measure
    is linked to what is not strategic any more.
    """
    pairs = [(objective, session.get(Objective, link.parent_id), link) for link in objective.links_up()]
    pairs += [(child, objective, link) for child, link in links_down(session, objective)]
    for child, parent, link in pairs:
        if child.level == STRATEGIC and parent.level != STRATEGIC:
            until = f" until {link.end}" if link.end else ""
            raise StrategicOnly.at(
                f"/{LEVEL}",
                f"{child.id} is aligned to {parent.id} from {link.start}{until}, "
                "and a strategic objective aligns only to strategic ones",
            )
    if objective.level != STRATEGIC:
        for measure in session.mentioning(Measure, objective.id, "measures"):
            if not any(objective.id in span.value for span in measure.objective_ids.spans()):
                continue
            detail = f"the measure {measure.id} is linked to it, and that takes a strategic objective"
            raise StrategicOnly.at(f"/{LEVEL}", detail)


def _check_cycle(session: Session, objective: Objective) -> None:
    """`PeriodsDoNotOverlap` if it has no period of its own and that of the cycle misses one of an objective
    that it is linked to; `InvalidValue` if it was carried over from an objective of that cycle; `StillInUse`
    while a review in another cycle is about it.
    """
    origin = session.find(Objective, objective.origin_id) if objective.origin_id else None
    if origin is not None and origin.cycle_id == objective.cycle_id:
        detail = f"must be another cycle than that of {origin.id}, which was carried over into this one"
        raise InvalidValue.at(f"/{CYCLE}", detail)
    reviews = [
        str(review.id)
        for review in session.mentioning(Review, objective.id, "reviewed")
        if review.status != Status.WITHDRAWN and review.cycle_id != objective.cycle_id
    ]
    if reviews:
        refusal = StillInUse.at(f"/{CYCLE}", f"{len(reviews)} reviews of another cycle are about it")
        refusal.members["reviews"] = reviews[:50]
        raise refusal
    periods = objective.periods(period_of_cycle(session, objective))
    for neighbour in neighbours_of(session, objective):
        try:
            check_overlap(periods, neighbour.periods, neighbour.window)
        except PeriodsDoNotOverlap as refusal:
            refusal.errors = (FieldError(f"/{CYCLE}", refusal.detail),)
            raise
