"""A rebuild beside the live read model: equal, unnoticed by readers, and not undone by a kill."""

import random
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread
from time import sleep
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import Connection

from projections import directory, freshness
from projections import rebuild as rebuilding
from projections.follower import Follower
from projections.positions import read as positions
from projections.read_models import READ_MODELS
from projections.rebuild import Progress, RebuildRunning, UnknownReadModel, rebuild
from projections.status import status
from tests.processes import interruptible, started
from tests.projections.log import JANUARY, Fact, Log, connected, person, renamed, rows_of, transferred, unit
from tests.projections.running import counting, create, running, seen

REBUILD = """
import sys
from projections import rebuild
rebuild.CHUNK = 20
rebuild.rebuild(sys.argv[1], ["directory"], tell=lambda now: print(now.position, flush=True))
"""


def history(saves: int, seed: int = 1) -> list[list[Fact]]:
    """Saves of one or two facts on a growing organisation, a third of them late or ahead."""
    choose = random.Random(seed)
    units, people = [uuid4()], list[UUID]()
    made = [[unit(units[0])]]
    for _ in range(saves - 1):
        day = JANUARY.replace(month=choose.randint(1, 12), day=choose.randint(1, 28))
        what = choose.random()
        if what < 0.1:
            units.append(uuid4())
            made.append([unit(units[-1], parent_id=choose.choice(units[:-1]))])
        elif what < 0.3 or not people:
            people.append(uuid4())
            made.append([person(people[-1], choose.choice(units))])
        elif what < 0.6:
            made.append([renamed(choose.choice(units), f"name {choose.random()}", day)])
        else:
            made.append([transferred(choose.choice(people), choose.choice(units), day) for _ in range(2)])
    return made


def test_a_rebuild_gives_the_same_rows_as_following(dsn: str, log: Log, connection: Connection[Any]) -> None:
    position = log.saves(history(400))
    Follower(dsn, [directory.READ_MODEL], batch=7).catch_up(connection)
    followed = rows_of(dsn, "read_directory")

    assert rebuild(dsn, ["directory"])[0].position == position

    assert rows_of(dsn, "read_directory") == followed
    assert len(followed["people"]) > 100
    names = [
        name for (name,) in connection.execute("select nspname from pg_namespace where nspname ~ '^read_dir'")
    ]
    assert names == ["read_directory"]


def indexes_of(connection: Connection[Any], schema: str) -> list[str]:
    found = connection.execute("select indexdef from pg_indexes where schemaname = %s order by 1", [schema])
    return [definition for (definition,) in found]


@pytest.mark.parametrize("name", [model.name for model in READ_MODELS])
def test_a_rebuild_makes_the_same_indexes(dsn: str, connection: Connection[Any], name: str) -> None:
    at_first = indexes_of(connection, f"read_{name}")

    rebuild(dsn, [name])

    assert indexes_of(connection, f"read_{name}") == at_first


