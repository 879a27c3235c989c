"""Nobody can guess an id, whatever ids they have seen."""

import os
import random
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest

from application import ids
from application.ids import new_id


def test_ids_are_of_version_7_and_in_the_order_of_their_milliseconds() -> None:
    made = [new_id() for _ in range(2_000)]

    assert {(id.version, id.variant) for id in made} == {(7, UUID(int=0x8000 << 48).variant)}
    assert len(set(made)) == 2_000
    milliseconds = [id.int >> 80 for id in made]
    assert milliseconds == sorted(milliseconds)


def test_no_id_follows_from_a_seed() -> None:
    """The generator of the standard library tells its next numbers to whoever has seen enough of them."""
    seen = []
    for _ in range(2):
        random.seed(7)
        seen += [new_id() for _ in range(1_000)]

    assert len({id.int & (1 << 62) - 1 for id in seen}) == 2_000


def test_the_bits_of_ids_come_from_the_operating_system(monkeypatch: pytest.MonkeyPatch) -> None:
    ids._drawn.clear()
    asked: list[int] = []

    def drawn(count: int) -> bytes:
        asked.append(count)
        return bytes(count)

    monkeypatch.setattr(os, "urandom", drawn)
    made = [new_id() for _ in range(500)]
    ids._drawn.clear()

    assert asked == [ids.BLOCK_BYTES] * 2, "many ids at once"
    assert {id.int & (1 << 62) - 1 for id in made} == {0}


def test_threads_are_given_different_ids() -> None:
    with ThreadPoolExecutor(8) as threads:
        made = [
            id for some in threads.map(lambda _: [new_id() for _ in range(2_000)], range(8)) for id in some
        ]

    assert len({id.int & (1 << 62) - 1 for id in made}) == 16_000


@pytest.mark.filterwarnings("ignore:This process.*is multi-threaded:DeprecationWarning")
def test_a_child_is_not_given_the_ids_of_its_parent() -> None:
    new_id()  # there is a block now
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(write, b"".join(new_id().bytes for _ in range(100)))
        os._exit(0)
    os.close(write)
    os.waitpid(child, 0)
    with os.fdopen(read, "rb") as pipe:
        theirs = pipe.read()
    ours = b"".join(new_id().bytes for _ in range(100))

    def bits(made: bytes) -> set[bytes]:
        return {made[at + 8 : at + 16] for at in range(0, len(made), 16)}

    assert len(theirs) == len(ours) == 1_600
    assert not bits(theirs) & bits(ours)
