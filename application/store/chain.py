"""The chain over all events, computed apart from the database: what `chain.sql` promises, to be checked."""

from hashlib import sha256
from typing import TypedDict
from uuid import UUID

FIRST = bytes(32)  # before the first event
COLUMNS = """
    position, originator_id, originator_version, topic, timestamptz_send(recorded_at) AS recorded_at,
    command_id, state
"""
_FROM_1970_TO_2000 = 946_684_800 * 1_000_000
_LARGEST = 2**63 - 1
# The events of some aggregates up to a position.
OF_AGGREGATES = f"""
    select {COLUMNS} from store.events where originator_id = any(%s::uuid[]) and position <= %s
    order by originator_id, originator_version
"""  # noqa: S608 - own columns


class ChainRow(TypedDict):
    """An event as COLUMNS select it; `recorded_at` are eight bytes, microseconds since 2000, so that an
    instant that Python does not know can be looked at too.
    """

    position: int
    originator_id: UUID
    originator_version: int
    topic: str
    recorded_at: bytes
    command_id: UUID
    state: bytes


def link(before: bytes, row: ChainRow) -> bytes:
    """The digest of the event that follows on the digest `before`."""
    return sha256(before + canonical(row)).digest()


def canonical(row: ChainRow) -> bytes:
    """Storage: the bytes of an event that are hashed; see store.canonical in chain.sql."""
    topic, state = row["topic"].encode(), bytes(row["state"])
    instant = int.from_bytes(row["recorded_at"], signed=True) + _FROM_1970_TO_2000
    return b"".join(
        (
            _number(row["position"]),
            row["originator_id"].bytes,
            _number(row["originator_version"]),
            len(topic).to_bytes(4),
            topic,
            _number(min(instant, _LARGEST)),  # beyond it lies only infinity, which is never recorded
            row["command_id"].bytes,
            len(state).to_bytes(4),
            state,
        )
    )


def _number(value: int) -> bytes:
    return value.to_bytes(8, signed=True)
