"""Verification tells whether the log is as recorded, and whether seals are those of what they sealed."""

from dataclasses import dataclass

import psycopg
from psycopg import IsolationLevel
from psycopg.rows import dict_row

from application.seals import RETIRED_SEAL, check_seals, count_seals
from application.store.made_up import made_up
from application.store.verification import Fault, Walk, check


@dataclass(frozen=True)
class Report:
    """A report counts the events and seals looked at, up to a position, and lists every fault found.

    `digest` (hexadecimal) is that of the last event: whoever keeps it elsewhere can tell later that the log
    up to `position` is still the same.
    """

    events: int
    position: int
    digest: str
    seals: int
    faults: tuple[Fault, ...]
    notes: tuple[Fault, ...]  # a made-up past, and seals that cannot be verified: nobody's fault

    @property
    def sound(self) -> bool:
        """Returns whether nothing was altered."""
        return not self.faults


def verify(dsn: str) -> Report:
    """Looks at the whole log as it is at this moment, while others may go on writing."""
    with psycopg.connect(dsn, row_factory=dict_row) as conn:
        conn.isolation_level, conn.read_only = IsolationLevel.REPEATABLE_READ, True
        walk = Walk()
        faults = [*check(conn, walk)]
        seals = [*check_seals(conn)]
        notes = (*made_up(conn), *(seal for seal in seals if seal.kind == RETIRED_SEAL))
        faults += [seal for seal in seals if seal.kind != RETIRED_SEAL]
        return Report(walk.events, walk.position, walk.digest.hex(), count_seals(conn), tuple(faults), notes)
