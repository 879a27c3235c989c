"""Questions about feedback."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import dict_row

from projections.moment import Moment, holds

_REMARKS = f"""
    select f.id::text, f.objective_id::text, f.kind, f.text, f.visibility, f.giver, f.given_on::text,
           f.position, f.withdrawn_on::text, f.withdrawn_by, f.withdrawal_reason
      from read_feedback.feedback f where {holds("f")}"""
_OF_OBJECTIVE = f"""{_REMARKS} and f.objective_id = %(id)s order by f.given_on, f.position"""
_BY_OR_TO = f"""
    {_REMARKS} and (f.giver = %(giver)s or f.objective_id = any(%(objectives)s::uuid[]))
       and f.position > %(after)s order by f.position limit %(limit)s"""
_ONE = f"""
    select f.objective_id, f.visibility, f.giver from read_feedback.feedback f
     where f.id = %(id)s and {holds("f")}
"""


class Feedback:
    """Answers from `read_feedback`. Who may see which remark is for the caller to decide."""

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection = connection

    def for_objective(self, moment: Moment, objective_id: UUID) -> list[dict[str, Any]]:
        """Every remark, by the day on which it was given and in the order of recording, the withdrawn ones
        too: {id, objective_id, kind, text, visibility, giver, given_on, position, withdrawn_on, withdrawn_by,
        withdrawal_reason}. `giver` and `withdrawn_by` are actors; the last three are None while it stands.
        """
        with self._connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(_OF_OBJECTIVE, {**moment.parameters, "id": objective_id}).fetchall()

    def given_or_received(
        self, moment: Moment, giver: str, objectives: Collection[str], limit: int, after: int
    ) -> list[dict[str, Any]]:
        """Remarks that this actor gave, or that are on these objectives, as `for_objective` has them, by
        position beyond `after`.
        """
        asked = {"giver": giver, "objectives": list(objectives), "limit": limit, "after": after}
        with self._connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(_BY_OR_TO, {**moment.parameters, **asked}).fetchall()

    def one(self, moment: Moment, id: UUID) -> dict[str, Any] | None:
        """{objective_id, visibility, giver} of a remark; None if there is none, or not yet."""
        with self._connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(_ONE, {**moment.parameters, "id": id}).fetchone()
