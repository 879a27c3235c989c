"""An assessment rests on the objectives under review as they stand on its effective date."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from application.measuring import progress_on
from application.session import Session
from domain import progress
from domain.objective import Objective
from domain.objective.measuring import Measured
from domain.review import Evidence, KeyResultEvidence, Review


def evidence_of(session: Session, review: Review, day: date) -> list[Evidence]:
    """Each objective of the review, in its order, with the contributions of others counted in."""
    ids = [share.objective_id for share in review.shares]
    shares = progress_on(session, ids, day)
    return [_of(session, session.get(Objective, id), day, shares[id]) for id in ids]


def _of(session: Session, objective: Objective, day: date, share: Decimal | None) -> Evidence:
    return Evidence(
        objective_id=objective.id,
        title=str(objective.title.at(day) or objective.title.at(objective.first_day)),
        version=objective.version,
        position=session.position_of(objective),
        status=str(objective.status_on(day) or objective.status),
        progress=share,
        score=objective.score_on(day),
        key_results=[_key_result(measured) for measured in objective.measured_on(day)],
    )


def _key_result(measured: Measured) -> KeyResultEvidence:
    return KeyResultEvidence(
        measured.key_result.id, measured.value, _rounded(measured.attainment), _rounded(measured.progress)
    )


def _rounded(share: Fraction | None) -> Decimal | None:
    return None if share is None else progress.rounded(share)