def test_several_are_rebuilt_in_one_pass(dsn: str, log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    log.saves(history(100))
    names = [model.name for model in READ_MODELS]

    done = rebuild(dsn, names, tell=lambda now: read.append(now.position) if now.doing == "loading" else None)

    assert [each.name for each in done] == names
    assert len(read) == 1  # one batch, for all of them


def test_it_says_how_long_loading_will_take(dsn: str, log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuilding, "CHUNK", 20)
    log.saves(history(200))
    told: list[Progress] = []

    rebuild(dsn, ["directory"], tell=told.append)

    loading = [now for now in told if now.doing == "loading"]
    assert len(loading) >= 10
    assert all(now.left is not None and now.left < 60 for now in loading)
    assert (loading[-1].position, loading[-1].left) == (loading[-1].head, 0)
    assert [now.doing for now in told[len(loading) :]] == ["indexing", "comparing", "switching"]


def test_an_interrupt_leaves_the_old_rows_and_it_goes_on_later(
    dsn: str, log: Log, connection: Connection[Any]
) -> None:
    """As by Ctrl-C, in the middle of a statement."""
    log.saves(history(300))
    Follower(dsn, [directory.READ_MODEL]).catch_up(connection)
    followed = rows_of(dsn, "read_directory")
    pipe = subprocess.PIPE
    with interruptible(), started("-c", REBUILD, dsn, stdout=pipe, stderr=pipe) as made:
        assert made.stdout is not None
        made.stdout.readline()
        made.send_signal(signal.SIGINT)
        assert "KeyboardInterrupt" in made.communicate(timeout=20)[1]

    assert rows_of(dsn, "read_directory") == followed
    assert rebuild(dsn, ["directory"])[0].differences == ()
    assert rows_of(dsn, "read_directory") == followed


def test_following_goes_on_after_a_rebuild(dsn: str, log: Log, connection: Connection[Any]) -> None:
    log.saves(history(50))
    with running(Follower(dsn, [directory.READ_MODEL])):
        rebuild(dsn, ["directory"])
        position = log.saves(history(50, seed=2))
        assert freshness.wait_for(connection, position, models=["directory"])


def test_the_rows_of_another_version_are_replaced_by_a_rebuild(
    dsn: str, log: Log, connection: Connection[Any]
) -> None:
    create(dsn, counting(version=1))
    log.save(unit(uuid4()))

    rebuild(dsn, ["counting"], read_models=[counting(version=2)])

    assert not status(connection, [counting(version=2)]).models[0].outdated
    assert seen(dsn) == [1]


def keep_reading(dsn: str, stop: Event, wrong: list[object], reads: list[int]) -> None:
    """Read position and rows in transactions until stopped; `wrong` collects what does not fit together."""
    with connected(dsn) as reader:
        reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        while not stop.is_set():
            with reader.transaction():
                position = freshness.high_water_mark(reader, ["counting"]).position
                sleep(0.002)
                found = reader.execute("select count(*), max(position) from read_counting.seen").fetchone()
            reads.append(position)
            if found != (position, position):
                wrong.append((position, found))


def test_reads_go_on_while_it_is_rebuilt_and_never_see_half_of_it(dsn: str, log: Log) -> None:
    create(dsn, model := counting())
    log.saves([[unit(uuid4())] for _ in range(300)])
    stop, wrong, reads = Event(), list[object](), list[int]()

    with ThreadPoolExecutor() as pool, running(Follower(dsn, [model])), connected(dsn) as connection:
        freshness.wait_for(connection, 300, models=["counting"])
        readers = [pool.submit(keep_reading, dsn, stop, wrong, reads) for _ in range(2)]
        try:
            for _ in range(10):
                log.save(unit(uuid4()))
                rebuild(dsn, ["counting"], read_models=[model])
        finally:
            stop.set()
        for reader in readers:
            reader.result()

    assert wrong == []
    assert len(reads) > 20
    assert reads[-1] > 300


def test_a_rebuild_that_was_killed_goes_on_where_it_was(
    dsn: str, log: Log, connection: Connection[Any]
) -> None:
    log.saves(history(600))
    Follower(dsn, [directory.READ_MODEL]).catch_up(connection)
    followed = rows_of(dsn, "read_directory")

    killed_at = _killed_after(dsn, lines=4)
    under_way = status(connection, [directory.READ_MODEL]).models[0].rebuilding_at or 0
    assert killed_at <= under_way < 600

    reached: list[int] = []
    rebuild(dsn, ["directory"], tell=lambda now: reached.append(now.position))
    assert reached[0] > under_way
    assert rows_of(dsn, "read_directory") == followed
    assert set(positions(connection)) >= {"directory"}
    assert "directory_next" not in positions(connection)


def _killed_after(dsn: str, lines: int) -> int:
    """Start a rebuild in a process of its own and kill it after so many chunks; the position it had told."""
    with started("-c", REBUILD, dsn, stdout=subprocess.PIPE) as made:
        assert made.stdout is not None
        told = [made.stdout.readline() for _ in range(lines)]
    return int(told[-1].split()[0])


def test_two_rebuilds_of_one_read_model_do_not_meet(dsn: str, log: Log) -> None:
    log.save(unit(uuid4()))
    refused: list[RebuildRunning] = []

    def again(_now: Progress) -> None:
        with pytest.raises(RebuildRunning) as caught:
            rebuild(dsn, ["directory"])
        refused.append(caught.value)

    rebuild(dsn, ["directory"], tell=again)

    assert refused


def test_a_read_model_that_is_not_there_cannot_be_rebuilt(dsn: str) -> None:
    with pytest.raises(UnknownReadModel, match="there is no read model 'dictionary', only directory"):
        rebuild(dsn, ["dictionary"])


def test_a_read_model_that_the_database_does_not_have_yet_cannot_be_rebuilt(dsn: str) -> None:
    with pytest.raises(UnknownReadModel, match="run throughline migrate"):
        rebuild(dsn, ["counting"], read_models=[counting()])


def test_a_long_read_delays_the_switch_and_is_not_disturbed(
    dsn: str, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.saves(history(20))
    with connected(dsn) as reader:
        with reader.transaction():
            freshness.high_water_mark(reader)
            thread = Thread(target=rebuilding.rebuild, args=[dsn, ["directory"]])
            thread.start()
            sleep(0.6)
            assert thread.is_alive()
            reader.execute("select count(*) from read_directory.units")
        thread.join(10)
    assert not thread.is_alive()
