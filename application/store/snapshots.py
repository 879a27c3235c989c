"""Snapshots: how an aggregate of many events was at some version, so that loading it need not begin at the
first.

None is ever needed. One that other code wrote, that belongs to another history than the log's, or that cannot
be read is passed over, and whoever empties the table loses nothing but time.
"""

import logging
import sys
from collections.abc import Callable, Iterator
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from uuid import UUID

import domain
from application.store import freezing
from application.store.datastore import Datastore
from application.store.memory import Past
from domain.aggregate import Aggregate

MOST_EVENTS = 100  # that are read without leaving a snapshot for the next time
TAKE = """
    insert into store.snapshots (originator_id, version, digest, code, state)
    select originator_id, originator_version, digest, %s, %s from store.events
    where originator_id = %s and originator_version = %s
    on conflict (originator_id) do update
        set version = excluded.version, digest = excluded.digest, code = excluded.code, state = excluded.state
"""
DAMAGES = (LookupError, TypeError, ValueError, AttributeError, ImportError)  # of what thaw may raise

log = logging.getLogger(__name__)


@cache
def code_digest(folder: Path = Path(domain.__file__).parent) -> bytes:
    """Digests everything that decides what a frozen aggregate means: the domain, and the code that freezes
    it.
    """
    digest = sha256(f"{sys.version} {version('eventsourcing')}".encode())
    for path in _sources(folder):
        digest.update(f"\n{path.name}\n".encode() + path.read_bytes())
    return digest.digest()


class Snapshots:
    """The snapshots of one store are written and read here. `failed` is called for each that could not be
    taken or read.
    """

    def __init__(self, datastore: Datastore, failed: Callable[[], None]) -> None:
        self._datastore = datastore
        self._failed = failed

    @property
    def code(self) -> bytes:
        """The digest of this code: snapshots of any other are passed over."""
        return code_digest()

    def take(self, aggregate: Aggregate) -> Past | None:
        """Keeps the aggregate as it is, with nothing pending, in place of the snapshot before; None if it
        cannot be frozen.
        """
        past = None
        try:
            state = freezing.freeze(aggregate)
            past = Past.at(aggregate.version, state)
            self._datastore.once(
                lambda conn: conn.execute(TAKE, [self.code, state, aggregate.id, aggregate.version])
            )
        except Exception:  # whatever it is: whoever asked for the aggregate has it
            log.warning("no snapshot could be taken of %s", aggregate.id, exc_info=True)
            self._failed()
        return past

    def read(self, id: UUID, version: int, state: bytes) -> Aggregate | None:
        """The aggregate of this id and version; None if the snapshot cannot be read."""
        try:
            aggregate = freezing.thaw(state)
            if (aggregate.id, aggregate.version) != (id, version):
                raise ValueError("it is a snapshot of something else")
        except DAMAGES:
            log.warning("the snapshot of %s cannot be read", id, exc_info=True)
            self._failed()
            return None
        found: Aggregate = aggregate
        return found


def _sources(folder: Path) -> Iterator[Path]:
    yield Path(freezing.__file__)
    yield from sorted(folder.rglob("*.py"))
