"""Reviews of a plan: opened when new. What was under review stays so: there is no command to change it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from application.plan.groups import whole
from application.plan.performance_rows import ReviewRow
from application.plan.reading import Table
from application.plan.work import UNCHANGEABLE, Work
from domain.cycle import Cycle
from domain.decimals import canonical
from domain.objective import Objective, Owner
from domain.person import Person
from domain.review import Review, Share
from domain.review.lifecycle import Status

Taken = dict[tuple[UUID, UUID], Review]


def decide_reviews(work: Work, table: Table[ReviewRow]) -> None:
    taken = _taken(work.shelf.all(Review))
    for rows in sorted(whole(work, table), key=lambda rows: rows[0].line):
        id = work.ids.review(rows[0].id)
        if work.shelf.get(Review, id) is None:
            with work.blaming(rows[0]):
                _open(work, rows, id, taken)
        else:
            _must_be_as_said(work, rows, work.shelf.said(id).fields)


def _taken(reviews: Sequence[Review]) -> Taken:
    """By person and cycle, of which there may be one that was not withdrawn."""
    return {(each.person_id, each.cycle_id): each for each in reviews if each.status != Status.WITHDRAWN}


def _open(work: Work, rows: list[ReviewRow], id: UUID, taken: Taken) -> None:
    first, shelf, ids = rows[0], work.shelf, work.ids
    cycle = shelf.get(Cycle, ids.cycle(first.cycle))
    person, reviewer = (
        shelf.get(Person, ids.person(first.person)),
        shelf.get(Person, ids.person(first.reviewer)),
    )
    objectives = [shelf.get(Objective, ids.objective(row.objective)) for row in rows]
    if cycle is None or person is None or reviewer is None or None in objectives:
        return  # their own rows have been complained about
    cycle.check_not_sealed()
    day = max(min(cycle.period.ends_on, work.today), cycle.first_day, person.first_day, reviewer.first_day)
    review = Review.open(
        by=work.by(day),
        id=id,
        person_id=person.id,
        reviewer_id=reviewer.id,
        cycle_id=cycle.id,
        shares=[Share(ids.objective(row.objective), row.weight) for row in rows],
        scale=cycle.rating_scale,
        appeal_days=cycle.appeal_days,
        external_id=first.id,
    )
    _check_people(work, first, person, reviewer, day)
    for row, objective in zip(rows, objectives, strict=True):
        _check_objective(work, row, objective, review)
    _check_only_one(work, first, review, taken)
    shelf.add(review)


def _check_people(work: Work, row: ReviewRow, person: Person, reviewer: Person, day: date) -> None:
    for column, somebody in (("person_id", person), ("reviewer_id", reviewer)):
        if not somebody.exists_on(day):
            work.complain(row, column, f"is not there any more on {day}")


def _check_objective(work: Work, row: ReviewRow, objective: Objective | None, review: Review) -> None:
    if objective is not None and objective.cycle_id != review.cycle_id:
        work.complain(row, "objective_id", "is in another cycle than the review")
    elif objective is not None and not objective.owned_ever_by(Owner(person_id=review.person_id)):
        work.complain(row, "objective_id", "was never the person's")


def _check_only_one(work: Work, row: ReviewRow, review: Review, taken: Taken) -> None:
    if not work.shelf.is_new(review.person_id):
        taken.update(_taken(work.shelf.mentioning(Review, review.person_id, "review_of")))
    other = taken.setdefault((review.person_id, review.cycle_id), review)
    if other is not review:
        work.complain(
            row, "person_id", f"has a review in this cycle already: {other.external_id or other.id}"
        )


def _must_be_as_said(work: Work, rows: list[ReviewRow], said: Mapping[str, Any]) -> None:
    first, ids = rows[0], work.ids
    now = {
        "person_id": ids.person(first.person),
        "reviewer_id": ids.person(first.reviewer),
        "cycle_id": ids.cycle(first.cycle),
    }
    for column, id in now.items():
        if said[column] != str(id):
            work.complain(first, column, UNCHANGEABLE)
    weights = {each["objective_id"]: each["weight"] for each in said["objectives"]}
    for row in rows:
        before = weights.get(str(ids.objective(row.objective)))
        if before is None:
            work.complain(row, "objective_id", UNCHANGEABLE)
        else:
            work.must_not_change(row, "weight", before, canonical(row.weight))
