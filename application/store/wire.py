"""A batch of saves goes to store.record, and what became of each comes back.

The parameters are arrays, written here in the binary form of the protocol, and the answer is one text:
psycopg would look at every element of every one of them, and at every column of the answer, which costs more
than all else that a save does in this process. So the statement is prepared once for a connection, and sent
as it is.
"""

import struct
import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, cast
from weakref import WeakSet

import orjson
from psycopg import Connection, generators
from psycopg.abc import PQGen
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus, Format
from psycopg.pq.abc import PGresult

from application.store.records import Save

NAME = b"throughline_record"
PREPARE = """
    prepare throughline_record (
        uuid[], bytea[], boolean[], uuid[],
        integer[], uuid[], bigint[], text[], bytea[],
        integer[], uuid[], text[], uuid[],
        integer[], uuid[], bigint[], boolean[],
        integer[], uuid[], text[], bigint[]) as
    select json_agg(r) from store.record(
        $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21) r
"""
# Storage of PostgreSQL itself: the numbers of its types.
BOOLEAN, BYTEA, BIGINT, INTEGER, TEXT, UUID = 16, 17, 20, 23, 25, 2950
HEADER, LENGTH = struct.Struct("!iiiii"), struct.Struct("!i")
LENGTHS = {UUID: LENGTH.pack(16), BIGINT: LENGTH.pack(8), INTEGER: LENGTH.pack(4), BOOLEAN: LENGTH.pack(1)}
int4, int8 = struct.Struct("!i").pack, struct.Struct("!q").pack
EMPTY = {
    element: struct.pack("!iii", 0, 0, element) for element in (BOOLEAN, INTEGER, BIGINT, TEXT, BYTEA, UUID)
}

_prepared = WeakSet[Connection[Any]]()


def record(conn: Connection[Any], saves: Sequence[Save]) -> list[dict[str, Any]]:
    """Gives the answers of store.record, for each save in the order given, on a connection that commits by
    itself or is in a transaction; raises errors of psycopg.
    """
    if conn not in _prepared:
        conn.execute(PREPARE)
        _prepared.add(conn)
    given = parameters(saves)

    def asked() -> PQGen[list[PGresult]]:
        conn.pgconn.send_query_prepared(NAME, given, [Format.BINARY] * len(given))
        results: list[PGresult] = yield from generators.execute(conn.pgconn)
        return results

    with conn.lock:
        result = conn.wait(asked())[-1]
    if result.status != ExecStatus.TUPLES_OK:
        raise error_from_result(result)
    return [_row(**row) for row in orjson.loads(result.get_value(0, 0) or b"")]


def _row(
    originator_id: str | None, recorded_at: str | None, fingerprint: str | None, **as_it_is: Any
) -> dict[str, Any]:
    return {
        **as_it_is,
        "originator_id": originator_id and uuid.UUID(originator_id),
        "recorded_at": recorded_at and datetime.fromisoformat(recorded_at),
        "fingerprint": fingerprint and bytes.fromhex(fingerprint.removeprefix("\\x")),
    }


def parameters(saves: Sequence[Save]) -> list[bytes]:
    """In the order of PREPARE."""
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


def _array(element: int, values: Sequence[bytes]) -> bytes:
    """Storage of PostgreSQL itself: dimensions, whether there are nulls, type; length and first index; then
    each value after its length.
    """
    if not values:
        return EMPTY[element]
    head = HEADER.pack(1, 0, element, len(values), 1)
    if element in LENGTHS:
        return head + LENGTHS[element].join((b"", *values))
    return head + b"".join([LENGTH.pack(len(value)) + value for value in values])
