"""Obligations are what somebody is to do: each ends by one operation, and is there until that was done."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar
from uuid import UUID

from psycopg import Connection
from psycopg.rows import dict_row

from domain.health import DETACHED, LIVE, ORPHAN
from domain.objective.lifecycle import Status
from domain.review.lifecycle import DUE
from domain.review.lifecycle import Status as ReviewStatus
from projections.alignment.queries import health, statements
from projections.audit.words import AMENDMENT, OF_JUDGEMENT
from projections.moment import Moment, holds
from projections.page import BY_TEXT, Page, Sorting

_T = TypeVar("_T")
KINDS = (
    *("check_in", "approval", "commitment", "submission", "activation", "closure", "orphan", "detached"),
    *("self_assessment", "assessment", "sharing", "acknowledgement", "appeal"),
    *("appeal_decision", "finalisation"),
)
SORTING = Sorting(
    "obligations", {"due_on": str, "kind": KINDS.index, "title": BY_TEXT}, usual=("due_on", "kind", "title")
)
OF_REVIEWS = {
    "self_assess": "self_assessment",
    "assess": "assessment",
    "share": "sharing",
    "acknowledge": "acknowledgement",
    "decide_appeal": "appeal_decision",
    "finalise": "finalisation",
}
"""Step of a review -> what is to be done."""
_UNITS = f"""
    select u.id::text, u.parent_id::text as above, u.lead_person_id::text as lead
      from read_directory.units u where {holds("u")}"""
_PEOPLE = f"select p.id::text, p.manager_id::text as above from read_directory.people p where {holds('p')}"
_OPEN_CYCLE = f"""not exists (
    select from read_directory.cycles c where c.id = o.cycle_id and c.status = 'closed' and {holds("c")})"""
_OWNED = f"""
    select o.id::text, o.title, o.status, {statements.phase("o")} as phase, o.starts_on, o.ends_on,
           o.committed_confidence, {statements.COUNTED_FROM} as counted_from, {statements.CADENCE} as cadence
      from read_alignment.told_objectives o
     where (o.owner_person_id = %(person)s or o.owner_unit_id = any(%(units)s::uuid[]))
       and o.status = any(%(statuses)s) and {holds("o")} and {_OPEN_CYCLE}"""
# With everybody who submitted or amended what is to be approved, as `awaiting` of the aggregate has them.
_TO_APPROVE = f"""
    select o.id::text, o.title, o.status, o.owner_person_id::text, o.owner_unit_id::text,
           said.actors, said.since
      from read_alignment.told_objectives o
      cross join lateral (
           select array_agg(e.actor) as actors, min(e.effective_on) as since from read_audit.entries e
            where e.subject_id = o.id and e.recorded_at <= %(known_at)s
              and (e.action = 'objective.submitted' or e.words @@ %(amendment)s::tsquery)
              and e.position > coalesce((
                  select max(a.position) from read_audit.entries a
                   where a.subject_id = o.id and a.recorded_at <= %(known_at)s
                     and a.action in ('objective.approved', 'objective.returned')), 0)) said
     where (o.status = '{Status.SUBMITTED}' or {statements.AMENDED}) and {holds("o")} and {_OPEN_CYCLE}"""
_REVIEWS = f"""
    select r.id::text, p.name as title, r.status, r.person_id::text, r.reviewer_id::text, r.shared_on,
           r.shared_on + r.appeal_days as appeal_until, said.since, said.actors, said.agrees
      from read_reviews.reviews r
      left join read_directory.people p on p.id = r.person_id and {holds("p")}
      cross join lateral (
           select max(s.effective_on) filter (where s.topic <> 'review.external_id_corrected') as since,
                  array_agg(s.actor) filter (
                      where s.topic in ('review.assessed', 'review.calibrated')) as actors,
                  bool_or((s.data ->> 'agrees')::boolean) as agrees
             from read_reviews.steps s
            where s.review_id = r.id and s.recorded_at <= %(known_at)s and s.effective_on <= %(as_of)s) said
     where r.status = any(%(due)s) and {holds("r")}
       and (r.person_id = %(person)s or r.reviewer_id = %(person)s or %(personnel)s)
       and (%(everybody)s or r.person_id = any(%(people)s::uuid[]) or r.id = any(%(reviews)s::uuid[]))"""


@dataclass(frozen=True, slots=True)
class Whose:
    """The person; `personnel_of`: for whose reviews they act as personnel, too, None standing for all.
    Whoever asks is not told of the `hidden` objectives, and of reviews only those of `people` (None: of all)
    and `reviews`.
    """

    person: UUID
    personnel_of: frozenset[str] | None = frozenset()
    hidden: Collection[str] = ()
    people: Collection[str] | None = None
    reviews: Collection[str] = ()


def obligations(
    connection: Connection[Any],
    moment: Moment,
    whose: Whose,
    ahead: int = 0,
    limit: int | None = None,
    after: str | None = None,
    *,
    kept: dict[str, Any] | None = None,
) -> Page:
    """{kind, id, type, title, since, due_on, reason, operation}: by the day, then by kind and title, what is
    due up to `ahead` days after the day of the moment; what has no day comes last. Raises BadCursor. Whoever
    asks for one person after the other in one transaction gives the same `kept`, at first empty: so all that
    is the same for everybody is asked once.
    """
    until = moment.as_of + timedelta(days=ahead)
    asking = _Asking(connection, moment, whose, {} if kept is None else kept)
    found = [*asking.of_own(until), *asking.of_approvals(), *asking.of_reviews()]
    told = (each for each in found if each["id"] not in whose.hidden)
    rows = [{**each, "due_on": each["due_on"] and each["due_on"].isoformat()} for each in told]
    return Page(*SORTING.page(rows, limit, after))


class _Asking:
    def __init__(
        self, connection: Connection[Any], moment: Moment, whose: Whose, kept: dict[str, Any]
    ) -> None:
        self._connection, self._moment, self._whose, self._kept = connection, moment, whose, kept
        self._person = str(whose.person)
        self._units = self._once("units", lambda: {row["id"]: row for row in self._rows(_UNITS)})

    def of_own(self, until: date) -> Iterator[dict[str, Any]]:
        """Gives what is to be done with objectives of the person, and of units for which they act."""
        led = [id for id in self._units if next(iter(self._leads(id)), None) == self._person]
        statuses = [Status.DRAFT, Status.APPROVED, Status.ACTIVE]
        asked = {"person": self._whose.person, "units": led, "statuses": [str(each) for each in statuses]}
        owned = self._rows(_OWNED, asked)
        classes: Mapping[str, str] = {}
        if any(row["phase"] == LIVE for row in owned):
            classes = self._once("classes", lambda: health.classes(self._connection, self._moment))
        for row in owned:
            for each in (
                _of_step(row, self._moment.as_of),
                _check_in(row),
                _of_class(row, classes.get(row["id"])),
            ):
                if each is not None and (each["due_on"] is None or each["due_on"] <= until):
                    yield each

    def of_approvals(self) -> Iterator[dict[str, Any]]:
        """Gives the objectives of which the person is the first above who may approve."""
        amendment = f"'{OF_JUDGEMENT}{AMENDMENT}'"
        to_approve = self._once("to_approve", lambda: self._rows(_TO_APPROVE, {"amendment": amendment}))
        for row in to_approve:
            unit, owner = row["owner_unit_id"], row["owner_person_id"]
            if owner is not None:
                managers = self._once("managers", lambda: {each["id"]: each for each in self._rows(_PEOPLE)})
                chain = list(_up(managers, owner))[1:]
            else:
                above = self._units.get(unit, {}).get("above")
                chain = list(self._leads(above or unit))
            barred = {*(row["actors"] or ()), f"person:{owner}"}
            if next((each for each in chain if f"person:{each}" not in barred), None) == self._person:
                said = "submitted" if row["status"] == Status.SUBMITTED else "changed after its approval"
                reason = f"it was {said} on {row['since']}"
                yield _obligation(row, "approval", "objectives.approve", row["since"], row["since"], reason)

    def of_reviews(self) -> Iterator[dict[str, Any]]:
        """Gives the steps of reviews that are the person's to take."""
        asked = {
            "person": self._whose.person,
            "personnel": self._whose.personnel_of != frozenset(),
            "due": [str(status) for status in DUE],
            "everybody": self._whose.people is None,
            "people": list(self._whose.people or ()),
            "reviews": list(self._whose.reviews),
        }
        for row in self._rows(_REVIEWS, asked):
            action, by = DUE[ReviewStatus(row["status"])]
            if self._is_theirs(row, by):
                reason = f"the review is {row['status'].replace('_', ' ')} since {row['since']}"
                due = row["appeal_until"] if action == "acknowledge" else row["since"]
                yield _of_review(row, OF_REVIEWS[action], f"reviews.{action}", due, reason)
            last = row["appeal_until"]
            if self._may_appeal(row) and last >= self._moment.as_of:
                reason = f"an appeal is possible until {last}"
                yield _of_review(row, "appeal", "reviews.appeal", last, reason)

    def _may_appeal(self, row: Mapping[str, Any]) -> bool:
        """Returns whether the person did not agree; before they said so, the acknowledgement is due."""
        is_acknowledged = row["status"] == ReviewStatus.ACKNOWLEDGED and row["agrees"] is False
        return bool(is_acknowledged and row["person_id"] == self._person)

    def _is_theirs(self, row: Mapping[str, Any], by: str) -> bool:
        if by == "hr":
            within, actor = self._whose.personnel_of, f"person:{self._person}"
            concerned = {row["person_id"], row["reviewer_id"]}
            said = actor in (row["actors"] or ())
            barred = self._person in concerned or (row["status"] == ReviewStatus.APPEALED and said)
            return not barred and (within is None or row["person_id"] in within)
        return bool(row["person_id" if by == "person_reviewed" else "reviewer_id"] == self._person)

    def _leads(self, unit: str) -> Iterator[str]:
        """Whoever leads the unit, and those above, the nearest first."""
        for each in _up(self._units, unit):
            if (lead := self._units[each]["lead"]) is not None:
                yield lead

    def _once(self, name: str, ask: Callable[[], _T]) -> _T:
        if name not in self._kept:
            self._kept[name] = ask()
        found: _T = self._kept[name]
        return found

    def _rows(self, query: str, asked: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        with self._connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(query.encode(), {**self._moment.parameters, **(asked or {})}).fetchall()


def _up(rows: Mapping[str, Mapping[str, Any]], id: str | None) -> Iterator[str]:
    """The ids from this one up, each once."""
    seen = set[str]()
    while id is not None and id in rows and id not in seen:
        seen.add(id)
        yield id
        id = rows[id]["above"]


def _check_in(row: Mapping[str, Any]) -> dict[str, Any] | None:
    """Due on the last day on which the objective is not stale yet."""
    if row["phase"] != LIVE:
        return None
    since = row["counted_from"]
    due = None if since is None else since + timedelta(days=row["cadence"])
    reason = f"a check-in is due every {row['cadence']} days; counted from {since or 'no day yet'}"
    return _obligation(row, "check_in", "objectives.check_in", since, due, reason)


def _of_step(row: Mapping[str, Any], as_of: date) -> dict[str, Any] | None:
    starts, ends = row["starts_on"], row["ends_on"]
    if row["status"] == Status.DRAFT:
        committed = row["committed_confidence"] is not None
        kind, action = ("submission", "submit") if committed else ("commitment", "commit")
        reason = f"it is a draft, and its period begins on {starts}" if starts else "it is a draft"
        return _obligation(row, kind, f"objectives.{action}", None, starts, reason)
    if row["status"] == Status.ACTIVE and ends is not None and ends < as_of:
        return _obligation(row, "closure", "objectives.close", ends, ends, f"its period ended on {ends}")
    if row["status"] == Status.APPROVED and starts is not None:
        reason = f"it is approved, and its period begins on {starts}"
        return _obligation(row, "activation", "objectives.activate", starts, starts, reason)
    return None


def _of_class(row: Mapping[str, Any], name: str | None) -> dict[str, Any] | None:
    if name not in (ORPHAN, DETACHED):
        return None
    reason = "it has no link" if name == ORPHAN else "none of its links leads to the strategy"
    return _obligation(row, name, "objectives.align", None, None, reason)


def _of_review(
    row: Mapping[str, Any], kind: str, operation: str, due: date | None, reason: str
) -> dict[str, Any]:
    return {**_obligation(row, kind, operation, row["since"], due, reason), "type": "review"}


def _obligation(
    row: Mapping[str, Any], kind: str, operation: str, since: date | None, due: date | None, reason: str
) -> dict[str, Any]:
    return {
        "kind": kind,
        "type": "objective",
        "id": row["id"],
        "title": row["title"],
        "since": since and since.isoformat(),
        "due_on": due,
        "reason": reason,
        "operation": operation,
    }
