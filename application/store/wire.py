"""A batch of saves as the parameters of store.record.

They are arrays, written here in the binary form of the protocol: psycopg would look at every element of every
one of them, which costs more than all else that a save does in this process.
"""

import struct
import uuid
from collections.abc import Iterator, Sequence
from typing import Any, cast

from psycopg import Connection
from psycopg.adapt import Buffer, Dumper
from psycopg.pq import Format
from typing_extensions import override

from application.store.records import Save

RECORD = """
    select * from store.record(
        %b::uuid[], %b::bytea[], %b::boolean[], %b::uuid[],
        %b::integer[], %b::uuid[], %b::bigint[], %b::text[], %b::bytea[],
        %b::integer[], %b::uuid[], %b::text[], %b::uuid[],
        %b::integer[], %b::uuid[], %b::bigint[], %b::boolean[],
        %b::integer[], %b::uuid[], %b::text[], %b::bigint[])
"""
# Storage of PostgreSQL itself: the numbers of its types.
BOOLEAN, BYTEA, BIGINT, INTEGER, TEXT, UUID = 16, 17, 20, 23, 25, 2950
HEADER, LENGTH = struct.Struct("!iiiii"), struct.Struct("!i")
int4, int8 = struct.Struct("!i").pack, struct.Struct("!q").pack


class Array:
    """An array of PostgreSQL, ready to be sent."""

    __slots__ = ("sent",)

    def __init__(self, sent: bytes) -> None:
        self.sent = sent


EMPTY = {
    element: Array(struct.pack("!iii", 0, 0, element))
    for element in (BOOLEAN, INTEGER, BIGINT, TEXT, BYTEA, UUID)
}


class ArrayDumper(Dumper):
    """Gives no type: the statement says by a cast what it is."""

    format = Format.BINARY
    oid = 0

    @override
    def dump(self, obj: Array) -> Buffer:
        return obj.sent


def teach(conn: Connection[Any]) -> None:
    """Lets statements on the connection take the parameters given here."""
    conn.adapters.register_dumper(Array, ArrayDumper)


def parameters(saves: Sequence[Save]) -> list[Array]:
    """In the order of RECORD."""
    commands = [save.command for save in saves]
    numbered = [(int4(number), save) for number, save in enumerate(saves, 1)]
    events = [(number, event) for number, save in numbered for event in save.events]
    mentions = [(number, mention) for number, save in numbered for mention in save.mentions]
    known = [(number, *each) for number, save in numbered for each in _known(save)]
    counts = [(number, *count) for number, save in numbered for count in save.reads.mentions.items()]
    return [
        _array(UUID, [command.id.bytes for command in commands]),
        _array(BYTEA, [command.fingerprint for command in commands]),
        _array(BOOLEAN, [_boolean(command.remember) for command in commands]),
        _array(UUID, [save.subject.bytes for save in saves]),
        _array(INTEGER, [number for number, _ in events]),
        _array(UUID, [cast(uuid.UUID, event.originator_id).bytes for _, event in events]),
        _array(BIGINT, [int8(event.originator_version) for _, event in events]),
        _array(TEXT, [event.topic.encode() for _, event in events]),
        _array(BYTEA, [event.state for _, event in events]),
        _array(INTEGER, [number for number, _ in mentions]),
        _array(UUID, [mention.target.bytes for _, mention in mentions]),
        _array(TEXT, [mention.relation.encode() for _, mention in mentions]),
        _array(UUID, [mention.by.bytes for _, mention in mentions]),
        _array(INTEGER, [number for number, *_ in known]),
        _array(UUID, [id.bytes for _, id, _, _ in known]),
        _array(BIGINT, [int8(version) for _, _, version, _ in known]),
        _array(BOOLEAN, [_boolean(changed) for *_, changed in known]),
        _array(INTEGER, [number for number, _, _ in counts]),
        _array(UUID, [target.bytes for _, (target, _), _ in counts]),
        _array(TEXT, [relation.encode() for _, (_, relation), _ in counts]),
        _array(BIGINT, [int8(count) for _, _, count in counts]),
    ]


def _known(save: Save) -> Iterator[tuple[uuid.UUID, int, bool]]:
    """The versions that the decision was made on, and whether that aggregate is changed by it."""
    changed = dict[uuid.UUID, int]()
    for event in save.events:
        changed.setdefault(cast(uuid.UUID, event.originator_id), event.originator_version - 1)
    for id, version in changed.items():
        yield id, version, True
    for id, version in save.reads.versions.items():
        yield id, version, False


def _boolean(value: bool) -> bytes:
    return b"\1" if value else b"\0"


def _array(element: int, values: Sequence[bytes]) -> Array:
    """Storage of PostgreSQL itself: dimensions, whether there are nulls, type; length and first index; then
    each value after its length.
    """
    if not values:
        return EMPTY[element]
    parts = [HEADER.pack(1, 0, element, len(values), 1)]
    for value in values:
        parts += (LENGTH.pack(len(value)), value)
    return Array(b"".join(parts))
