"""The questions about reviews, each answered for one Moment."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row, dict_row

from projections.directory.policies import in_force
from projections.moment import Moment, holds
from projections.page import BadCursor, Page, cursor_after, key_of
from projections.reviews.queries import evidence, fairness, telling
from projections.reviews.queries.telling import StepView
from projections.versions import as_known

__all__ = ["Circle", "ReviewFilters", "Reviews"]
LISTING = "reviews"

_REVIEWS = f"""
    select r.id::text, r.external_id, r.person_id::text, r.reviewer_id::text, r.cycle_id::text, r.status,
           r.rating, r.opened_on::text, r.shared_on::text,
           (r.shared_on + r.appeal_days)::text as appeal_until, v.version, v.position, r.scale, r.appeal_days
      from read_reviews.reviews r {as_known("read_reviews.versions", "r")}
     where {holds("r")}"""
_STEPS = """
    select position, version, recorded_at, effective_on, topic, actor, reason, data from read_reviews.steps
     where review_id = %(id)s and recorded_at <= %(known_at)s and effective_on <= %(as_of)s
     order by effective_on, position"""


@dataclass(frozen=True, slots=True)
class Circle:
    """Somebody sees the reviews of these people, and these reviews."""

    people: Collection[str]
    reviews: Collection[str]


@dataclass(frozen=True, slots=True)
class ReviewFilters:
    """None asks for all."""

    person: UUID | None = None
    reviewer: UUID | None = None
    cycle: UUID | None = None
    status: str | None = None
    within: Circle | None = None


_COLUMNS = {"person": "person_id", "reviewer": "reviewer_id", "cycle": "cycle_id", "status": "status"}
EVERYTHING = ReviewFilters()


class Reviews:
    """Every answer is JSON-ready, or None where there is no such review at the moment. Who may see what is
    for the caller to decide.
    """

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection = connection

    def reviews(
        self,
        moment: Moment,
        filters: ReviewFilters = EVERYTHING,
        limit: int = 50,
        after: str | None = None,
    ) -> Page:
        """By the day of opening and id: {id, external_id, person_id, reviewer_id, cycle_id, status, rating,
        opened_on, shared_on, appeal_until, version, position}. Raises BadCursor.
        """
        query, values = _REVIEWS, {**moment.parameters, "limit": limit + 1}
        for name, column in _COLUMNS.items():
            if (value := getattr(filters, name)) is not None:
                query += f" and r.{column} = %({name})s"
                values[name] = value
        if filters.within is not None:
            query += " and (r.person_id = any(%(people)s::uuid[]) or r.id = any(%(reviews)s::uuid[]))"
            values |= {"people": list(filters.within.people), "reviews": list(filters.within.reviews)}
        if after is not None:
            query += " and (r.opened_on, r.id) > (%(after_day)s, %(after_id)s)"
            values["after_day"], values["after_id"] = _start(after)
        rows = self._rows(f"{query} order by r.opened_on, r.id limit %(limit)s", values)
        items = [telling.summary(row) for row in rows[:limit]]
        last = items[-1] if len(rows) > limit else None
        return Page(items, cursor_after(LISTING, last["opened_on"], last["id"]) if last else None)

    def of_person(self, moment: Moment, person_id: UUID) -> list[str]:
        """The ids of the reviews of this person."""
        query = f"select r.id::text from read_reviews.reviews r where r.person_id = %(id)s and {holds('r')}"
        return [row["id"] for row in self._rows(query, {**moment.parameters, "id": person_id})]

    def unshared_of(self, moment: Moment, person_id: UUID) -> list[str]:
        """The ids of the reviews of this person that are not shared at the moment, ever begun or to be."""
        query = f"""
            select distinct r.id::text from read_reviews.reviews r
             where r.person_id = %(id)s and r.recorded_to = 'infinity' and not exists (
                   select from read_reviews.reviews s
                    where s.id = r.id and s.shared_on is not null and {holds("s")})"""
        return [row["id"] for row in self._rows(query, {**moment.parameters, "id": person_id})]

    def written_by(self, moment: Moment, person_id: UUID) -> list[str]:
        """The ids of the reviews of which this person is the reviewer at the moment."""
        query = f"select r.id::text from read_reviews.reviews r where r.reviewer_id = %(id)s and {holds('r')}"
        return [row["id"] for row in self._rows(query, {**moment.parameters, "id": person_id})]

    def review(self, moment: Moment, id: UUID) -> dict[str, Any] | None:
        """As in the list, and all that was said in its steps; evidence as it was fixed."""
        rows = self._rows(f"{_REVIEWS} and r.id = %(id)s", {**moment.parameters, "id": id})
        return telling.full(rows[0], self._steps(moment, id)) if rows else None

    def evidence(self, moment: Moment, id: UUID) -> list[dict[str, Any]] | None:
        """Tells of each objective what was fixed by the assessment, what is so at the moment, in which fields
        the two differ, and which events did it; empty before the assessment.
        """
        steps = self._steps(moment, id)
        if not steps:
            return None
        made = next((step for step in steps if step.topic == "review.assessed"), None)
        return [] if made is None else evidence.compared(self._connection, moment, made)

    def fairness(self, moment: Moment, cycle: UUID | None = None, by: str = "unit") -> dict[str, Any]:
        """Tells how ratings fall and what calibration did to them, by `unit`, `level` (the kind of the
        person's unit) or `reviewer`; ValueError for anything else. The module `fairness` says how.
        """
        rated = self._rows(fairness.RATINGS, {**moment.parameters, "cycle": cycle})
        return fairness.answer(rated, by, in_force(self._connection, moment))

    def _steps(self, moment: Moment, id: UUID) -> list[StepView]:
        with self._connection.cursor(row_factory=class_row(StepView)) as cursor:
            return cursor.execute(_STEPS, {**moment.parameters, "id": id}).fetchall()

    def _rows(self, query: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
        with self._connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(query, parameters).fetchall()


def _start(after: str) -> tuple[date, UUID]:
    day, id = key_of(LISTING, after, 2)
    try:
        return date.fromisoformat(day), UUID(id)
    except ValueError as error:
        raise BadCursor("the cursor is not one that this service made") from error
