"""A rebuild can be given up at any time: what answers is not touched."""

from collections.abc import Callable
from typing import Any

import pytest
from psycopg import Connection

from projections import directory
from projections import rebuild as rebuilding
from projections.follower import Follower
from projections.positions import read as positions
from projections.rebuild import Progress, RebuildCancelled, UnknownReadModel, cancel, rebuild
from tests.projections.log import Log, rows_of
from tests.projections.test_rebuild import history

STEPS = ("loading", "indexing", "comparing", "switching")


class GivenUp(Exception):
    """Stands for whatever ends a rebuild: an interrupt, an error, a kill."""


def at(step: str, what: Callable[[], object]) -> Callable[[Progress], None]:
    def tell(now: Progress) -> None:
        if now.doing == step:
            what()

    return tell


def give_up() -> None:
    raise GivenUp


@pytest.fixture
def followed(
    dsn: str, log: Log, connection: Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of the directory, as the follower has made them; a rebuild takes ten chunks."""
    monkeypatch.setattr(rebuilding, "CHUNK", 30)
    log.saves(history(200))
    Follower(dsn, [directory.READ_MODEL]).catch_up(connection)
    return rows_of(dsn, "read_directory")


def nothing_is_left(connection: Connection[Any]) -> bool:
    left = connection.execute("select from pg_namespace where nspname like 'read_directory_%'").fetchall()
    return not left and "directory_next" not in positions(connection)


@pytest.mark.parametrize("step", STEPS)
def test_one_under_way_is_cancelled(
    dsn: str, followed: dict[str, Any], connection: Connection[Any], step: str
) -> None:
    with pytest.raises(RebuildCancelled, match="the rebuild of directory was cancelled"):
        rebuild(dsn, ["directory"], tell=at(step, lambda: cancel(dsn, "directory")))

    assert nothing_is_left(connection)
    assert rows_of(dsn, "read_directory") == followed


@pytest.mark.parametrize("step", STEPS)
def test_one_broken_off_leaves_the_old_rows_and_what_it_has_made(
    dsn: str, followed: dict[str, Any], connection: Connection[Any], step: str
) -> None:
    with pytest.raises(GivenUp):
        rebuild(dsn, ["directory"], tell=at(step, give_up))

    assert positions(connection)["directory_next"].position > 0
    assert rows_of(dsn, "read_directory") == followed


def test_one_broken_off_is_cancelled(dsn: str, followed: dict[str, Any], connection: Connection[Any]) -> None:
    with pytest.raises(GivenUp):
        rebuild(dsn, ["directory"], tell=at("loading", give_up))

    assert cancel(dsn, "directory")
    assert nothing_is_left(connection)
    assert rows_of(dsn, "read_directory") == followed


@pytest.mark.parametrize("step", STEPS)
def test_one_broken_off_goes_on_at_any_step(
    dsn: str, followed: dict[str, Any], connection: Connection[Any], step: str
) -> None:
    with pytest.raises(GivenUp):
        rebuild(dsn, ["directory"], tell=at(step, give_up))

    reached: list[int] = []
    [done] = rebuild(dsn, ["directory"], tell=lambda now: reached.append(now.position))

    assert reached[0] > 30
    assert (done.differences, done.not_compared) == ((), None)
    assert rows_of(dsn, "read_directory") == followed


def test_there_is_nothing_to_cancel_without_a_rebuild(dsn: str) -> None:
    assert not cancel(dsn, "directory")
    with pytest.raises(UnknownReadModel):
        cancel(dsn, "dictionary")


def test_a_cancelled_one_of_several_ends_all_that_are_not_done(
    dsn: str, followed: dict[str, Any], connection: Connection[Any]
) -> None:
    with pytest.raises(RebuildCancelled, match="measures"):
        rebuild(dsn, ["directory", "measures"], tell=at("comparing", lambda: cancel(dsn, "measures")))

    assert "directory_next" not in positions(connection)
    assert rows_of(dsn, "read_directory") == followed
