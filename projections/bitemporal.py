"""Rows that are valid over two times: in the business (days) and in the records (instants).

What is believed now about one key of a bitemporal table (`projections.bitemporal_rows`) is a row of
segments that follow each other without a gap from the key's first day to infinity. A fact effective on day
e splits the segment that contains e, and from e on sets each of its fields wherever the present value was
written by a fact effective on e or before. That is the fold of docs/design.md#time, in the order (effective
date, position), one event at a time: a late fact takes its place and does not displace a later one.
Segments that change are closed at the instant of the fact and written anew; nothing recorded is lost, so
every earlier belief can still be asked for.

    table = Table("units", key={"id": "uuid"}, fields=("name", "parent_id"))
    beliefs = table.load(connection, Touched(events, [(unit_id,)]))         # one query
    beliefs.set((unit_id,), effective_on, recorded_at, {"name": "North"})   # in memory, any number of times
    beliefs.write(connection)                                               # at most three statements

Nothing is looked for that cannot be there: the keys of an aggregate whose first event is in the batch, and
those of something that an event brings into being, such as a check-in.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from psycopg import Connection

from projections import bitemporal_rows as rows
from projections.bitemporal_rows import Key, Segment
from projections.events import Recorded

__all__ = ["Beliefs", "Key", "Table", "Touched"]

_starts = attrgetter("valid_from")


class Touched:
    """The keys of one table that a batch touches: tuples in the order of the table's `key`, the id of the
    aggregate first.
    """

    def __init__(self, events: Iterable[Recorded], keys: Iterable[Key] = ()) -> None:
        self._begun = {event.originator_id for event in events if event.version == 1}
        self.keys: dict[Key, bool] = {}
        """Key -> whether anything may be in the table about it."""
        for key in keys:
            self.add(key)

    def add(self, key: Key, fresh: bool = False) -> None:
        """In order of the events; `fresh` when the event brings into being what the key stands for."""
        if key not in self.keys:
            self.keys[key] = not fresh and key[0] not in self._begun


@dataclass(frozen=True)
class Table(rows.RowShape):
    """A bitemporal table: name, key columns with their SQL types, and fields."""

    def load(self, connection: Connection[Any], touched: Touched) -> "Beliefs":
        """Loads what is believed now about these keys, to be changed and written."""
        return Beliefs(self, connection, touched.keys)


class Beliefs:
    """Beliefs are what is believed now about some keys of one table, changed in memory and written once."""

    def __init__(self, table: Table, connection: Connection[Any], keys: Mapping[Key, bool]) -> None:
        self._table = table
        self._width = len(table.fields)
        self._index = {field: place for place, field in enumerate(table.fields)}
        self._believed: dict[Key, list[Segment]] = {key: [] for key in keys}
        rows.load(connection, table, {key: self._believed[key] for key, known in keys.items() if known})
        self._ended: list[tuple[Key, Segment, datetime | None]] = []
        self._closed: list[rows.Ending] = []
        self._dropped: list[str] = []

    def __contains__(self, key: Key) -> bool:
        """Returns whether anything is believed about the key, at any date."""
        return bool(self._believed.get(key))

    def at(self, key: Key, day: date) -> dict[str, Any] | None:
        """The fields of the key on that day as believed now; None before its first day or if it has none."""
        segments = self._believed[key]
        place = bisect_right(segments, day, key=_starts)
        return dict(zip(self._table.fields, segments[place - 1].values, strict=True)) if place else None

    def value(self, key: Key, day: date, field: str) -> Any:
        """One field of the key on that day as believed now; None if it has none."""
        segments = self._believed[key]
        place = bisect_right(segments, day, key=_starts)
        return segments[place - 1].values[self._index[field]] if place else None

    def spans(self, key: Key) -> list[tuple[date, date | None, dict[str, Any]]]:
        """Lists what is believed now: (first day, day after the last or None, fields), in order, without a
        gap.
        """
        fields = self._table.fields
        return [
            (segment.valid_from, segment.valid_to, dict(zip(fields, segment.values, strict=True)))
            for segment in self._believed[key]
        ]

    def set(self, key: Key, effective_on: date, recorded_at: datetime, patch: Mapping[str, Any]) -> None:
        """Apply one fact: from `effective_on` on the fields of `patch` have these values, unless a fact
        with a later effective date says otherwise.

        The key must be among those loaded (KeyError); calls come in the order of positions. A day before the
        key's first day opens a segment in which the fields not given are null.
        """
        segments = self._believed[key]
        if not segments:
            segments.append(self._first(effective_on, recorded_at, patch))
            return
        patched = [(self._index[field], value) for field, value in patch.items()]
        place = self._cut(key, segments, effective_on, recorded_at)
        for number in range(place, len(segments)):
            due = [
                (at, value)
                for at, value in patched
                if (written := segments[number].written_on[at]) is None or written <= effective_on
            ]
            if not due:
                break
            segment = self._reopened(key, segments, number, recorded_at)
            for at, value in due:
                segment.values[at] = value
                segment.written_on[at] = effective_on

    def set_regardless(
        self, key: Key, effective_on: date, recorded_at: datetime, patch: Mapping[str, Any]
    ) -> None:
        """As `set`, but whatever was written for later days: a fact dated at the first day of a segment
        always overrides what the segment holds.
        """
        self.set(key, effective_on, recorded_at, patch)
        for segment in list(self._believed[key]):
            if segment.valid_from > effective_on:
                self.set(key, segment.valid_from, recorded_at, patch)

    def _first(self, day: date, recorded_at: datetime, patch: Mapping[str, Any]) -> Segment:
        segment = self._blank(day, None, recorded_at)
        for field, value in patch.items():
            at = self._index[field]
            segment.values[at], segment.written_on[at] = value, day
        return segment

    def _blank(self, day: date, until: date | None, recorded_at: datetime) -> Segment:
        return Segment(day, until, recorded_at, None, [None] * self._width, [None] * self._width)

    def write(self, connection: Connection[Any]) -> None:
        """Write what changed: closings as one update, new rows as one COPY. The object is spent then."""
        rows.delete(connection, self._table, self._dropped)
        rows.close(connection, self._table, self._closed)
        fresh = [
            (key, segment, None)
            for key, segments in self._believed.items()
            for segment in segments
            if segment.place is None
        ]
        if fresh or self._ended:
            rows.add(connection, self._table, [*self._ended, *fresh])

    def _cut(self, key: Key, segments: list[Segment], day: date, recorded_at: datetime) -> int:
        """Make a segment start on `day`, splitting or adding one; its place among the segments."""
        place = bisect_right(segments, day, key=_starts)
        if place and segments[place - 1].valid_from == day:
            return place - 1
        if place:
            whole = segments[place - 1]
            self._end(key, whole, recorded_at)
            segments[place - 1] = whole.anew(whole.valid_from, day, recorded_at)
            segments.insert(place, whole.anew(day, whole.valid_to, recorded_at))
        else:
            segments.insert(0, self._blank(day, segments[0].valid_from, recorded_at))
        return place

    def _reopened(self, key: Key, segments: list[Segment], number: int, recorded_at: datetime) -> Segment:
        """The segment as one that may be changed: opened at `recorded_at` and not yet in the table."""
        old = segments[number]
        if old.place is None and old.recorded_from == recorded_at:
            return old
        self._end(key, old, recorded_at)
        segments[number] = old.anew(old.valid_from, old.valid_to, recorded_at)
        return segments[number]

    def _end(self, key: Key, segment: Segment, recorded_at: datetime) -> None:
        """Stop believing a segment; one that was believed for no time at all leaves no row."""
        if segment.recorded_from == recorded_at:
            if segment.place is not None:
                self._dropped.append(segment.place)
        elif segment.place is not None:
            self._closed.append((segment.place, recorded_at))
        else:
            self._ended.append((key, segment, recorded_at))
