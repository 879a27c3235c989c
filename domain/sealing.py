"""The digest of final states: the same states give the same digest, on any machine and in any year.

Storage: what is hashed here is compared with digests recorded in the past. The form of the bytes, and the
shape of `Objective.final_state` and `Review.final_state`, may not change once a cycle has been sealed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

ALGORITHM = "sha256"
State = Mapping[str, Any]


@dataclass(frozen=True)
class Seal:
    """`digest` (hexadecimal) of the final states of `objectives` objectives and `reviews` reviews, as they
    were at `position` of the log.
    """

    digest: str
    algorithm: str
    objectives: int
    reviews: int
    position: int

    def payload(self) -> dict[str, Any]:
        """As the event holds it."""
        return asdict(self)


def seal(objectives: Iterable[State], reviews: Iterable[State], position: int) -> Seal:
    """The seal of these final states, in whatever order they come."""
    of_objectives, of_reviews = list(objectives), list(reviews)
    return Seal(
        digest([*of_objectives, *of_reviews]), ALGORITHM, len(of_objectives), len(of_reviews), position
    )


def digest(states: Iterable[State]) -> str:
    """SHA-256, in hexadecimal, of the canonical JSON of the states, sorted by id, one to a line."""
    lines = sorted((str(state["id"]), canonical_json(state)) for state in states)
    return sha256(b"\n".join(line for _, line in lines)).hexdigest()


def canonical_json(state: State) -> bytes:
    """UTF-8 with sorted keys and no spaces. Raises ValueError for NaN, infinities and unpaired surrogates."""
    text = json.dumps(state, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()
