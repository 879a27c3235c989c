"""Questions about change plans."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import dict_row

from domain.change_plan import APPROVED, OPEN, UNMINDED, Change
from projections.moment import Moment, holds, instant
from projections.page import BY_TEXT, Page, Sorting
from projections.versions import as_known

SORTING = Sorting(
    "plans", {"title": BY_TEXT, "drafted_on": str, "status": str}, usual=("-drafted_on", "title")
)
MOST_CHANGED = 50
"""So many events that came after a plan are told."""
_PLANS = f"""
    select p.id::text, p.title, p.why, p.status, p.changes, p.said_position, p.drafted_by, p.drafted_on::text,
           p.approved_by, p.approved_on::text, p.ended_by, p.ended_on::text, p.withdrawal_reason, v.version,
           v.position
      from read_change_plans.change_plans p {as_known("read_change_plans.versions", "p")}
     where {holds("p")}"""
_COMMENTS = f"""
    select c.id::text as comment_id, c.text, c.said_by, c.said_on::text, c.position
      from read_change_plans.comments c
     where c.plan_id = %(id)s and {holds("c")} order by c.position"""
_SINCE = """
    select e.position, e.subject_type as kind, e.subject_id::text as id, e.title, e.action, e.recorded_at,
           e.actor
      from read_audit.entries e
     where e.subject_id = any(%(named)s::uuid[]) and e.position > %(position)s
       and e.recorded_at <= %(known_at)s and e.action <> all(%(unminded)s)
     order by e.position limit %(most)s"""


class ChangePlans:
    """Answers from `read_change_plans`, JSON-ready; the database shows no plan that names what is hidden."""

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection = connection

    def plans(
        self,
        moment: Moment,
        status: Collection[str] | None = None,
        limit: int = 50,
        after: str | None = None,
        sort: Sequence[str] = (),
    ) -> Page:
        """The newest first, unless another order is asked for: {id, title, why, status, changes,
        said_position, drafted_by, drafted_on, approved_by, approved_on, ended_by, ended_on,
        withdrawal_reason, version, position}, `changes` being how many there are. Raises BadCursor.
        """
        rows = [row for row in self._rows(_PLANS, moment.parameters) if not status or row["status"] in status]
        chosen, following = SORTING.page(rows, limit, after, sort)
        return Page([{**row, "changes": len(row["changes"])} for row in chosen], following)

    def plan(self, moment: Moment, id: UUID) -> dict[str, Any] | None:
        """As in the list, with its `changes` themselves, as events hold them, and `comments`, oldest first:
        {comment_id, text, said_by, said_on, position}. None if there is none, or not yet.
        """
        rows = self._rows(f"{_PLANS} and p.id = %(id)s", {**moment.parameters, "id": id})
        if not rows:
            return None
        return {**rows[0], "comments": self._rows(_COMMENTS, {**moment.parameters, "id": id})}

    def changed_since(self, moment: Moment, plan: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The first events that happened to what an open or approved plan names since it was drafted or
        revised: {position, kind, id, title, action, recorded_at, actor}.
        """
        if plan["status"] not in (OPEN, APPROVED):
            return []
        named = {id for each in plan["changes"] for id in Change.read(each).named.values()}
        asked = {"named": list(named), "position": plan["said_position"], "unminded": list(UNMINDED)}
        rows = self._rows(_SINCE, {**moment.parameters, **asked, "most": MOST_CHANGED})
        return [{**row, "recorded_at": instant(row["recorded_at"])} for row in rows]

    def _rows(self, query: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
        with self._connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(query, parameters).fetchall()
