"""Answers are kept as long as the API says that they still hold, for the same caller and a bounded memory.

Each is asked for again, so that it is judged and noted again; what is saved is only the work of finding it.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeAlias, TypeVar

from web.bounded import Bounded
from web.ops.bounds import MIB

MOST_BYTES = 16 * MIB
LARGEST_BYTES = 2 * MIB
"""A larger answer is not kept."""
BESIDE_BYTES = 4_096
"""An answer takes so much beside its body and the words by which it is found."""


class Sent(Protocol):
    """An answer as it was sent."""

    @property
    def data(self) -> bytes:
        """The bytes of its body."""
        ...


T = TypeVar("T", bound=Sent)


@dataclass(frozen=True)
class Kept(Generic[T]):
    """An answer with its tag."""

    tag: str
    answer: T


Answers: TypeAlias = Bounded[Hashable, Kept[T]]
"""The answers of one process."""


def answers(most_bytes: int = MOST_BYTES) -> Answers[T]:
    """Makes room for answers of so many bytes."""
    return Bounded(most_bytes, _size, largest=LARGEST_BYTES)


def _size(key: Hashable, kept: Kept[T]) -> int:
    return len(kept.answer.data) + len(repr(key)) + BESIDE_BYTES
