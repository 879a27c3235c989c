"""An assessment rests on the objectives under review as they stand on its effective date."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from application.measuring import progress_on
from application.session import Session
from domain.objective import Objective
from domain.objective.measuring import Measured
from domain.review import Evidence, KeyResultEvidence, Review
from domain.rules import Rules


def evidence_of(session: Session, review: Review, day: date, rules: Rules) -> list[Evidence]:
    """Each objective of the review, in its order, with the contributions of others counted in."""
    ids = [share.objective_id for share in review.shares]
    shares = progress_on(session, ids, day)

    def shown(share: Fraction | None) -> Decimal | None:
        return None if share is None else rules.shown(share)

    def key_result(measured: Measured) -> KeyResultEvidence:
        return KeyResultEvidence(
            measured.key_result.id, measured.value, shown(measured.attainment), shown(measured.progress)
        )

    def evidence(objective: Objective) -> Evidence:
        return Evidence(
            objective_id=objective.id,
            title=str(objective.title.at(day) or objective.title.at(objective.first_day)),
            version=objective.version,
            position=session.position_of(objective),
            status=str(objective.status_on(day) or objective.status),
            progress=shown(shares[objective.id]),
            score=objective.score_on(day),
            key_results=[key_result(measured) for measured in objective.measured_on(day)],
        )

    return [evidence(session.get(Objective, id)) for id in ids]
