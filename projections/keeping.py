"""Read models keep parts of the catalogue in bitemporal tables: their DDL, and the one projector of them all.

    UNITS = Kept("units", UNIT, key=("id",), indexes=("(parent_id, valid_from)",))
    keeper = Keeper(UNITS, versions_of=("unit",))      # keeper.ddl, keeper.topics, keeper.apply

A batch is loaded once, folded in memory and written once: one query, one update and one COPY a table.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple, TypeAlias

from psycopg import Connection

from projections import versions
from projections.bitemporal import Beliefs, Key, Table, Touched
from projections.catalogue.declaring import Data, Fact, Part, Patch
from projections.catalogue.events import EVENTS, aggregate_of
from projections.events import Recorded

Then: TypeAlias = Callable[[Beliefs, Key, Recorded], None]


@dataclass(frozen=True)
class Kept:
    """A table of parts: its `key` columns are the id of the aggregate and the key of the part, all uuid; it
    has a column for each field of the part that is kept.

    - `own`: further columns with their types, which `then` brings up to date after each event of the part.
    - `indexes`: beside the primary key: the columns in parentheses, and conditions.
    """

    name: str
    part: Part
    key: tuple[str, ...]
    own: Mapping[str, str] = field(default_factory=dict)
    then: Then | None = None
    indexes: tuple[str, ...] = ()

    @property
    def columns(self) -> dict[str, str]:
        """The fields with their types, as DDL has them."""
        kept = {name: each for name, each in self.part.fields.items() if each.kept}
        types = {name: f"{each.sql} not null" if each.needed else each.sql for name, each in kept.items()}
        return {**types, **self.own}

    @property
    def table(self) -> Table:
        return Table(self.name, dict.fromkeys(self.key, "uuid"), tuple(self.columns))

    @property
    def ddl(self) -> str:
        columns = [
            *(f"{name} uuid not null" for name in self.key),
            *(f"{name} date not null" for name in ("valid_from", "valid_to")),
            *(f"{name} timestamptz not null" for name in ("recorded_from", "recorded_to")),
            "written_on date[] not null",
            *(f"{name} {kind}" for name, kind in self.columns.items()),
            f"primary key ({', '.join(self.key)}, valid_from, recorded_from)",
        ]
        indexes = "".join(f"create index on {self.name} {index};\n" for index in self.indexes)
        lines = ",\n    ".join(columns)
        return f"create table {self.name} (\n    {lines}\n);\n{indexes}"


class _Fold(NamedTuple):
    """A fold changes the rows of the table at `place` by a fact."""

    place: int
    fact: Fact
    patch: Patch
    regardless: Patch | None
    then: Then | None

    def __call__(self, beliefs: Beliefs, key: Key, event: Recorded, data: Data) -> None:
        day, recorded_at = event.effective_on, event.recorded_at
        before = partial(beliefs.value, key, day)
        if patch := self.patch(event, data, before):
            beliefs.set(key, day, recorded_at, patch)
        if self.regardless is not None:
            beliefs.set_regardless(key, day, recorded_at, self.regardless(event, data, before))
        if self.then is not None:
            self.then(beliefs, key, event)


class Keeper:
    """The tables of a read model, and with `versions_of` (kinds of aggregates) the table `versions`."""

    def __init__(self, *kept: Kept, versions_of: Collection[str] = ()) -> None:
        self._tables = [each.table for each in kept]
        self._folds: dict[str, list[_Fold]] = {}
        for topic, facts in EVENTS.items():
            for place, each in enumerate(kept):
                folds = [_fold(place, each, fact) for fact in facts if fact.part is each.part]
                if folds or aggregate_of(topic) in versions_of:
                    self._folds.setdefault(topic, []).extend(folds)
        self._versioned = frozenset(topic for topic in EVENTS if aggregate_of(topic) in versions_of)
        self.topics = frozenset(self._folds)
        self.ddl = "\n".join([*(each.ddl for each in kept), *([versions.DDL] if versions_of else [])])

    def apply(self, connection: Connection[Any], events: Sequence[Recorded]) -> None:
        """Write the rows of these events; those of other topics have none."""
        touched = [Touched(events) for _ in self._tables]
        work = []
        for event in events:
            for fold in self._folds.get(event.topic, ()):
                for key, data in fold.fact.about(event):
                    touched[fold.place].add(key, fold.fact.fresh)
                    work.append((fold, key, event, data))
        beliefs = [table.load(connection, keys) for table, keys in zip(self._tables, touched, strict=True)]
        for fold, key, event, data in work:
            fold(beliefs[fold.place], key, event, data)
        for each in beliefs:
            each.write(connection)
        versions.record(connection, "versions", [event for event in events if event.topic in self._versioned])


def _fold(place: int, kept: Kept, fact: Fact) -> _Fold:
    names = kept.part.fields.keys() & kept.columns.keys()
    regardless = {name for name in names if kept.part.fields[name].regardless}
    return _Fold(
        place,
        fact,
        fact.patch(names - regardless),
        fact.patch(regardless) if regardless & {*fact.names} else None,
        kept.then,
    )
