"""The questions about reviews, each answered for one Moment."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row, dict_row

from domain.review.lifecycle import DUE, Status
from projections.directory.policies import in_force
from projections.moment import Moment, holds
from projections.page import BadCursor, Page, cursor_after, key_of
from projections.reviews.queries import evidence, fairness, telling
from projections.reviews.queries.telling import StepView
from projections.versions import as_known

__all__ = ["Circle", "ReviewFilters", "Reviews"]
LISTING = "reviews"
OPENED, WAITING = ORDERS = ("opened", "waiting")

_REVIEWS = f"""
    select r.id::text, r.external_id, r.person_id::text, r.reviewer_id::text, r.cycle_id::text, r.status,
           r.rating, r.opened_on::text, r.shared_on::text,
           (r.shared_on + r.appeal_days)::text as appeal_until, v.version, v.position, r.scale, r.appeal_days
      from read_reviews.reviews r {as_known("read_reviews.versions", "r")}
     where {holds("r")}"""
_COUNTED = f"select r.status, count(*) as reviews from read_reviews.reviews r where {holds('r')}"
_STEPS = """
    select position, version, recorded_at, effective_on, topic, actor, reason, data from read_reviews.steps
     where review_id = %(id)s and recorded_at <= %(known_at)s and effective_on <= %(as_of)s
     order by effective_on, position"""


_TAKEN = """
    s.review_id = r.id and s.recorded_at <= %(known_at)s and s.effective_on <= %(as_of)s
    and s.topic <> 'review.external_id_corrected'
    and (r.shared_on is not null or r.person_id is distinct from %(reader)s::uuid
         or s.topic = any(%(own)s::text[]))"""
_LAST = f"""
    select distinct on (r.id) r.id::text, s.effective_on::text as on, s.topic, s.actor
      from read_reviews.reviews r join read_reviews.steps s on {_TAKEN}
     where r.id = any(%(ids)s::uuid[]) and {holds("r")}
     order by r.id, s.effective_on desc, s.position desc"""
_SINCE = f"(select max(s.effective_on) from read_reviews.steps s where {_TAKEN})"
_PLACES = {OPENED: "r.opened_on", WAITING: _SINCE}


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
    status: Collection[str] | None = None
    within: Circle | None = None


_COLUMNS = {"person": "person_id", "reviewer": "reviewer_id", "cycle": "cycle_id"}
EVERYTHING = ReviewFilters()


class Reviews:
    """Every answer is JSON-ready, or None where there is no such review at the moment. Who may see what is
    for the caller to decide.
    """

    def __init__(
        self, connection: Connection[Any], reader: UUID | None = None, own: Collection[str] = ()
    ) -> None:
        """The `reader` is told of the steps of a review of theirs that is not shared only these topics, as
        far as last steps go.
        """
        self._connection = connection
        self._reader = {"reader": reader, "own": list(own)}

    def reviews(
        self,
        moment: Moment,
        filters: ReviewFilters = EVERYTHING,
        limit: int = 50,
        after: str | None = None,
        order: str = OPENED,
    ) -> Page:
        """By the day of opening and id: {id, external_id, person_id, reviewer_id, cycle_id, status, rating,
        opened_on, shared_on, appeal_until, version, position}; in the order `waiting` those in which a step
        is due, by the day since which it is. Raises BadCursor.
        """
        query, values = _narrowed(_REVIEWS, moment, filters)
        values |= self._reader
        place, listing = _PLACES[order], LISTING if order == OPENED else f"{LISTING}, {order}"
        if order == WAITING:
            query += " and r.status = any(%(due)s)"
            values["due"] = [str(status) for status in DUE]
        if after is not None:
            query += f" and ({place}, r.id) > (%(after_day)s, %(after_id)s)"
            values["after_day"], values["after_id"] = _start(listing, after)
        rows = self._rows(f"{query} order by {place}, r.id limit %(limit)s", {**values, "limit": limit + 1})
        items = [telling.summary(row) for row in rows[:limit]]
        if len(rows) <= limit:
            return Page(items, None)
        last = items[-1]
        day = (
            last["opened_on"] if order == OPENED else self.last_steps(moment, [last["id"]])[last["id"]]["on"]
        )
        return Page(items, cursor_after(listing, day, last["id"]))

    def counts(self, moment: Moment, filters: ReviewFilters = EVERYTHING) -> dict[str, int]:
        """Counts the reviews by every status, whatever status is asked for."""
        query, values = _narrowed(_COUNTED, moment, replace(filters, status=None))
        found = {row["status"]: row["reviews"] for row in self._rows(f"{query} group by r.status", values)}
        return {str(status): found.get(status, 0) for status in Status}

    def last_steps(self, moment: Moment, ids: Collection[str]) -> dict[str, dict[str, Any]]:
        """The last step of each of these reviews that the reader may see: {on, topic, actor}."""
        rows = self._rows(_LAST, {**moment.parameters, **self._reader, "ids": list(ids)})
        return {row.pop("id"): row for row in rows}

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


def _narrowed(query: str, moment: Moment, filters: ReviewFilters) -> tuple[str, dict[str, Any]]:
    values = dict[str, Any](moment.parameters)
    for name, column in _COLUMNS.items():
        if (value := getattr(filters, name)) is not None:
            query += f" and r.{column} = %({name})s"
            values[name] = value
    if filters.status is not None:
        query += " and r.status = any(%(status)s)"
        values["status"] = list(filters.status)
    if filters.within is not None:
        query += " and (r.person_id = any(%(people)s::uuid[]) or r.id = any(%(reviews)s::uuid[]))"
        values |= {"people": list(filters.within.people), "reviews": list(filters.within.reviews)}
    return query, values


def _start(listing: str, after: str) -> tuple[date, UUID]:
    day, id = key_of(listing, after, 2)
    try:
        return date.fromisoformat(day), UUID(id)
    except ValueError as error:
        raise BadCursor("the cursor is not one that this service made") from error
