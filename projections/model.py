"""A read model is declared by its name, its tables, its topics and the function that fills them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from typing import Any, TypeAlias
from zlib import crc32

from psycopg import Connection

from projections.catalogue.events import EVENTS
from projections.events import Recorded

Apply: TypeAlias = Callable[[Connection[Any], Sequence[Recorded]], None]


@dataclass(frozen=True)
class ReadModel:
    """One read model: its tables and the function that fills them.

    - `name`: lower case; its tables live in the schema `read_<name>`.
    - `revision`: raised whenever `apply`, or a function that the catalogue computes a value by, changes its
      meaning. What `ddl` and the catalogue declare needs no raise: `version` follows from it.
    - `ddl`: statements with unqualified table names, run once in an empty schema that is the search_path. Its
      statements `create index ...;`, each at the beginning of a line, are run after a rebuild has loaded the
      rows: `apply` finds rows by primary keys.
    - `topics`: the topics it wants; it is given no others.
    - `apply(connection, events)`: writes the rows of these events, given in order of position, on a
      connection whose search_path is the read model's schema, inside a transaction (or savepoint) that the
      caller ends.
      It gets every event once and in any cut into batches, so it keeps nothing in memory between two calls,
      and it has no effect but rows: a rebuild calls it again. What it raises is taken as the event's fault:
      the batch is cut down to the single event, which is tried again and then parked with its aggregate.
    - `guards`: statements run after those of `ddl`, which say which rows whoever does not own the tables sees
      (row-level security), by what the transaction says of itself. `version` does not depend on them: they
      are run again, in place of others, on the tables that are there.
    - `reads`: the read models of earlier stages whose tables its queries may name. `apply` names none: the
      rows of a read model follow from the log alone, so each is rebuilt alone and in any order.
    """

    name: str
    revision: int
    ddl: str
    topics: frozenset[str]
    apply: Apply
    reads: tuple[str, ...] = ()
    guards: str = ""

    @property
    def schema(self) -> str:
        return f"read_{self.name}"

    @cached_property
    def version(self) -> int:
        """The digest of all that rows follow from; rows of another version are not added to, they wait for a
        rebuild.
        """
        declared = {topic: EVENTS.get(topic) for topic in sorted(self.topics)}
        return crc32(f"{self.revision} {self.ddl} {declared}".encode()) >> 1  # a positive integer of SQL


def ddl_of(package: str) -> str:
    """The text of `schema.sql` in the package of a read model."""
    return files(package).joinpath("schema.sql").read_text(encoding="utf-8")
