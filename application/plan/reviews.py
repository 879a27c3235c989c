"""Reviews and feedback of a plan: recorded when new. There is no command to change what they say."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from application.plan.reading import ReadTable
from application.plan.rows import FeedbackRow, ReviewRow
from application.plan.work import UNCHANGEABLE, Work
from application.reviews import check_share, opened, other_review
from domain.cycle import Cycle
from domain.objective import Objective
from domain.payload import written
from domain.person import Person
from domain.review import Review, Share


def decide_reviews(work: Work, table: ReadTable[ReviewRow]) -> None:
    for rows in sorted(table.whole(work.complaints), key=lambda rows: rows[0].line):
        id = work.ids.review(rows[0].id)
        with work.blaming(rows[0]):
            if work.session.find(Review, id) is None:
                _open(work, rows, id)
            else:
                _must_be_as_said(work, rows, id)


def _open(work: Work, rows: list[ReviewRow], id: UUID) -> None:
    first, session, ids = rows[0], work.session, work.ids
    cycle = session.referred(Cycle, ids.cycle(first.cycle), "/cycle_id")
    person = session.referred(Person, ids.person(first.person), "/person_id")
    reviewer = session.referred(Person, ids.person(first.reviewer), "/reviewer_id")
    shares = [Share(ids.objective(row.objective), row.weight) for row in rows]
    for share in shares:
        session.referred(Objective, share.objective_id, "/objectives")
    day = max(min(cycle.period.ends_on, work.today), cycle.first_day, person.first_day, reviewer.first_day)
    review = opened(
        session,
        work.by(day),
        id,
        person_id=person.id,
        reviewer_id=reviewer.id,
        cycle_id=cycle.id,
        shares=shares,
        external_id=first.id,
    )
    for pointer, somebody in (("/person_id", person), ("/reviewer_id", reviewer)):
        with work.blaming(first):
            session.existing(Person, somebody.id, day, pointer)
    for row, share in zip(rows, shares, strict=True):
        with work.blaming(row):
            check_share(session, review, share.objective_id, "/objective_id")
    if (other := other_review(session, review)) is not None:
        detail = f"has a review in this cycle already: {other.external_id or other.id}"
        work.complain(first, "person_id", detail)
    session.add(review)


def _must_be_as_said(work: Work, rows: list[ReviewRow], id: UUID) -> None:
    said = work.session.said(id).fields
    work.must_be_as_said(rows[0], said)
    weights = {each["objective_id"]: each["weight"] for each in said["objectives"]}
    for row in rows:
        before = weights.get(str(work.ids.objective(row.objective)))
        if before is None:
            work.complain(row, "objective_id", UNCHANGEABLE)
        elif before != written(row.weight):
            work.complain(row, "weight", f"{UNCHANGEABLE}: it was {before!r}")


def decide_feedback(work: Work, rows: Iterable[FeedbackRow], objectives_of: Mapping[UUID, UUID]) -> None:
    """`objectives_of`: feedback -> objective, of what is recorded already."""
    for row in rows:
        id, objective_id = work.ids.feedback(row.id), work.ids.objective(row.objective)
        objective = work.session.find(Objective, objective_id)
        if objectives_of.get(id, objective_id) != objective_id:
            work.complain(row, "objective_id", UNCHANGEABLE)
        elif objective is not None:
            with work.changing(row, objective):
                if (there := objective.feedback.get(id)) is not None:
                    work.must_be_as_said(row, vars(there))
                else:
                    objective.give_feedback(
                        by=work.by(row.on),
                        feedback_id=id,
                        kind=row.kind,
                        text=row.text,
                        visibility=row.visibility,
                    )
