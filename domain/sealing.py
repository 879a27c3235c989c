"""The seal of a cycle: a digest over the stored events of all that is in it.

Storage: what is hashed here is compared with digests recorded in the past. It does not change under the name
that ALGORITHM has; another form of it takes another name. The shape of aggregates has no part in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

ALGORITHM = "sha256-events-1"
RETIRED = frozenset({"sha256"})  # over what aggregates had become; nothing computes that any more


@dataclass(frozen=True)
class Seal:
    """`digest` (hexadecimal) is over the events of `objectives` objectives and `reviews` reviews up to
    `position` of the log.
    """

    digest: str
    algorithm: str
    objectives: int
    reviews: int
    position: int

    def payload(self) -> dict[str, Any]:
        """The seal as the event holds it."""
        return asdict(self)


def seal(objectives: Mapping[UUID, bytes], reviews: Mapping[UUID, bytes], position: int) -> Seal:
    """The seal of these members, each with its `member_digest`."""
    members = {**objectives, **reviews}
    return Seal(digest(members), ALGORITHM, len(objectives), len(reviews), position)


def digest(members: Mapping[UUID, bytes]) -> str:
    """SHA-256, in hexadecimal, of the id (16 bytes) and the digest (32) of each member, in order of id."""
    return sha256(b"".join(id.bytes + members[id] for id in sorted(members))).hexdigest()


def member_digest(events: Iterable[bytes]) -> bytes:
    """SHA-256 of the events of a member in order of version, each in a form that says where it ends."""
    hashed = sha256()
    for event in events:
        hashed.update(event)
    return hashed.digest()
