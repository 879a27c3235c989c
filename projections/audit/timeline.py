"""A timeline holds what events said of their subjects, each from its effective day on: loaded for a batch,
asked, added to.

Every field follows one rule: on a day, the last word in the order (effective day, position) holds. So a row
is never altered, and what held as known at any position is found among the rows up to that position.
"""

from bisect import insort
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, TypeAlias

import orjson
from psycopg import Connection
from psycopg.rows import tuple_row

Row: TypeAlias = tuple[date, int, dict[str, Any]]
"""(effective day, position, {name: value})"""

_LOAD = """
    select k.subject_id::text, k.part, t.*
      from unnest(%s::text[]::uuid[], %s::text[]) as k (subject_id, part)
     cross join lateral (
        select effective_on, position, said::text from timeline t
         where t.subject_id = k.subject_id and t.part = k.part order by effective_on, position offset 0) t
"""


class SubjectTimeline:
    """A subject holds what was said of it, as far as it was asked for: KeyError for any other part."""

    __slots__ = ("_last", "parts")

    def __init__(self) -> None:
        self.parts: dict[str, list[Row]] = {}
        self._last: dict[str, tuple[int, dict[str, Any]]] = {}

    def held(self, part: str, name: str, day: date) -> tuple[Any, date | None]:
        """Gives what holds of a field on a day, as known so far, None before anything was said; and the first
        later day of which something is said already, if there is one.
        """
        until = None
        for since, _, said in reversed(self.parts[part]):
            if name in said:
                if since <= day:
                    return said[name], until
                until = since
        return None, until

    def at(self, part: str, day: date) -> dict[str, Any]:
        """Gives all that holds of a part on a day; what holds after the last word is remembered."""
        rows = self.parts[part]
        ahead = bool(rows) and rows[-1][0] > day
        if not ahead and (last := self._last.get(part)) is not None and last[0] == len(rows):
            return last[1]
        found: dict[str, Any] = {}
        for since, _, said in rows:
            if since > day:
                break
            found.update(said)
        if not ahead:
            self._last[part] = len(rows), found
        return found


class TouchedTimelines:
    """The rows of the parts that one batch touches, by the ids of their subjects."""

    def __init__(self, connection: Connection[Any], new: Iterable[str]) -> None:
        """`new`: subjects of which nothing can have been written before, so that nothing is looked for."""
        self._connection = connection
        self._new = frozenset(new)
        self._subjects: dict[str, SubjectTimeline] = {}
        self._wanted: list[tuple[str, str]] = []
        self._added: list[tuple[str, str, str, int, str]] = []

    def __getitem__(self, id: str) -> SubjectTimeline:
        return self._subjects[id]

    def want(self, id: str, part: str, fresh: bool = False) -> None:
        """Have this part at hand after the next `load`; one that is at hand already costs nothing, nor one of
        which nothing can have been written before, as it is brought into being.
        """
        subject = self._subjects.get(id)
        if subject is None:
            subject = self._subjects[id] = SubjectTimeline()
        if part not in subject.parts:
            subject.parts[part] = []
            if not fresh and id not in self._new:
                self._wanted.append((id, part))

    def load(self) -> None:
        """Load what is wanted."""
        if not self._wanted:
            return
        wanted = [list(column) for column in zip(*self._wanted, strict=True)]
        self._wanted.clear()
        with self._connection.cursor(row_factory=tuple_row) as cursor:
            for id, part, day, position, said in cursor.execute(_LOAD, wanted):
                self._subjects[id].parts[part].append((day, position, orjson.loads(said)))

    def said(self, part: str) -> Iterator[dict[str, Any]]:
        """All that was ever said of this part, of any subject at hand."""
        for subject in self._subjects.values():
            for _, _, said in subject.parts.get(part, ()):
                yield said

    def say(self, id: str, part: str, day: date, position: int, said: dict[str, Any]) -> None:
        """Add what an event said; positions only rise."""
        insort(self._subjects[id].parts[part], (day, position, said))
        self._added.append((id, part, day.isoformat(), position, orjson.dumps(said).decode()))

    def write(self) -> None:
        """Write what was added."""
        copy_in = "copy timeline (subject_id, part, effective_on, position, said) from stdin"
        with self._connection.cursor() as cursor, cursor.copy(copy_in) as copy:
            for row in self._added:
                copy.write_row(row)
