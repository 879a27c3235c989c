"""The words of events, for those who tell what made their own figures differ."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from psycopg import Connection
from psycopg.rows import class_row

from projections.moment import instant

# Probes of the indexes, which the planner cannot turn into joins over whole tables.
_WORDS = """
    select e.*, t.subject_id::text, t.part, t.said
      from ({wanted}) as wanted
     cross join lateral (select * from read_audit.timeline t where {same} offset 0) t
     cross join lateral (
        select e.position, e.version, e.recorded_at, e.effective_on, e.action, e.actor, e.reason,
               e.subject_type, e.title
          from read_audit.entries e where e.position = t.position offset 0) e
     where e.recorded_at <= %(known_at)s and e.effective_on <= %(as_of)s
     order by e.position"""


@dataclass(frozen=True, slots=True)
class Words:
    """An event, and what it said of one part of its subject."""

    position: int
    version: int
    recorded_at: datetime
    effective_on: date
    action: str
    actor: str
    reason: str | None
    subject_type: str
    title: str | None
    subject_id: str
    part: str
    said: dict[str, Any]

    @property
    def place(self) -> tuple[date, int]:
        """On a day the last word in this order holds."""
        return self.effective_on, self.position

    @property
    def subject(self) -> dict[str, Any]:
        """The aggregate that the event is of; the title as it was on the effective day."""
        return {"type": self.subject_type, "id": self.subject_id, "title": self.title}

    @property
    def heading(self) -> dict[str, Any]:
        """The event as it is told wherever it is named as a cause."""
        return {
            "position": self.position,
            "event_id": f"{self.subject_id}:{self.version}",
            "recorded_at": instant(self.recorded_at),
            "effective_on": self.effective_on.isoformat(),
            "actor": self.actor,
            "reason": self.reason,
            "action": self.action,
        }


def words_of(connection: Connection[Any], wanted: str, same: str, asked: Mapping[str, Any]) -> list[Words]:
    """In the order of the log, what was recorded by %(known_at)s and is effective by %(as_of)s: the rows `t`
    of the timeline that are the `same` as one that the query `wanted` finds.
    """
    with connection.cursor(row_factory=class_row(Words)) as cursor:
        statement = _WORDS.format(wanted=wanted, same=same)
        return cursor.execute(statement.encode(), asked).fetchall()
